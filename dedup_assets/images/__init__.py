"""Bytes, decoding, fingerprints: what every image of a delivery is, or why it cannot be told.

Put here everything that touches the bytes of an image. Keep out what is concluded from fingerprints (``matching``)
and what a manifest says about an image (``deliveries``). Modules are imported by name: the way from a folder of files
to fingerprints (``folder.py``) imports neither DuckDB nor pyarrow.
"""
