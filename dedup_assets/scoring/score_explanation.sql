-- One loss that explanation.py put into words.
insert into score_explanation by name
select
    $department as department,
    $as_of as as_of,
    $policy_version as policy_version,
    $place as place,
    $code as code,
    $dimension as dimension,
    $points as points,
    $unmeasured_points as unmeasured_points,
    $defects as defects,
    $measured as measured,
    $population as population,
    $sentence as sentence
