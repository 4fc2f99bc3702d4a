-- The state of the search after a run, in numbers.
select
    (select count(*) from searchable) as contents,
    (select coalesce(sum(total), 0) from candidate_count)::bigint as total,
    (select coalesce(sum(kept), 0) from candidate_count)::bigint as kept,
    (select coalesce(list(struct_pack(distance, total) order by distance), []) from candidate_count) as histogram,
    (select coalesce(list(struct_pack(verdict, pairs) order by verdict), [])
        from (select verdict, count(*) as pairs from match group by verdict)) as verdicts,
    (select coalesce(list(struct_pack(basis, groups) order by basis), [])
        from (select basis, count(distinct group_id) as groups from match_group group by basis)) as groups
