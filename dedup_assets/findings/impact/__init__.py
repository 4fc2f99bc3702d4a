"""Impact: what open findings hold up, and what is to be corrected.

Put here the permits, dwelling units, districts, venues and funds behind each open finding, whether a duplicate may be
disposed of, the totals that count each of them once, and the correction list. Keep out why a finding is there
(``causes``) and how any of it is shown (the publishing room).
"""
