"""A spreadsheet round trip that broke identifiers: named by the damage forensics of the batch (``batch_damage``).

Put here which transformations are a spreadsheet's. Keep out how damage is recognised and undone: the registry room.
"""

from __future__ import annotations

from dedup_assets.findings.causes.cause import SqlCause
from dedup_assets.registry.identity import BLANKS_LOST, DATE_IFIED, DIGITS_LOST, EXPONENT, FLOAT, LEADING_ZEROS

# What a spreadsheet does to a key that it takes for a number, a date or a text to be trimmed (field notes, 3.2). One
# cell is enough: nobody types a float, an exponent or a date in place of a parcel number. Zeros can be left out by
# hand, so support says of how many records of the batch and column this is told.
SPREADSHEET = (BLANKS_LOST, DATE_IFIED, DIGITS_LOST, EXPONENT, FLOAT, LEADING_ZEROS, "single_precision")

SPREADSHEET_DAMAGE = SqlCause("spreadsheet_damage", "1", {"spreadsheet": list(SPREADSHEET)})
