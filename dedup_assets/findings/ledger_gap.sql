-- Every delivery of $department that was read and does not show a finding that had been seen before (last_on), where the
-- rule was asked and gave an answer. One at which the rule failed to run or had nothing to judge says nothing of a
-- finding (house rule 6), so it is no row here.
create or replace temp table ledger_gap as
with rule as (
    select unnest($rules::text[]) as rule_id, unnest($columns::text[]) as fact
),
read_date as (
    select reads, as_of, delivery_id from ledger_date where department = $department and is_read
),
unseen as (
    select no, as_of as last_on, unnest(range(reads + 1, reads_until + 1)) as reads
    from ledger_seen
    where reads_until > reads
)
select u.no, u.last_on, d.as_of, d.delivery_id, f.finding_id, f.subject, rule.fact
from unseen u
join read_date d using (reads)
join ledger_finding f using (no)
join rule_result r
    on r.department = f.department and r.as_of = d.as_of and r.rule_id = f.rule_id and r.status in ('pass', 'fail')
left join rule on rule.rule_id = f.rule_id
