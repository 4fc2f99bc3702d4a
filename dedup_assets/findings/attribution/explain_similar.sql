-- Up to three keys of records that look like $image_id.
select distinct image_id, jaro_winkler_similarity(upper(image_id), upper($image_id)) as alike
from image_record
where
    jaro_winkler_similarity(upper(image_id), upper($image_id)) >= $alike
    and ($department::text is null or department = $department)
order by alike desc, image_id
limit 3
