-- What every department handed in so far, read or not: how many deliveries are in force, and the newest date. One that
-- never handed in anything has a row with 0.
select department as name, count(handed_in) as deliveries, max(handed_in) as newest
from (
    select department, case when status in ('read', 'empty', 'unreadable') then as_of end as handed_in
    from read_parquet($period)
)
group by department
order by department
