-- The search for alike pictures in the city's pool, in numbers; no row where nothing was searched. Restricted
-- departments search in their enclaves: nothing of them is here.
select
    (select count(*) from searched_page)::bigint as pages,
    (select coalesce(sum(total), 0) from candidate_count where channel = 'hash')::bigint as total,
    (select coalesce(sum(kept), 0) from candidate_count where channel = 'hash')::bigint as kept,
    (select coalesce(sum(total - kept), 0) from candidate_count where channel <> 'hash')::bigint as cut_elsewhere,
    (select coalesce(map(list(verdict order by verdict), list(pairs order by verdict)), map())
        from (select verdict, count(*) as pairs from match group by verdict)) as verdicts
where exists (select 1 from searched_page)
