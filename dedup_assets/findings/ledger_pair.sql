-- The findings of $department about copies that rest on one pair of contents: at the last sighting nobody else held the
-- record's own content, and one other content was the same photograph or looked like it.
create or replace temp table ledger_pair as
with look as (
    select sha256_a as sha256, sha256_b as other_sha256 from pair_verdict
    where verdict in ('exact_pixels', 'same_image', 'undecided', 'same_image_local_change')
    union all
    select sha256_b, sha256_a from pair_verdict
    where verdict in ('exact_pixels', 'same_image', 'undecided', 'same_image_local_change')
),
alone as (
    select sha256, any_value(other_sha256) as other_sha256 from look group by sha256 having count(*) = 1
),
rule as (
    select unnest($rules::text[]) as rule_id, unnest($columns::text[]) as fact
),
last_seen as (
    select f.no, max_by(s.as_of, s.as_of) as as_of
    from ledger_finding f
    join rule using (rule_id)
    join ledger_seen s using (no)
    where rule.fact in ('redundant_in_department', 'redundant_elsewhere', 'near_candidates', 'unrelated_parcels')
    group by f.no
)
select l.no, alone.sha256, alone.other_sha256
from last_seen l
join ledger_finding f using (no)
join ledger_date d on d.department = f.department and d.as_of = l.as_of
join image_fact r on r.delivery_id = d.delivery_id and r.image_id = f.subject
join alone on alone.sha256 = r.sha256
where r.copies_in_department = 1 and r.copies_elsewhere = 0
