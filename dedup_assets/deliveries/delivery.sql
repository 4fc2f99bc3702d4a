insert or replace into delivery by name
select
    $delivery_id as delivery_id,
    $department as department,
    $as_of::date as as_of,
    $version as version,
    $uri as uri,
    $format as format,
    $sha256 as sha256,
    $byte_size as byte_size,
    $status as status,
    $reason as reason,
    $in_force as in_force,
    $contract_version as contract_version,
    $contract_sha256 as contract_sha256,
    $rows_in as rows_in,
    $rows_accepted as rows_accepted,
    $rows_rejected as rows_rejected;
