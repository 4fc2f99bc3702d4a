"""Reports of people beside what the product found: what became of each, and who found the matter first.

Put here that comparison. Keep out the store of reports (``review.mismatch``) and the rule that makes findings of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.findings.impact.correction import CORRECTED
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.findings.suites import Rule


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """One report.

    ``records``: those that hold the picture on that parcel, as {department, image_id}. ``found_on``: the date on which
    the product first found something else about their parcel, or None. ``first_found_by``: report, product, or
    report_alone where the product found nothing. ``state``: waiting for the next run, open, withdrawn by a person's
    decision, or corrected.
    """

    report_no: int
    reported_on: date
    reporter: str
    filed_apn: str
    to_apn: str | None
    reason: str
    records: list[dict[str, str]] | None
    found_on: date | None
    first_found_by: str
    state: str


def report_outcomes(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[ReportOutcome]:
    """Every report that was loaded into the pool, in order."""
    about = [each for each in rules if each.column in CORRECTED]
    asked = {"rule_ids": [each.id for each in about], "facts": [each.column for each in about]}
    return [ReportOutcome(*row) for row in con.execute(query("findings", "report_outcome"), asked).fetchall()]
