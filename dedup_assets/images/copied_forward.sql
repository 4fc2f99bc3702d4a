-- How many names were found in a state that an earlier delivery had seen.
select count(*) from known_file where missing_reason is null and status is not null
