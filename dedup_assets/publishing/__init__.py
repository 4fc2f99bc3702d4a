"""The scorecard site, its data, and snapshots of the city's tables.

Put here what turns the city's published tables into pages and files. Keep out the computing of scores (``scoring``)
and everything of an enclave: this room opens the city's warehouse and nothing else.
"""
