-- Pairs of hashes within the radius which one band of 16 bits is the first to see. Run for $band = 0 to 15, the
-- results together are every pair, each once.
--
-- Two hashes that differ in at most 16 * ($flips + 1) - 1 bits differ in at most $flips bits of some band (pigeonhole),
-- so $flips = $radius // 16 finds all. The first such band reports the pair: no DISTINCT is needed.
--
-- Table candidate_hash: id, h0 to h3 (UBIGINT, first bits highest), fresh (false: compared with fresh ones only).
with mask as materialized (
    select range::ubigint as mask
    from range(65536)
    where bit_count(range::ubigint) <= $flips
),
sliced as (
    select
        id, h0, h1, h2, h3, fresh,
        (case $band // 4 when 0 then h0 when 1 then h1 when 2 then h2 else h3 end
            >> (48 - 16 * ($band % 4))::ubigint) & 65535::ubigint as slice
    from candidate_hash
),
probe as (
    select sliced.* exclude (slice), xor(slice, mask) as slice
    from sliced cross join mask
    where fresh
),
pair as (
    select
        probe.id as a, other.id as b,
        xor(probe.h0, other.h0) as x0, xor(probe.h1, other.h1) as x1,
        xor(probe.h2, other.h2) as x2, xor(probe.h3, other.h3) as x3
    from probe join sliced as other using (slice)
    where not other.fresh or probe.id < other.id
)
-- bit_count gives a TINYINT: the sum of four overflows without the casts.
select
    a, b,
    (bit_count(x0)::integer + bit_count(x1)::integer
        + bit_count(x2)::integer + bit_count(x3)::integer)::usmallint as distance
from pair
where distance <= $radius
    and ($band <= 0 or bit_count((x0 >> 48) & 65535::ubigint) > $flips)
    and ($band <= 1 or bit_count((x0 >> 32) & 65535::ubigint) > $flips)
    and ($band <= 2 or bit_count((x0 >> 16) & 65535::ubigint) > $flips)
    and ($band <= 3 or bit_count(x0 & 65535::ubigint) > $flips)
    and ($band <= 4 or bit_count((x1 >> 48) & 65535::ubigint) > $flips)
    and ($band <= 5 or bit_count((x1 >> 32) & 65535::ubigint) > $flips)
    and ($band <= 6 or bit_count((x1 >> 16) & 65535::ubigint) > $flips)
    and ($band <= 7 or bit_count(x1 & 65535::ubigint) > $flips)
    and ($band <= 8 or bit_count((x2 >> 48) & 65535::ubigint) > $flips)
    and ($band <= 9 or bit_count((x2 >> 32) & 65535::ubigint) > $flips)
    and ($band <= 10 or bit_count((x2 >> 16) & 65535::ubigint) > $flips)
    and ($band <= 11 or bit_count(x2 & 65535::ubigint) > $flips)
    and ($band <= 12 or bit_count((x3 >> 48) & 65535::ubigint) > $flips)
    and ($band <= 13 or bit_count((x3 >> 32) & 65535::ubigint) > $flips)
    and ($band <= 14 or bit_count((x3 >> 16) & 65535::ubigint) > $flips)
