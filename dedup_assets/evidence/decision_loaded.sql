-- The decisions that the last run knew of, and which of them had ended.
select entry_no, entry_sha256, ended_at
from decision
order by entry_no
