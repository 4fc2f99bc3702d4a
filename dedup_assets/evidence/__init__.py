"""Evidence: per reporting period one bundle that an outsider checks with ``sha256sum`` and ``openssl`` alone.

Put here how a bundle is made, signed, checked and opened. Keep out what its numbers mean: they are read from the tables
that the rooms before this one left. Where what lies in a bundle stands in ``layout.py``.
"""
