-- The schedule of prior findings: each rule and likely cause of $department with the findings of one fiscal year, and the
-- word of 2 CFR 200.511(b) for them together.
insert into ledger_schedule
with counted as (
    select
        department,
        as_of,
        rule_id,
        cause,
        fiscal_year,
        count(*) as found,
        count(*) filter (status = 'verified') as verified,
        count(*) filter (status = 'closed') as held,
        count(*) filter (status = 'withdrawn') as withdrawn,
        count(*) filter (status = 'open') as still_open,
        count(*) filter (repeats > 0) as repeated
    from finding_status
    where department = $department
    group by all
)
select
    department,
    as_of,
    rule_id,
    cause,
    fiscal_year,
    case
        when withdrawn = found then 'no longer valid'
        when verified + withdrawn = found then 'fully corrected'
        when verified + held > 0 then 'partially corrected'
        else 'not corrected'
    end as status_200_511,
    found,
    verified,
    held,
    withdrawn,
    still_open,
    repeated
from counted
