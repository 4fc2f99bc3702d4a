"""Findings: facts about every image record, rules that judge them, and what became of each finding.

Put here the facts (SQL), the suites and how Great Expectations runs them, causes and the ledger. Keep out scores:
a rule says what is wrong with a record, not how much that weighs.
"""
