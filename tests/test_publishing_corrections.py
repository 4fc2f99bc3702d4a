"""The correction list as a file: what a spreadsheet does not spoil, and what it does not run."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

from dedup_assets.findings.impact.correction import Correction
from dedup_assets.publishing.correction_list import HEADER, write_corrections

if TYPE_CHECKING:
    from pathlib import Path


def correction(**more: object) -> Correction:
    values: dict[str, object] = {
        "image_id": "LB-1", "as_of": date(2026, 6, 30), "severity": "critical", "due_on": date(2026, 7, 14),
        "rules": ("PAR-003", "PAR-006"), "findings": ("F-1", "F-2"), "from_parcel_raw": "2004015041",
        "from_parcel": "2004015041", "to_parcel": "0004015042", "to_parcel_basis": "batch_shift",
        "evidence": "The camera stood 1.7 km away.", "cause": "batch_shifted", "batch_id": "B-7", "copy_of": None,
        "cause_in_words": "The batch slipped by one row.", "recommendation": "Move it.", **more,
    }  # fmt: skip
    return Correction(**values)  # type: ignore[arg-type]  # values of the fields above


def test_parcels_keep_their_zeros_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "corrections" / "ladbs_permits.csv"
    write_corrections([correction(), correction(image_id="=1+1", from_parcel=None, to_parcel=None)], path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    assert (rows[0]["from_parcel"], rows[0]["to_parcel"]) == ("2004-015-041", "0004-015-042")
    assert (rows[0]["rules"], rows[0]["correct_by"]) == ("PAR-003, PAR-006", "2026-07-14")
    assert rows[1]["image_id"] == "'=1+1"
    assert (rows[1]["from_parcel"], rows[1]["to_parcel"]) == ("", "")
    assert [each.name for each in path.parent.iterdir()] == ["ladbs_permits.csv"]


def test_nothing_to_correct_is_an_empty_list(tmp_path: Path) -> None:
    write_corrections([], tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").split() == [",".join(HEADER)]
