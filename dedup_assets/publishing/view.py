"""What a page shows, as typed values that are ready to be printed.

Put here the dataclasses that templates, ``scorecard.json`` and the CSV files are made from; all three say the same
because they read the same. Keep out how they come about (``department_view.py``, ``city_view.py``). Every text in
here that came from a manifest has been through ``words.plain``; every count has been through ``figures.counts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import text, texts
from dedup_assets.publishing.words import GRADE_WORDS, number, percent, points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from dedup_assets.publishing.causes_view import CausesView
    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.impact_view import CityImpact, ImpactView
    from dedup_assets.publishing.worked import WorkedScore


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """A score at one date, rounded as it is published.

    ``score`` is None unless the grade is a letter; ``lower`` and ``upper`` are None when nothing could be measured.
    ``decimals`` are those that scores and bounds were rounded to; coverage has two more.
    ``status`` is that of the delivery (a key of ``words.PERIOD_STATUSES``), or None for the city.
    """

    as_of: date
    grade: str
    score: float | None
    lower: float | None
    upper: float | None
    coverage: float
    status: str | None
    policy_version: str | None
    decimals: int = 0

    @property
    def rated(self) -> bool:
        """Whether there is a grade."""
        return self.score is not None

    @property
    def grade_text(self) -> str:
        """The letter, or that it is not rated."""
        return GRADE_WORDS.get(self.grade, self.grade)

    @property
    def score_text(self) -> str:
        """The score, or that it is not rated."""
        return GRADE_WORDS["NR"] if self.score is None else points(self.score)

    @property
    def bounds_text(self) -> str:
        """``82 to 90``, or "unknown"."""
        if self.lower is None or self.upper is None:
            return text("unknown")
        return text("%(lower)s to %(upper)s", lower=points(self.lower), upper=points(self.upper))

    @property
    def coverage_text(self) -> str:
        """Coverage as a percentage."""
        return percent(self.coverage)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: two SVG elements, wide and narrow, and the file of the wide one."""

    wide: Markup
    narrow: Markup
    href: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Scores over time: what the chart shows, in words and as a table. ``chart`` is None with no period rated."""

    title: str
    summary: str
    points: Sequence[ScorePoint]
    notes: Sequence[str]
    csv_href: str
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One dimension: A defects in B measured of N.

    ``lost`` and ``unknown`` are points of the score: those that the defects cost, and those that were not measured.
    They and ``share`` are None when they may not be shown or when there is nothing to show.
    """

    dimension: str
    title: str
    question: str
    weight: float
    defects: Count
    measured: Count
    population: Count
    share: float | None
    lost: float | None
    unknown: float | None
    share_text: str
    coverage_text: str


@dataclass(frozen=True, slots=True)
class LossLine:
    """What one dimension takes from 100, in words and rows.

    ``points`` are lost, ``unknown`` are those that could not be measured; None when they may not be shown.
    """

    title: str
    sentence: str
    points: float | None
    unknown: float | None


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """Whether the data are reliable enough for a purpose, in GAO's words, and the dimensions that decided it."""

    title: str
    word: str
    because: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail on the site; sizes in pixels."""

    href: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photograph:
    """One record of a photograph: what it is called, where it is filed, and its thumbnail if there is one."""

    image_id: str
    department: str
    parcel: str | None
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Example:
    """One finding: what was seen, on which record, and another record that the finding is about.

    ``photograph`` is None when the finding is about a delivery.
    """

    finding_id: str
    condition: str
    photograph: Photograph | None
    twin: Photograph | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one rule found. ``status`` and ``severity`` are keys of the words of the same name.

    ``of_deliveries``: it judges deliveries, not records; such counts are shown however small, and said to be such.
    """

    id: str
    title: str
    description: str
    severity: str
    status: str
    failing: Count
    evaluated: Count
    passing_text: str
    required_text: str
    required: float
    criteria: str
    effect: str
    recommendation: str
    examples: Sequence[Example]
    of_deliveries: bool = False

    @property
    def evaluated_text(self) -> str:
        """How many were judged, with the word for them where they are no records."""
        if self.of_deliveries and self.evaluated.value is not None:
            return texts("%(count)s delivery", "%(count)s deliveries", self.evaluated.value)
        return self.evaluated.text


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """opening + new + reopened - closed - withdrawn = closing at one date, severities together."""

    as_of: date
    opening: Count
    new: Count
    reopened: Count
    closed: Count
    withdrawn: Count
    closing: Count


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """What was handed in for one date; ``rows_*`` are None where nothing was, or where they may not be shown."""

    as_of: date
    status: str
    reason: str | None
    rows_in: int | None
    rows_accepted: int | None
    rows_rejected: int | None


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """One department's page. ``reason`` says why it is not rated, or why its grade is capped.

    ``own``: whether the site is the department's own, which has pages of its findings and corrections; ``suppressed``:
    whether small counts, and what would give them away, are hidden.
    """

    name: str
    title: str
    system: str
    restricted: bool
    has_images: bool
    href: str
    now: ScorePoint
    before: ScorePoint | None
    reason: str | None
    state: str
    tone: str
    images: Count
    open_findings: Count
    critical: Count
    overdue: Count
    last_delivery: date | None
    losses: Sequence[LossLine]
    purposes: Sequence[PurposeLine]
    measures: Sequence[MeasureLine]
    rules: Sequence[RuleLine]
    ledger: Sequence[LedgerLine]
    deliveries: Sequence[DeliveryLine]
    trend: Trend
    because: str | None = None
    causes: CausesView | None = None
    impact: ImpactView | None = None
    own: bool = False
    suppressed: bool = False

    @property
    def failing_rules(self) -> list[RuleLine]:
        """The rules that are not met, worst first."""
        return [each for each in self.rules if each.status == "fail"]

    @property
    def rules_that_apply(self) -> list[RuleLine]:
        """The rules of the table; those that do not apply are only named."""
        return [each for each in self.rules if each.status != "not_applicable"]

    @property
    def rules_that_do_not_apply(self) -> list[RuleLine]:
        """The rules that are only named."""
        return [each for each in self.rules if each.status == "not_applicable"]

    @property
    def rules_with_findings(self) -> list[RuleLine]:
        """The rules to explain: those that are not met, and those with examples although they are."""
        return [each for each in self.rules if each.status == "fail" or each.examples]


