-- Gaps and islands. Only a delivery that was read, and at which the finding was looked for, closes it: at the first one
-- after a sighting that does not show it. The second one in a row that does not show it verifies the closing. A
-- sighting after a closing reopens. Dates without a delivery carry everything over.
-- Findings that people decided about are ledger_step_decided.sql's.
create or replace temp table ledger_step as
with ordered as (
    select no, as_of, seen, lag(seen) over (partition by no order by as_of) as seen_before
    from ledger_observation
    where no not in (select no from ledger_withdrawal)
)
select
    no,
    as_of,
    case
        when seen and seen_before is null then 'opened'
        when seen and seen_before then 'seen_again'
        when seen then 'reopened'
        when seen_before then 'closed'
        else 'verified'
    end as event
from ordered
