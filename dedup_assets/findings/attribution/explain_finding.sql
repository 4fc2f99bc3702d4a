-- The findings about one record.
select finding_id, rule_id, severity, condition
from finding
where delivery_id = $delivery_id and row_no = $row_no
order by rule_id
