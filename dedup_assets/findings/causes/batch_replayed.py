"""A batch that was imported twice: the same rows with the same bytes under another batch id."""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause

# Rows of the later batch that hold, at the same row number, what the earlier batch holds. Three places in a row with
# three different contents do not come about by single copies; nine in ten leaves room for rows that were rejected,
# unreadable or mended since (the field notes ask for a Jaccard index above 0.9; of an import that broke off only the
# later batch can be asked, so it is held to it alone).
MIN_ROWS = 3
MIN_CONTENTS = 3
MIN_SHARE = 0.9
# A content held more often than this is a placeholder: it stands at the same row of many batches by chance.
MAX_HOLDERS = 50

BATCH_REPLAYED = SqlCause(
    "batch_replayed",
    "1",
    {"min_rows": MIN_ROWS, "min_contents": MIN_CONTENTS, "min_share": MIN_SHARE, "max_holders": MAX_HOLDERS},
)
