-- What the neighbours of each record in its batch say: its keys slipped with theirs, or the rows before and after it,
-- up to $reach rows away, are where they should be.
insert into parcel_evidence
with around as (
    select
        *,
        last_value(said ignore nulls) over before as said_before,
        first_value(said ignore nulls) over after as said_after
    from attribution_row
    window
        before as (
            partition by target_id, batch_id order by place range between $reach preceding and 1 preceding
        ),
        after as (
            partition by target_id, batch_id order by place range between 1 following and $reach following
        )
),
slipped as (
    select around.*, shift.k, shift.hits, shift.first_place, shift.last_place, other.apn as other_apn
    from around
    inner join attribution_shift as shift
        on
            shift.target_id = around.target_id
            and shift.batch_id = around.batch_id
            and around.place between shift.first_place and shift.last_place
    inner join attribution_row as other
        on
            other.target_id = around.target_id
            and other.batch_id = around.batch_id
            and other.place = around.place + shift.k
            and other.apn <> around.apn
    where around.said is distinct from 'agrees'
)
select
    target_id,
    row_no,
    'batch_neighbours' as source,
    'contradicts' as stance,
    other_apn as apn,
    to_json(struct_pack(first_row := first_place, k := k, last_row := last_place, rows := hits))::text as detail
from slipped
union all
select
    around.target_id,
    around.row_no,
    'batch_neighbours',
    if(around.said_before = 'agrees' and around.said_after = 'agrees', 'supports', 'inconclusive'),
    if(around.said_before = 'agrees' and around.said_after = 'agrees', around.apn, null),
    to_json(struct_pack("after" := around.said_after, "before" := around.said_before))::text
from around
anti join slipped on slipped.target_id = around.target_id and slipped.row_no = around.row_no
where
    around.apn is not null
    and (around.said_before is not null and around.said_after is not null);
