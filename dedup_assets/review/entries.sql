-- The entries in their order; those of one subject when one is given.
select entry_no, act, kind, subject, verdict, evidence_class, reason, who, at, previous, sha256
from entry
where :subject is null or subject = :subject
order by entry_no
