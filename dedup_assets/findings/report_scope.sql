-- From which delivery on a report that a picture is filed wrongly speaks of a department's records: from the one that was
-- in force when it came. It does not speak of the years before, or a report of today would be late from the start. Null
-- where nothing had been delivered by then: it speaks of all that came after.
create or replace temp view report_scope as
select report.*, delivered.department, max(delivered.as_of) filter (delivered.as_of <= report.reported_at::date) as from_as_of
from mismatch_report as report
cross join (select department, as_of from delivery where in_force and status = 'read') as delivered
group by all
