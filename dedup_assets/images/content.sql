-- Contents that were read and not known before. Copies that lie under several names are one content; where they were
-- read by different workers and one gave up, the best answer counts.
insert into content
select distinct on (r.sha256)
    r.sha256, $algorithm_version, r.byte_size, r.status, r.reason, r.media_type, r.width, r.height, r.frames, r.phash64,
    r.phash256_0, r.phash256_1, r.phash256_2, r.phash256_3, r.quality, r.low_information,
    r.exif_captured_at, r.gps_latitude, r.gps_longitude, r.gps_error_m
from read_file r
where r.sha256 is not null
  and not exists (select 1 from content c where c.sha256 = r.sha256 and c.algorithm_version = $algorithm_version)
order by r.sha256, r.status, r.reason
