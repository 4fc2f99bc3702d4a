"""Open data: what the public site says, as a Data Package that anybody can compute the scores again from.

Put here the tables (``tables.py``), the package around them (``package.py``) and the computing again (``rebuild.py``).
All of it is made from the public site's own view, so nothing can be in a file that is not on a page. Keep out what may
be shown (``disclosure.py``).
"""
