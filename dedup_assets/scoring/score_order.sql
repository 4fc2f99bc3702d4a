-- The order at one date, from robustness.py.
insert into score_order by name
select
    $as_of as as_of,
    $policy_version as policy_version,
    $departments as departments,
    $weightings as weightings,
    $flipped as flipped,
    $is_robust as is_robust,
    $weakest_better as weakest_better,
    $weakest_worse as weakest_worse,
    $weakest_flipped as weakest_flipped
