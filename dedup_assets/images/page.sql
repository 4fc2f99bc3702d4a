-- The pages of readable contents that were read now and have none yet. Of a content that was read under several names,
-- the reading that held the most pages counts.
insert into page
with reading as (
    select distinct on (r.sha256) r.sha256, r.pages
    from read_file r
    where r.status = 'ok'
      and exists (
          select 1 from content c
          where c.sha256 = r.sha256 and c.algorithm_version = $algorithm_version and c.status = 'ok'
      )
      and not exists (select 1 from page p where p.sha256 = r.sha256 and p.algorithm_version = $algorithm_version)
    order by r.sha256, len(r.pages) desc
), single as (
    select sha256, unnest(pages) as p from reading
)
select sha256, $algorithm_version, p.page, p.width, p.height, p.phash256_0, p.phash256_1, p.phash256_2, p.phash256_3,
    p.quality, p.low_information, p.photograph, p.features
from single
