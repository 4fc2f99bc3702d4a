-- The pages that were read now and are not held, each with its reason; by the same reading as page.sql, which ran before.
insert into unread_page
with reading as (
    select distinct on (r.sha256) r.sha256, r.unread_pages
    from read_file r
    where r.status = 'ok'
      and not exists (select 1 from unread_page u where u.sha256 = r.sha256 and u.algorithm_version = $algorithm_version)
    order by r.sha256, len(r.pages) desc
), single as (
    select sha256, unnest(unread_pages) as p from reading
)
select s.sha256, $algorithm_version, s.p.page, s.p.reason
from single s
where not exists (
    select 1 from page p
    where p.sha256 = s.sha256 and p.algorithm_version = $algorithm_version and p.page = s.p.page
)
