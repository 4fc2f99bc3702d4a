"""A stale copy: an old photograph of the parcel that was pulled into a new permit instead of a new photograph."""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause

# The channel as departments write it, without case and with one separator.
CHANNELS = ("pulled_from_parcel_record", "parcel_record", "pulled_from_record")
# Days from exposure to upload. A photograph for an application is taken within weeks of it; after a year, another
# permit of the same parcel has been the occasion (fingerprint of the field notes: "across years").
STALE_DAYS = 365

STALE_PULL = SqlCause("stale_pull", "1", {"channels": list(CHANNELS), "days": STALE_DAYS})
