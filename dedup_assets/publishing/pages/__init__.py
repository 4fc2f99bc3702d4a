"""The makers of the further pages: rules, findings, corrections, the committee, data.

Put here one module for each kind of page, with ``pages(publication) -> Iterator[Page]``; each knows which tiers have
its own. Keep out the city's, the departments' and the method's pages (``publish.py``), which every site has.
"""
