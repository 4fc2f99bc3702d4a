"""The rows that the committee's page and report are made of, beside those of the city's pages (``publishing/rows.py``).

Put here one dataclass for each ``*_rows.sql`` of this folder and the reading of it. Keep out every decision about what
may be shown (``shown.py``) or how it is worded (``words.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import duckdb

# Groups of oldest findings that are named: enough to see whose they are.
OLDEST = 8

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Open findings of one severity in one band of days since they were opened; ``overdue`` of them are late."""

    department: str
    severity: str
    band: str
    findings: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DurationRow:
    """Days to ``detect`` or to ``correct`` (``what``), of ``findings`` of which ``ended`` are detected or corrected."""

    department: str
    what: str
    findings: int
    ended: int
    median_days: float | None
    p90_days: float | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """Of all findings ever ``found``: corrected, corrected at the first attempt, found again after that."""

    department: str
    found: int
    corrected: int
    corrected_at_first: int
    repeated: int


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """Findings open after the next delivery; the band from ``low`` to ``high`` holds four outcomes of five."""

    department: str
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One line of the schedule of prior findings; ``word`` is that of 2 CFR 200.511(b)."""

    department: str
    rule_id: str
    cause: str
    fiscal_year: int
    word: str
    found: int
    verified: int
    held: int
    withdrawn: int
    still_open: int
    repeated: int


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """Corrections of one department that held for one more delivery."""

    department: str
    verified: int


@dataclass(frozen=True, slots=True)
class OldestRow:
    """Open findings of one department and rule that were opened on one day."""

    department: str
    rule_id: str
    severity: str
    opened_on: date
    findings: int


@dataclass(frozen=True, slots=True)
class OrderRow:
    """How many of ``weightings`` turn the order of the departments around, and which two change places most often."""

    weightings: int
    flipped: int
    is_robust: bool
    weakest_better: str | None
    weakest_worse: str | None
    weakest_flipped: int


@dataclass(frozen=True, slots=True)
class DigestRow:
    """One manifest and the SHA-256 of its bytes."""

    department: str
    as_of: date
    version: int
    status: str
    in_force: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One reference file and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CommitteeRows:
    """Everything that the committee is told beside what the city's pages are made of (``Rows``)."""

    ages: Sequence[AgeRow]
    durations: Sequence[DurationRow]
    rates: Mapping[str, RateRow]
    forecasts: Mapping[str, ForecastRow]
    schedule: Sequence[ScheduleRow]
    verified: Mapping[str, int]
    oldest: Sequence[OldestRow]
    order: OrderRow | None
    digests: Sequence[DigestRow]
    references: Sequence[ReferenceRow]


def read_committee_rows(
    con: duckdb.DuckDBPyConnection,
    departments: Sequence[str],
    unrestricted: Sequence[str],
    as_of: date,
    policy_version: str,
) -> CommitteeRows:
    """The rows at ``as_of``, the date of the publication, from the city's warehouse.

    Of the departments that are not ``unrestricted``, only ageing, durations and digests are read.
    """
    everyone: dict[str, object] = {"departments": list(departments)}
    named: dict[str, object] = {"departments": list(unrestricted)}
    dated: dict[str, object] = {**named, "as_of": as_of}
    verified = _read(con, "verified_rows", dated, VerifiedRow)
    order = _read(con, "order_rows", {"as_of": as_of, "policy_version": policy_version}, OrderRow)
    return CommitteeRows(
        ages=_read(con, "age_rows", {**everyone, "as_of": as_of}, AgeRow),
        durations=_read(con, "duration_rows", everyone, DurationRow),
        rates={each.department: each for each in _read(con, "rate_rows", dated, RateRow)},
        forecasts={each.department: each for each in _read(con, "forecast_rows", named, ForecastRow)},
        schedule=_read(con, "schedule_rows", named, ScheduleRow),
        verified={each.department: each.verified for each in verified},
        oldest=_read(con, "oldest_rows", {**named, "most": OLDEST}, OldestRow),
        order=next(iter(order), None),
        digests=_read(con, "digest_rows", everyone, DigestRow),
        references=_read(con, "reference_rows", {}, ReferenceRow),
    )


def _read(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object], kind: type[Row]) -> list[Row]:
    result: Any = con.execute(query("publishing.committee", name), dict(parameters))
    columns = [each[0] for each in result.description]
    return [kind(**dict(zip(columns, row, strict=True))) for row in result.fetchall()]
