"""A feed that stands still: a delivery whose manifest has the very bytes of an earlier one."""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause

# No threshold: two manifests of equal bytes are one manifest, and one repetition is proof.
FEED_FROZEN = SqlCause("feed_frozen", "1")
