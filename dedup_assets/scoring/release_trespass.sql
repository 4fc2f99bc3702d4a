-- Tables of records in the city's warehouse that hold rows of a department which has none to show there.
select held
from (
    select 'image_record' as held from image_record where department = $department
    union all
    select 'rejected_row' from rejected_row where department = $department
    union all
    select 'image_file' from image_file where department = $department
    union all
    select 'image_fact' from image_fact where department = $department
    union all
    select 'finding' from finding where department = $department
    union all
    select 'ledger_event' from ledger_event where department = $department
    union all
    select 'finding_status' from finding_status where department = $department
    union all
    select 'finding_cause' from finding_cause where department = $department
    union all
    select 'finding_impact' from finding_impact where department = $department
    union all
    select 'naming_grammar' from naming_grammar where department = $department
)
group by held
order by held
