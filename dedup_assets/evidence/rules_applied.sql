-- The digests of the rules that each department's results of the period's date rest on.
select distinct department, rules_sha256
from rule_result
where list_contains($departments::text[], department) and as_of = $as_of
order by all
