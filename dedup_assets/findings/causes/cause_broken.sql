-- Findings of the pass without exactly one likely cause.
select finding.finding_id, finding.as_of, count(cause.rank) as likely
from cause_finding as finding
left join finding_cause as cause
    on cause.finding_id = finding.finding_id and cause.as_of = finding.as_of and cause.rank = 1
group by finding.finding_id, finding.as_of
having count(cause.rank) <> 1
limit 1;
