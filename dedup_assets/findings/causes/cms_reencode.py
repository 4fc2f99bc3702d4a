"""A content system that writes its own copies: other bytes of the same picture, EXIF gone, in a few fixed sizes."""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause

# Copies of one source system before it is called a habit, and the share of them whose longer side is one of its three
# commonest: systems write fixed widths (1024, 1600 in the field notes), people crop and scale as they please. A rung is
# a side that two copies have. Five copies fall on three of some thousand possible sides by chance once in a million.
MIN_COPIES = 5
LADDER = 3
MIN_SHARE = 0.8

CMS_REENCODE = SqlCause("cms_reencode", "1", {"min_copies": MIN_COPIES, "ladder": LADDER, "min_share": MIN_SHARE})
