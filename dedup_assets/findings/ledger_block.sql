-- Spells that began and ended together, counted: a few hundred rows for millions of findings.
create or replace temp table ledger_block as
select rule_id, cause, severity, opened_on, ended_on, count(*) as findings
from ledger_spell
group by all
