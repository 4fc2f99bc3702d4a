-- One row of a bridge that bridges.py computed.
insert into score_bridge by name
select
    $department as department,
    $as_of as as_of,
    $previous_as_of as previous_as_of,
    $quantity as quantity,
    $policy_version as policy_version,
    $previous_policy_version as previous_policy_version,
    $before as before,
    $after as after,
    $change as change,
    $rate as rate,
    $mix as mix,
    $coverage as coverage,
    $policy as policy
