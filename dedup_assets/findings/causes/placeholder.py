"""One picture in place of many: a "no photo available" card, a logo, a test picture."""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause

# Unrelated parcels beside the record's own. A photograph that was attached wrongly, replayed or pulled along lands on
# one stranger's parcel, seldom on two; on five strangers' and its own it stands in for pictures that are not there.
# A picture without information (a blank sheet, one colour) or called a placeholder needs less: two strangers.
MANY_PARCELS = 5
FEW_PARCELS = 2
# Names that say so themselves, without separators and case.
NAMES = (
    "(no|without|missing)(photo|picture|image|img|pic)|(photo|picture|image)(not|un)available|placeholder|comingsoon"
)

PLACEHOLDER = SqlCause("placeholder", "1", {"many": MANY_PARCELS, "few": FEW_PARCELS, "names": NAMES})
