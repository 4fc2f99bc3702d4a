-- What the deliveries say of each finding, in order: seen, or looked for and not seen. Of those the first two after a
-- sighting: the first closes the finding, the second verifies that it stays gone.
create or replace temp table ledger_observation as
select no, as_of, true as seen from ledger_seen
union all
(
    select no, as_of, false
    from ledger_gap g
    where not exists (from ledger_unjudged u where u.no = g.no and u.as_of = g.as_of)
    qualify row_number() over (partition by no, last_on order by as_of) <= 2
)
