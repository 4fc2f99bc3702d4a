"""What rules saw, one sentence for each fact that a rule may judge, from the evidence that is kept with a finding.

Put here a module for each kind of fact, with ``SAID``: by fact, a function of what the record is called and of the
evidence (``findings/conditions.py`` has its keys). Keep out which finding is told where (``condition_words.py``).
"""
