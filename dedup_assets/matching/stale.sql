-- Searched contents that the search in force would not have: another algorithm, other settings, or no longer there.
select count(*)
from searched_content left join searchable using (sha256)
where searchable.sha256 is null
    or searched_content.algorithm_version <> $algorithm_version
    or searched_content.search <> $search
