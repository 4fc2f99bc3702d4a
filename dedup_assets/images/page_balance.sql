-- Readable contents that were read now, and whose pages are not all held or unread; none is right. Of a format without
-- pages (an animation) the first frame is held, and the others are counted in frames only.
with held as (
    select c.sha256,
        case when c.media_type in ('image/tiff', 'application/pdf', 'image/heic', 'image/heic-sequence', 'image/heif')
            then c.frames else 1 end as pages,
        (select count(*) from page p where p.sha256 = c.sha256 and p.algorithm_version = $algorithm_version)
        + (select count(*) from unread_page u where u.sha256 = c.sha256 and u.algorithm_version = $algorithm_version)
            as found
    from content c
    where c.algorithm_version = $algorithm_version
      and c.status = 'ok'
      and c.sha256 in (select sha256 from read_file)
)
select sha256, pages, found
from held
where pages <> found
order by sha256
