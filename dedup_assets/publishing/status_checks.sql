-- The rules not met at every department's newest date, by severity, and those that could not be judged there.
with newest as (
    select *, rank() over (partition by department order by as_of desc) as place
    from read_parquet($rule_result)
)
select
    department as name,
    count(*) filter (status = 'fail' and severity = 'critical') as critical,
    count(*) filter (status = 'fail' and severity = 'warning') as warning,
    count(*) filter (status = 'fail' and severity = 'info') as info,
    count(*) filter (status in ('no_data', 'error')) as not_judged
from newest
where place = 1
group by department
order by department
