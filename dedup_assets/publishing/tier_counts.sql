-- What every tier may read of its departments: dates, counts and scores, from which the pages' own room for doubt is made
-- (disclosure.py). No row of a record, and no sentence that may quote one: those of a department whose records the tier
-- does not read are left out. The city (department 'city') is among the departments where the tier has it.

create view tier_views.period as
select period.* replace (
    case when not shown.hides_texts then period.reason end as reason
)
from warehouse.period as period
inner join tier_views.tier_department as shown on shown.department = period.department;

create view tier_views.delivery as
select delivery.* replace (
    case when not shown.hides_texts then delivery.reason end as reason,
    case when shown.hides_texts then '' else delivery.uri end as uri
)
from warehouse.delivery as delivery
inner join tier_views.tier_department as shown on shown.department = delivery.department;

create view tier_views.rule_result as
select result.* replace (
    case when not shown.hides_texts then result.reason end as reason
)
from warehouse.rule_result as result
inner join tier_views.tier_department as shown on shown.department = result.department;

create view tier_views.ledger_balance as
select balance.*
from warehouse.ledger_balance as balance
inner join tier_views.tier_department as shown on shown.department = balance.department;

create view tier_views.ledger_flow as
select flow.*
from warehouse.ledger_flow as flow
inner join tier_views.tier_department as shown on shown.department = flow.department;

create view tier_views.ledger_age as
select age.*
from warehouse.ledger_age as age
inner join tier_views.tier_department as shown on shown.department = age.department;

create view tier_views.ledger_rate as
select rate.*
from warehouse.ledger_rate as rate
inner join tier_views.tier_department as shown on shown.department = rate.department;

create view tier_views.ledger_schedule as
select schedule.*
from warehouse.ledger_schedule as schedule
inner join tier_views.tier_department as shown on shown.department = schedule.department;

create view tier_views.ledger_duration as
select duration.*
from warehouse.ledger_duration as duration
inner join tier_views.tier_department as shown on shown.department = duration.department;

create view tier_views.ledger_forecast as
select forecast.*
from warehouse.ledger_forecast as forecast
inner join tier_views.tier_department as shown on shown.department = forecast.department;

create view tier_views.overdue as
select overdue.*
from warehouse.overdue as overdue
inner join tier_views.tier_department as shown on shown.department = overdue.department;

create view tier_views.measure as
select measure.*
from warehouse.measure as measure
inner join tier_views.tier_department as shown on shown.department = measure.department;

-- What auditors found, without whose hand or words; of a case, as much as tells it from another one.
create view tier_views.audit_result as
select audited.entry_no, sha256(audited.case_id) as case_id, audited.department, audited.rule_id, audited.outcome
from warehouse.audit_result as audited
inner join tier_views.tier_department as shown on shown.department = audited.department;

create view tier_views.impact_total as
select total.*
from warehouse.impact_total as total
inner join tier_views.tier_department as shown on shown.department = total.department;

-- How alike pictures were searched, in counts: neither contents nor what was seen of a pair.
create view tier_views.searched_page as
select page, algorithm_version, search, degree from warehouse.searched_page
where (select has_search from tier_views.tier_setting);

create view tier_views.candidate_count as
select channel, distance, total, kept from warehouse.candidate_count
where (select has_search from tier_views.tier_setting);

create view tier_views.match as
select distance, verdict from warehouse.match
where (select has_search from tier_views.tier_setting);

-- Public records and what the city itself decided: the same for everybody.
create view tier_views.reference_file as from warehouse.reference_file;
create view tier_views.registry_state as from warehouse.registry_state;
create view tier_views.policy as from warehouse.policy;
