-- What one department handed in for each date of the calendar, from the deliveries in force. $bucket is week, month or
-- quarter: the department owes one delivery in each. A date without one is missing when a bucket before it went by
-- without any, or when its own has none so far and the date is one of its last $due_days days; otherwise it is not due.
-- A department that has never delivered is missing from the first date on: nobody can say what it keeps.
insert into period by name
with
in_force as (
    select as_of, delivery_id, status, reason
    from delivery
    where department = $department and in_force
),
dates as (
    select unnest($calendar::date[]) as as_of
    union
    select as_of from in_force
),
-- A date's bucket, and the last bucket with a delivery up to it.
placed as (
    select
        dates.as_of,
        date_trunc($bucket, dates.as_of)::date as bucket,
        (date_trunc($bucket, dates.as_of) + step.size)::date as next_bucket,
        max(in_force.as_of) as last_as_of,
        date_trunc($bucket, max(in_force.as_of))::date as last_bucket,
        step.size
    from dates
    cross join (
        select case $bucket when 'week' then interval 7 day when 'month' then interval 1 month else interval 3 month end
            as size
    ) as step
    left join in_force on in_force.as_of <= dates.as_of and in_force.status <> 'repeated'
    group by dates.as_of, step.size
),
judged as (
    select
        as_of,
        last_as_of,
        next_bucket - 1 as due_by,
        last_bucket is null or last_bucket + size < bucket as skipped,
        last_bucket < bucket and next_bucket - as_of <= $due_days as late
    from placed
)
select
    $department as department,
    judged.as_of,
    case when in_force.status <> 'repeated' then in_force.delivery_id end as delivery_id,
    case
        when in_force.status <> 'repeated' then in_force.status
        when skipped or late then 'missing'
        else 'not_due'
    end as status,
    case
        when in_force.status <> 'repeated' then in_force.reason
        else concat(
            'the manifest ' || in_force.reason || ', so it does not count; ',
            coalesce('the last delivery is dated ' || last_as_of, 'there has been no delivery yet'),
            '; one is due every ', $bucket,
            case when skipped or late then '' else ', this one by ' || due_by end
        )
    end as reason
from judged
left join in_force using (as_of);
