-- Of each batch the one constant number of rows by which its keys slipped, if its pictures show one: at least $fewest
-- parcels whose pictures stand k rows further, |k| <= $farthest, and at least half of the rows in between that say
-- anything. Parcels and not rows: many rows of one parcel are at every offset from one another.
create or replace temp table attribution_shift as
with near as (
    -- Each row in its stretch of $farthest rows and in the two beside it: what is compared grows with the batch and not
    -- with its square, however many of its rows are on one parcel.
    select target_id, batch_id, apn, place, floor(place / $farthest)::bigint + unnest([-1, 0, 1]) as stretch
    from attribution_row
    where apn is not null
),
hit as (
    select distinct own.target_id, own.batch_id, own.row_no, own.place, other.apn, other.place - own.place as k
    from attribution_row as own
    inner join attribution_pointer as pointer
        on
            pointer.target_id = own.target_id
            and pointer.row_no = own.row_no
            and pointer.source in ('gps', 'file_name')
    inner join near as other
        on
            other.target_id = own.target_id
            and other.batch_id = own.batch_id
            and other.apn = pointer.apn
            and other.stretch = floor(own.place / $farthest)::bigint
            and other.place between own.place - $farthest and own.place + $farthest
            and other.place <> own.place
    where own.said = 'differs' and own.apn is distinct from other.apn
),
counted as (
    select target_id, batch_id, k, count(distinct row_no) as hits, min(place) as first_place, max(place) as last_place
    from hit
    group by target_id, batch_id, k
    having count(distinct apn) >= $fewest
    qualify row_number() over (partition by target_id, batch_id order by hits desc, abs(k), k) = 1
)
select counted.*
from counted
inner join attribution_row as own
    on
        own.target_id = counted.target_id
        and own.batch_id = counted.batch_id
        and own.place between counted.first_place and counted.last_place
group by all
having 2 * counted.hits >= count(own.said);
