-- Why the contract rejected rows of one delivery, by rule and column.
select rule, column_name, count(distinct row_no) as rows
from rejected_row
where delivery_id = $delivery_id
group by rule, column_name
order by rows desc, rule, column_name;
