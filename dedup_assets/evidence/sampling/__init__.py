"""Samples for auditors: findings and unflagged records drawn so that anybody can draw them again, traced to source.

Put here the drawing, the sheets and the way of results back. Keep out what follows from results
(``findings/precision.py``) and where they are kept (``review/audit_store.py``).
"""
