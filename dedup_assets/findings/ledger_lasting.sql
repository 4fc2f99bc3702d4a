-- How many days things took, and whether they have ended, counted: the input of Kaplan and Meier's estimate.
-- correct: from an opening to the delivery that shows the finding gone; what is open still, or was withdrawn, had not
-- been corrected so far (censored). detect: from the upload of the record to the date that it was first found; what has
-- no readable upload time, or a later one, is null.
with newest as (
    select max(as_of) as as_of from period where department = $department
),
first_sighting as (
    select no, min(as_of) as as_of from ledger_seen group by no
),
uploaded as (
    select f.severity, date_diff('day', timezone($time_zone, moment(r.uploaded_at))::date, s.as_of) as days
    from first_sighting s
    join ledger_finding f using (no)
    join finding g on g.finding_id = f.finding_id and g.as_of = s.as_of
    left join image_record r on r.delivery_id = g.delivery_id and r.row_no = g.row_no
    where g.row_no is not null
)
select
    'correct' as what,
    severity,
    coalesce(ended_on, n.as_of) - opened_on as days,
    coalesce(ending = 'closed', false) as has_ended,
    count(*) as findings
from ledger_spell
cross join newest n
group by all
union all
select 'detect', severity, case when days >= 0 then days end, true, count(*)
from uploaded
group by all
order by all
