-- Of ledger_gap, what says nothing of its finding: the record stands there, but the rule could not judge it; or its row
-- was rejected; or it holds the same photograph still, and the other record that the finding is about could not be
-- measured.
create or replace temp table ledger_unjudged as
with rejected as materialized (
    -- What stands between the delimiters of a rejected line: one of them is the id of its image.
    select distinct delivery_id, unnest(regexp_extract_all(raw, '[^,;|\t"{}\[\]\s]+')) as word
    from rejected_row
    where department = $department
),
-- The records that a finding about copies named when it was last seen, as far as its evidence lists them.
named as materialized (
    select
        s.no,
        s.as_of,
        s.sha256,
        unnest(list_concat(
            [{'department': $department, 'image_id': f.evidence ->> '$.kept'}],
            list_transform(
                list_concat(
                    coalesce(f.evidence::json -> '$.others[*]', []),
                    coalesce(f.evidence::json -> '$.nearest[*]', []),
                    coalesce(f.evidence::json -> '$.parcels[*]', [])
                ),
                lambda each: {
                    'department': coalesce(each ->> '$.department', $department), 'image_id': each ->> '$.image_id'
                }
            )
        ), recursive := true)
    from ledger_shown s
    join finding f on f.finding_id = s.finding_id and f.as_of = s.last_on
    where s.fact in (
            'redundant_in_department', 'redundant_elsewhere', 'other_subjects', 'near_candidates', 'unrelated_parcels'
        )
        and s.judged
        and s.sha256 = coalesce(f.evidence ->> '$.content', s.sha256)
),
-- Of every department, the newest delivery read at each date: what a copy elsewhere is looked for in.
standing as (
    select o.as_of, d.department, max_by(d.delivery_id, d.as_of) as delivery_id
    from (select distinct as_of from ledger_gap) o
    join ledger_date d on d.is_read and d.as_of <= o.as_of
    group by o.as_of, d.department
),
unmeasured as (
    select n.no, n.as_of
    from named n
    join standing d on d.as_of = n.as_of and d.department = n.department
    join image_fact other on other.delivery_id = d.delivery_id and other.image_id = n.image_id
    -- Bytes that cannot be decoded can only be told equal.
    where other.sha256 is null or (other.file_status = 'unreadable' and other.sha256 <> n.sha256)
    union all
    select n.no, n.as_of
    from named n
    join ledger_date d on d.department = n.department and d.as_of = n.as_of and n.department = $department
    join rejected on rejected.delivery_id = d.delivery_id and rejected.word = n.image_id
)
select no, as_of from ledger_shown where present and not coalesce(judged, false)
union
select no, as_of from ledger_shown where fact is null
union
select s.no, s.as_of
from ledger_shown s
join rejected on rejected.delivery_id = s.delivery_id and rejected.word = s.subject
where not s.present
union
select no, as_of from unmeasured
