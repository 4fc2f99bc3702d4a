-- The malformed or ambiguous identifiers of failing records.
with named as (
    select row_no, unnest([
        struct_pack(kind := 'apn', raw := apn_raw),
        struct_pack(kind := 'permit', raw := permit_number_raw),
        struct_pack(kind := 'pin', raw := pin_raw)
    ], recursive := true)
    from image_record
    where delivery_id = $delivery_id and row_no in (select row_no from finding_failing)
)
select named.row_no, identifier.kind, identifier.raw, identifier.status, identifier.candidates[:10] as candidates
from named
inner join identifier on identifier.kind = named.kind and identifier.raw = named.raw
where identifier.status in ('malformed', 'ambiguous')
order by named.row_no, identifier.kind;
