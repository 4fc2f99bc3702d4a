"""People's decisions: what a person said about a pair of contents or about a finding, and what follows from it.

Put here the store of decisions, its chain, and their way into a pool's tables. Keep out what the ledger makes of them
(``findings``), how pictures are compared (``matching``) and every page that asks people.
"""
