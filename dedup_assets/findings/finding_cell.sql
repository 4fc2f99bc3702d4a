-- Every cell of the records that fail one of $rules, for the rules that speak of cells.
select failing.rule_id, record.*
from finding_failing as failing
inner join image_record as record on record.delivery_id = $delivery_id and record.row_no = failing.row_no
where list_contains($rules, failing.rule_id);
