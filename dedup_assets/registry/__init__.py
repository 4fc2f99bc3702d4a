"""Parcels, permits and PIN-APN relations of record, and what a raw identifier means against them.

Put here how identifiers are written, damaged and mended, whose a parcel is and what became of it, and how reference
files are read. Keep out what an image record says about a parcel (findings), geometry of pictures and anything that a
department decides.

Nothing is imported here: ``dedup identify`` must start without DuckDB.
"""
