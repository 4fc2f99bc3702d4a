-- What the open findings of every department hold up, and of the city's pool together ($city).
select
    department,
    dimension,
    value,
    findings,
    images,
    permits,
    permits_active,
    dwelling_units,
    unit_days,
    longest_days
from impact_total
where list_contains($departments, department) or department = $city
order by department, dimension, findings desc, value
