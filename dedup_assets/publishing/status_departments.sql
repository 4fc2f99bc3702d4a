-- The newest score of every department, and the date of its last delivery that could be read.
with newest as (
    select *, row_number() over (partition by department order by as_of desc) as place
    from read_parquet($score_history)
),
delivered as (
    select department, max(as_of) as as_of
    from read_parquet($period)
    where status = 'read'
    group by department
)
select
    newest.department as name,
    newest.score,
    newest.lower,
    newest.upper,
    newest.grade,
    newest.coverage,
    newest.reason,
    newest.open_findings,
    delivered.as_of::text as last_delivery
from newest
left join delivered on delivered.department = newest.department
where newest.place = 1 and newest.department <> 'city'
order by newest.department
