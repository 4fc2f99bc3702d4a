-- The state of the search after a run, in numbers.
select
    (select count(distinct sha256) from searchable) as contents,
    (select count(*) from searchable) as pages,
    (select count(distinct sha256) from searchable where fresh) as contents_new,
    (select coalesce(list(struct_pack(channel, distance, total, kept) order by channel, distance), [])
        from candidate_count) as counts,
    (select coalesce(list(struct_pack(channel, pairs) order by channel), [])
        from (select channel, count(*) as pairs from candidate_page group by channel)) as stored,
    (select coalesce(list(struct_pack(verdict, pairs) order by verdict), [])
        from (select verdict, count(*) as pairs from match group by verdict)) as verdicts,
    (select coalesce(list(struct_pack(basis, groups) order by basis), [])
        from (select basis, count(distinct group_id) as groups from match_group group by basis)) as groups
