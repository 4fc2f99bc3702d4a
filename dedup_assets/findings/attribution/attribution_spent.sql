-- What the evidence was written from is needed no longer: at a million records it is some hundred megabytes.
drop table attribution_name;
drop table attribution_named;
drop table attribution_file_name;
drop table attribution_position;
drop table attribution_distance;
drop table attribution_near;
drop table attribution_copy;
