"""What the committee's page and report show, as typed values that are ready to be printed.

Put here the dataclasses that both templates read. Keep out how they come about (``make.py``). As in
``publishing/view.py``, every count of a restricted department has been through ``disclosure.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.disclosure import WITHHELD, Count, exact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dedup_assets.publishing.view import DepartmentView, LedgerLine, MethodView, ScorePoint

# The bands of ledger_age in the order of age, in days.
BANDS = ("0-30", "31-90", "91-180", "over 180")
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of the summary: what it counts, the number, and what it is to be read against."""

    title: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class NamedLedger:
    """A row of the ledger under a name: a severity, a department or a date."""

    title: str
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """What was put right: the balance since the date before.

    ``equation`` is the total's equation with its numbers; ``verified`` are earlier corrections that held.
    """

    equation: str
    total: LedgerLine
    by_severity: Sequence[NamedLedger]
    by_department: Sequence[NamedLedger]
    by_date: Sequence[NamedLedger]
    verified: int


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Open findings by age: ``bands`` in the order of ``BANDS``, then all of them."""

    title: str
    bands: Sequence[Count]
    total: Count

    @property
    def old(self) -> Count:
        """Findings open for more than 90 days; hidden where one of the two bands is."""
        values = [each.value for each in self.bands[-2:]]
        return Count(None, WITHHELD) if None in values else exact(sum(each or 0 for each in values))


@dataclass(frozen=True, slots=True)
class BreachLine:
    """Findings past their deadline by severity (in the order of ``SEVERITIES``), and the deadlines in days.

    ``is_counted``: the city's total counts it, which it does not with a restricted department.
    """

    title: str
    late: Sequence[Count]
    total: Count
    days: Sequence[int]
    is_counted: bool


@dataclass(frozen=True, slots=True)
class OldestLine:
    """Open findings of one department and rule that were opened on one day."""

    department: str
    what: str
    severity: str
    opened_on: date
    days: int
    findings: int


@dataclass(frozen=True, slots=True)
class PaceLine:
    """How fast a department detects and corrects, and how well it holds. Texts, because each may be unknown.

    ``ahead`` is what will be open after the next delivery, with its band.
    """

    title: str
    detect_median: str
    detect_p90: str
    correct_median: str
    correct_p90: str
    first_time: str
    repeat: str
    ahead: str


@dataclass(frozen=True, slots=True)
class LatePart:
    """What is late."""

    ages: Sequence[AgeLine]
    age_total: AgeLine
    breaches: Sequence[BreachLine]
    oldest: Sequence[OldestLine]
    pace: Sequence[PaceLine]
    outlook: str | None


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """What the open findings hold up in one place: each permit and each dwelling unit counted once."""

    title: str
    findings: int
    permits: int
    permits_active: int
    dwelling_units: int
    unit_days: int
    longest_days: int


@dataclass(frozen=True, slots=True)
class ImpactPart:
    """What the open findings hold up; ``total`` is None when nothing is open. ``federal``: federal money pays."""

    total: ImpactLine | None
    departments: Sequence[ImpactLine]
    districts: Sequence[ImpactLine]
    areas: Sequence[ImpactLine]
    venues: Sequence[ImpactLine]
    federal: ImpactLine | None


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A likely cause of open findings: what it is, what would end it, where it happened, and what it holds up.

    ``is_known`` is False where nothing tells the cause.
    """

    is_known: bool
    title: str
    meaning: str
    advice: str
    findings: int
    share: str
    departments: Sequence[str]
    impact: ImpactLine | None


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One line of the schedule of prior findings, of one rule, cause and year; ``word`` is that of 2 CFR 200.511(b)."""

    rule_id: str
    title: str
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
class DepartmentPart:
    """One department's page: ``view`` is what its own page shows, the rest is said to the committee alone.

    ``changes`` says what moved since the date before, and why; ``tally`` counts the lines of ``schedule`` by word.
    """

    view: DepartmentView
    changes: str
    ledger: LedgerLine | None
    age: AgeLine
    breach: BreachLine
    pace: PaceLine
    impact: ImpactLine | None
    tally: Sequence[tuple[str, int]]
    schedule: Sequence[ScheduleLine]


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One file that everything follows from, and the SHA-256 of its bytes. ``note``: what became of it."""

    name: str
    as_of: date | None
    note: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """The first page: one sentence, the numbers, and what needs attention."""

    headline: str
    facts: Sequence[Fact]
    attention: Sequence[str]


@dataclass(frozen=True, slots=True)
class CommitteeView:
    """Everything that the committee is told at one date; ``previous`` is the date before, None at the first.

    ``departments`` has what needs attention first. ``order`` says whether their order depends on the weights.
    """

    as_of: date
    previous: date | None
    now: ScorePoint
    summary: SummaryPart
    ledger: LedgerPart
    late: LatePart
    impact: ImpactPart
    causes: Sequence[CauseLine]
    departments: Sequence[DepartmentPart]
    method: MethodView
    order: str
    digests: Sequence[DigestLine]

    @property
    def restricted(self) -> list[str]:
        """The departments of which only aggregates are told, by title."""
        return [each.view.title for each in self.departments if each.view.restricted]
