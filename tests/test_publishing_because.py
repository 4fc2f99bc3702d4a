"""Why a score moved and what lies behind findings: sentences from the bridge, causes and impact under suppression."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.publishing.because import because, moved_department, moved_dimension, reasons
from dedup_assets.publishing.causes_view import city_causes, department_causes
from dedup_assets.publishing.disclosure import FEWER, Count, exact, exposed, protect
from dedup_assets.publishing.explained_figures import cause_name, put_together
from dedup_assets.publishing.explained_rows import BridgeRow, CauseRow, ImpactRow, OccurrenceRow
from dedup_assets.publishing.figures import OPEN, DepartmentRows, collect
from dedup_assets.publishing.impact_view import city_impact, department_impact
from dedup_assets.publishing.rows import LedgerRow
from dedup_assets.scoring.measure import Measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.settings import Settings

BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 30)
POLICY = load_policy(Settings().policy)


def bridge(**effects: float) -> BridgeRow:
    parts = {name: Decimal(str(effects.get(name, 0))) for name in ("rate", "mix", "coverage", "policy")}
    before = Decimal(90)
    return BridgeRow("ladbs", AFTER, BEFORE, before, before + sum(parts.values()), **parts)


def measures(department: str, as_of: date, **defects: int) -> list[Measure]:
    return [Measure(department, as_of, name, count, 100, 100) for name, count in defects.items()]


class TestBecause:
    def test_effects_are_told_with_their_points_the_largest_first(self) -> None:
        said = because(bridge(rate=-3.2, coverage=0.7), -2.5, 1)
        assert said == (
            "Since 31 May 2026 the score has fallen by 2.5 points. "
            "More defects among what was checked took 3.2 points. "
            "That other parts of the data could be checked added 0.7 points."
        )

    def test_of_one_effect_alone_the_points_are_not_said_twice(self) -> None:
        assert because(bridge(policy=1.5, rate=0.01), 1.5, 1) == (
            "Since 31 May 2026 the score has risen by 1.5 points. "
            "The new weights of the scoring policy are the main reason."
        )

    def test_what_is_not_seen_in_the_published_score_is_no_change(self) -> None:
        assert because(bridge(rate=0.3), 0.0, 0) == "Since 31 May 2026 the score has hardly moved."
        assert because(None, 2.0, 1) is None

    def test_the_reasons_can_stand_without_the_change(self) -> None:
        row = bridge(rate=2)
        assert reasons(row, 2.0, 0) == "Fewer defects among what was checked are the main reason."
        assert reasons(row, 0.0, 0) is None

    @given(st.lists(st.floats(-9, 9), min_size=4, max_size=4))
    @settings(max_examples=50, deadline=None)
    def test_where_scores_are_whole_numbers_no_effect_is_given_in_numbers(self, effects: list[float]) -> None:
        rounded = [round(each, 3) for each in effects]
        row = bridge(**dict(zip(("rate", "mix", "coverage", "policy"), rounded, strict=True)))
        said = because(row, float(int(row.after) - int(row.before)), 0)
        assert said is not None
        first, *rest = said.rstrip(".").split(". ")
        assert "." not in first  # no decimals either
        assert not any(letter.isdigit() for each in rest for letter in each)

    def test_the_dimension_that_moved_it_is_named_unless_its_counts_are_hidden(self) -> None:
        moved = [
            *measures("ladbs", BEFORE, uniqueness=40, validity=3, completeness=5),
            *measures("ladbs", AFTER, uniqueness=10, validity=5, completeness=5),
        ]
        row = bridge(rate=4)
        assert moved_dimension(POLICY, moved, row, lambda _: True) == "Most of it lies in “Uniqueness”."
        assert moved_dimension(POLICY, moved, row, lambda name: name != "uniqueness") is None

    def test_the_department_that_moved_the_city_is_named_if_it_may_be(self) -> None:
        moved = [
            *measures("ladbs", BEFORE, uniqueness=40), *measures("zimas", BEFORE, uniqueness=5),
            *measures("ladbs", AFTER, uniqueness=39), *measures("zimas", AFTER, uniqueness=60),
        ]  # fmt: skip
        titles = {"ladbs": "Building and Safety", "zimas": "City Planning"}
        row = bridge(rate=-20)
        assert moved_department(POLICY, moved, row, titles) == "Most of it comes from City Planning."
        assert moved_department(POLICY, moved, row, {"ladbs": "Building and Safety"}) is None

    def test_nobody_is_named_where_no_one_moved_most_of_it(self) -> None:
        names = ("uniqueness", "validity", "completeness", "traceability")
        moved = [
            *measures("ladbs", BEFORE, **dict.fromkeys(names, 20)),
            *measures("ladbs", AFTER, uniqueness=10, validity=1, completeness=9, traceability=6),
        ]
        assert moved_dimension(POLICY, moved, bridge(rate=9), lambda _: True) is None


def figures_of(causes: dict[str, int], impact: tuple[ImpactRow, ...] = ()) -> DepartmentRows:
    """A department with nothing but open findings of these causes."""
    found = sum(causes.values())
    moved = dict.fromkeys(("new", "reopened", "closed", "withdrawn"), 0)
    ledger = [LedgerRow("lapd", AFTER, "warning", opening=found, closing=found, **moved)]
    rows = [CauseRow("lapd", "DUP-001", cause, count) for cause, count in causes.items()]
    return DepartmentRows(None, [], [], ledger, causes=rows, impact=impact)


def held(**parts: int) -> tuple[ImpactRow, ...]:
    numbers = {"findings": 40, "images": 40, "unit_days": 900, "longest_days": 30, **parts}
    whole = ImpactRow("lapd", "all", "", **numbers)
    copies = ImpactRow("lapd", "disposal", "may_not", **{**numbers, "findings": 25})
    others = ImpactRow("lapd", "disposal", "not_a_duplicate", **{**numbers, "findings": 15})
    return whole, copies, others


CAUSES = st.dictionaries(
    st.sampled_from(["placeholder", "feed_frozen", "stale_pull", "undetermined"]), st.integers(1, 40), min_size=1
)


class TestCauses:
    def test_small_causes_are_put_together_and_not_named(self) -> None:
        rows = figures_of({"placeholder": 30, "feed_frozen": 4, "undetermined": 9})
        view = department_causes(rows.causes, [], protect(collect(rows, {})), is_exact=False)
        assert view is not None
        assert [(each.cause, each.findings.value) for each in view.lines] == [("placeholder", 30), ("together", 13)]
        assert view.some_hidden

    @given(CAUSES)
    def test_what_is_put_together_adds_up_and_is_not_small_unless_all_is(self, parts: dict[str, int]) -> None:
        shown = put_together(parts)
        assert sum(shown.values()) == sum(parts.values())
        assert min(shown.values()) >= min(11, sum(parts.values()))

    @given(CAUSES)
    @settings(max_examples=60, deadline=None)
    def test_no_small_number_follows_from_the_causes_that_are_shown(self, causes: dict[str, int]) -> None:
        rows = figures_of(causes)
        figures = collect(rows, {})
        shown = protect(figures)
        assert exposed(figures, shown) == []
        view = department_causes(rows.causes, [], shown, is_exact=False)
        assert view is not None
        named = {each.cause: each.findings.value for each in view.lines if each.cause != "together"}
        assert all(causes[cause] == count and count > 10 for cause, count in named.items())
        rest = sum(causes.values()) - sum(named.values())
        assert shown[OPEN].value is None or rest == 0 or rest > 10

    def test_the_department_itself_sees_every_cause_and_what_bears_it_out(self) -> None:
        causes = [CauseRow("a", "DUP-001", "feed_frozen", 3), CauseRow("a", "PAR-001", "undetermined", 9)]
        detail = {"first_delivered_on": "2026-01-31", "deliveries_with_these_bytes": 3}
        seen = [OccurrenceRow("a", "feed_frozen", "x", 3, json.dumps(detail))]
        view = department_causes(causes, seen, {}, is_exact=True)
        assert view is not None
        assert [(each.cause, each.findings_text) for each in view.lines] == [
            ("feed_frozen", "3"),
            ("undetermined", "9"),
        ]
        assert "31 January 2026" in view.lines[0].told[0]

    def test_the_city_adds_up_only_what_is_shown_and_says_so(self) -> None:
        open_one = department_causes([CauseRow("a", "DUP-001", "placeholder", 30)], [], {}, is_exact=True)
        partly = {cause_name("placeholder"): exact(12), cause_name("together"): Count(None, FEWER)}
        rows = [CauseRow("b", "DUP-001", "placeholder", 12), CauseRow("b", "DUP-001", "stale_pull", 0)]
        closed_one = department_causes(rows, [], partly, is_exact=False)
        both = city_causes([open_one, None, closed_one])
        assert both is not None
        assert [(each.cause, each.findings_text) for each in both.lines] == [("placeholder", "at least 42")]
        alone = city_causes([open_one])
        assert alone is not None
        assert [each.findings_text for each in alone.lines] == ["30"]
        assert city_causes([None]) is None


class TestImpact:
    def test_days_are_shown_only_beside_counts_that_are(self) -> None:
        rows = held(permits=30, permits_active=12, dwelling_units=3)
        figures = collect(figures_of({"placeholder": 40}, rows), {})
        view = department_impact(rows, protect(figures), is_exact=False)
        assert view is not None
        assert (view.whole.permits.text, view.whole.dwelling_units.text) == ("30", "fewer than 11")
        assert (view.whole.unit_days, view.whole.longest) == ("not shown", "not shown")

    @given(st.integers(0, 40), st.integers(0, 40))
    @settings(max_examples=60, deadline=None)
    def test_of_permits_neither_the_active_nor_the_others_can_be_told_when_few(self, active: int, others: int) -> None:
        rows = held(permits=active + others, permits_active=active, dwelling_units=30)
        figures = collect(figures_of({"placeholder": 100}, rows), {})
        view = department_impact(rows, protect(figures), is_exact=False)
        assert view is not None
        if view.whole.permits_active.value is not None:
            assert active > 10
            assert view.whole.permits.value is None or others > 10

    def test_answers_that_few_findings_have_are_left_out(self) -> None:
        rows = (*held(permits=30, permits_active=12, dwelling_units=30),)
        view = department_impact(rows, protect(collect(figures_of({"placeholder": 40}, rows), {})), is_exact=False)
        assert view is not None
        assert [(each.title, each.findings.text) for each in view.disposal] == [
            ("May not be disposed of", "25"),
            ("Not a copy", "15"),
        ]

    def test_where_all_answers_are_few_none_is_given(self) -> None:
        rows = tuple(replace(each, findings=5 if each.dimension == "all" else each.findings // 10) for each in held(
            permits=5, permits_active=5, dwelling_units=0
        ))  # fmt: skip
        view = department_impact(rows, protect(collect(figures_of({"placeholder": 3}, rows), {})), is_exact=False)
        assert view is not None
        assert view.disposal == []

    def test_the_city_s_own_total_is_shown_only_where_departments_are_exact(self) -> None:
        rows = held(permits=20, permits_active=12, dwelling_units=30)
        view = department_impact(rows, {}, is_exact=True)
        listed = [("Police", "lapd.html", view), ("Nobody", "none.html", None)]
        public, detailed = (city_impact(listed, rows, detailed=each) for each in (False, True))
        assert public is not None
        assert detailed is not None
        assert [each.title for each in public.departments] == ["Police"]
        assert public.whole is None
        assert detailed.whole is not None
        assert detailed.whole.permits.text == "20"
        assert detailed.whole.longest == "30 days"

    @pytest.mark.parametrize("is_exact", [False, True])
    def test_districts_and_venues_are_for_tiers_that_see_exact_counts(self, *, is_exact: bool) -> None:
        numbers = {"images": 4, "permits": 4, "permits_active": 1, "dwelling_units": 2, "unit_days": 8}
        some = [
            ImpactRow("lapd", "venue", venue, findings=4, longest_days=30, **numbers)
            for venue in ("unknown", "SoFi Stadium")
        ]
        nothing = ImpactRow("lapd", "council_district", "unknown", findings=4, longest_days=30, **numbers)
        rows = (*held(permits=20, permits_active=12, dwelling_units=30), *some, nothing)
        counts = protect(collect(figures_of({"placeholder": 40}, rows), {}))
        view = department_impact(rows, counts, is_exact=is_exact)
        assert view is not None
        assert [(each.title, [line.title for line in each.lines]) for each in view.groups] == (
            [("By venue", ["SoFi Stadium", "not told by the records"])] if is_exact else []
        )
