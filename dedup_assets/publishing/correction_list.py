"""The correction list of a department: what its clerks work off, one row an image record, as a CSV file.

Put here the file. Keep out which corrections there are and what they say (``findings.impact.correction``). The list
names records, so it belongs to the department: it lies in the home, of a restricted department in its enclave, and on
the department's own site (``pages/corrections.py``), never on one of another tier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.engines.beside import beside
from dedup_assets.findings.conditions import dashed
from dedup_assets.publishing.table_file import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup_assets.findings.impact.correction import Correction
    from dedup_assets.publishing.table_file import Cell

HEADER = (
    "image_id", "delivery", "severity", "correct_by", "rules", "from_parcel", "from_parcel_as_sent", "to_parcel",
    "to_parcel_known_from", "copy_of", "evidence", "cause", "cause_in_words", "batch_id", "recommendation", "findings",
)  # fmt: skip


def corrections_csv(corrections: Sequence[Correction]) -> str:
    """The list as the text of a CSV file. Parcels are written with dashes: a spreadsheet leaves these as they are."""
    return csv_text(HEADER, map(_row, corrections))


def write_corrections(corrections: Sequence[Correction], path: Path) -> None:
    """Write the list as a CSV file, beside and renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside(path) as part:
        part.write_text(corrections_csv(corrections), encoding="utf-8", newline="")


def _row(each: Correction) -> tuple[Cell, ...]:
    return (
        each.image_id,
        each.as_of,
        each.severity,
        each.due_on,
        ", ".join(each.rules),
        dashed(each.from_parcel) if each.from_parcel else None,
        each.from_parcel_raw,
        dashed(each.to_parcel) if each.to_parcel else None,
        each.to_parcel_basis,
        each.copy_of,
        each.evidence,
        each.cause,
        each.cause_in_words,
        each.batch_id,
        each.recommendation,
        ", ".join(each.findings),
    )