@dataclass(frozen=True, slots=True)
class FrequentRule:
    """A rule that is not met, over all departments whose counts may be added up; ``some_hidden``: not all are shown."""

    id: str
    title: str
    severity: str
    failing: int
    departments: Sequence[DepartmentView]
    some_hidden: bool = False
    of_deliveries: bool = False

    @property
    def failing_text(self) -> str:
        """How many, or how many at least; deliveries are called so, for their number is shown however small it is."""
        if self.of_deliveries:
            return texts("%(count)s delivery", "%(count)s deliveries", self.failing)
        if not self.failing and self.some_hidden:
            return text("not shown")
        known = number(self.failing)
        return text("at least %(number)s", number=known) if self.some_hidden else known


@dataclass(frozen=True, slots=True)
class SearchView:
    """How alike pictures were looked for: what was compared, and what looking at the pairs said.

    ``total`` and ``kept`` are pairs of pages by hash; ``summary`` says what of them was cut; ``verdicts`` has title,
    meaning, pairs and the word of each verdict that there is.
    """

    pages: int
    total: int
    kept: int
    truncated: bool
    summary: str
    verdicts: Sequence[tuple[str, str, int, str]]


@dataclass(frozen=True, slots=True)
class CityView:
    """The city's page; ``departments`` has what needs attention first. ``reason`` says why the grade is capped."""

    now: ScorePoint
    before: ScorePoint | None
    headline: str
    reason: str | None
    attention: Sequence[str]
    changes: Sequence[str]
    departments: Sequence[DepartmentView]
    frequent: Sequence[FrequentRule]
    ledger: Sequence[LedgerLine]
    trend: Trend
    search: SearchView | None
    because: str | None = None
    causes: CausesView | None = None
    impact: CityImpact | None = None

    @property
    def restricted(self) -> list[DepartmentView]:
        """The departments of which only aggregates are published."""
        return [each for each in self.departments if each.restricted]


@dataclass(frozen=True, slots=True)
class MethodView:
    """The method page: the policy's own numbers.

    ``weights`` are title, question and weight of each measure; ``scale`` is the range of points of each grade, lowest
    first; ``caps`` the best grade that an overdue finding of a severity allows; ``worked`` a score of this publication
    to follow the arithmetic with, where one may be shown whole, and ``example`` one measure where none may.
    """

    policy_version: str
    weights: Sequence[tuple[str, str, float]]
    bands: Sequence[tuple[str, float]]
    scale: Sequence[tuple[str, float, float]]
    coverage_floor: float
    caps: Sequence[tuple[str, str]]
    worked: WorkedScore | None
    example: MeasureLine | None


@dataclass(frozen=True, slots=True)
class SiteView:
    """One publication.

    ``nav``: the pages that every page leads to, by way and words, the front page first. ``languages``: the codes of
    those that it is published in.
    """

    as_of: date
    policy_version: str
    city: CityView
    method: MethodView
    earlier: date | None
    nav: Sequence[tuple[str, str]]
    languages: Sequence[str] = ()
