"""The laws of a score: what it is between, what moves it, what it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.scoring.determination import determine
from dedup_assets.scoring.measure import DIMENSIONS, Measure
from dedup_assets.scoring.policy import exact, load_policy
from dedup_assets.scoring.rating import grade, losses, rate
from dedup_assets.settings import Settings

POLICY = load_policy(Settings.model_fields["policy"].default)
DAY = date(2026, 1, 1)


@st.composite
def one(draw: st.DrawFn, dimension: str) -> Measure:
    population = draw(st.integers(1, 40))
    measured = draw(st.integers(0, population))
    defects = draw(st.integers(0, measured))
    return Measure("alpha", DAY, dimension, defects, measured, population)


@st.composite
def several(draw: st.DrawFn) -> list[Measure]:
    names = draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=len(DIMENSIONS)))
    return [draw(one(each)) for each in names]


def full(**changes: tuple[int, int, int]) -> list[Measure]:
    """All seven dimensions, 100 of 100 rows right, but for the changes."""
    return [Measure("alpha", DAY, each, *changes.get(each, (0, 100, 100))) for each in DIMENSIONS]


@given(several())
def test_the_score_lies_between_its_bounds(measures: list[Measure]) -> None:
    found = rate(POLICY, measures)
    assert 0 <= found.lower <= found.upper <= 100
    assert 0 <= found.coverage <= 1
    assert found.upper - found.lower == 100 * (1 - found.coverage)
    if found.score is not None:
        assert found.lower <= found.score <= found.upper


@given(several(), st.data())
def test_the_bounds_hold_whatever_the_unmeasured_part_turns_out_to_be(
    measures: list[Measure], data: st.DataObject
) -> None:
    completed = [
        replace(
            each,
            defects=each.defects + data.draw(st.integers(0, each.population - each.measured)),
            measured=each.population,
        )
        for each in measures
    ]
    before, after = rate(POLICY, measures), rate(POLICY, completed)
    if after.score is not None:
        assert before.lower <= after.score <= before.upper
        assert after.lower == after.score == after.upper


@given(several(), st.data())
def test_more_defects_never_raise_anything(measures: list[Measure], data: st.DataObject) -> None:
    worse = [replace(each, defects=data.draw(st.integers(each.defects, each.measured))) for each in measures]
    before, after = rate(POLICY, measures), rate(POLICY, worse)
    assert after.coverage == before.coverage
    assert after.lower <= before.lower
    assert after.upper <= before.upper
    if before.score is not None and after.score is not None:
        assert after.score <= before.score


@given(several(), st.data())
def test_measuring_less_never_raises_coverage_or_the_lower_bound(measures: list[Measure], data: st.DataObject) -> None:
    less = []
    for each in measures:
        measured = data.draw(st.integers(each.defects, each.measured))
        less.append(replace(each, measured=measured))
    before, after = rate(POLICY, measures), rate(POLICY, less)
    assert after.coverage <= before.coverage
    assert after.lower <= before.lower


@given(several())
def test_losses_add_up_to_what_is_lost(measures: list[Measure]) -> None:
    found, lost = rate(POLICY, measures), losses(POLICY, measures)
    if found.score is not None:
        assert sum(each.points for each in lost) == pytest.approx(float(100 - found.score))
    else:
        assert all(each.points == 0 for each in lost)
    if measures:
        assert sum(each.unmeasured_points for each in lost) == pytest.approx(float(found.upper - found.lower))
    assert [each.points for each in lost] == sorted((each.points for each in lost), reverse=True)


@given(several(), st.sampled_from(DIMENSIONS))
def test_a_dimension_that_does_not_apply_changes_no_other_ones_share(measures: list[Measure], left_out: str) -> None:
    kept = [each for each in measures if each.dimension != left_out and each.measured]
    found = rate(POLICY, kept)
    if found.score is not None:
        total = sum(exact(POLICY.weights[each.dimension]) for each in kept)
        right = sum(
            exact(POLICY.weights[each.dimension]) * (1 - Fraction(each.defects, each.measured)) for each in kept
        )
        assert found.score == 100 * right / total


@given(several())
def test_the_order_of_measures_is_of_no_consequence(measures: list[Measure]) -> None:
    assert rate(POLICY, measures) == rate(POLICY, measures[::-1])
    assert losses(POLICY, measures) == losses(POLICY, measures[::-1])


def test_the_worked_example() -> None:
    found = rate(POLICY, full(parcel_accuracy=(10, 50, 100), completeness=(20, 100, 100)))
    # By hand: .303 (1 - 10/50) + .125 (1 - 20/100) + .572; coverage .303 / 2 + .697; .303 (40/100) + .1 + .572.
    assert found.score == Fraction("91.44")
    assert found.coverage == Fraction("0.8485")
    assert found.lower == Fraction("79.32")
    assert found.upper == Fraction("94.47")
    assert grade(POLICY, found, {}) == ("D", None)


def test_nothing_measured_is_no_score() -> None:
    found = rate(POLICY, [])
    assert (found.score, found.coverage, found.lower, found.upper) == (None, 0, 0, 100)
    none = [replace(each, measured=0) for each in full()]
    assert rate(POLICY, none).score is None
    assert grade(POLICY, rate(POLICY, none), {}) == ("NR", None)


def test_timeliness_alone_is_no_score() -> None:
    none = [replace(each, measured=0) for each in full() if each.dimension != "timeliness"]
    for defects in (0, 1):
        found = rate(POLICY, [*none, Measure("alpha", DAY, "timeliness", defects, 1, 1)])
        assert found.score is None
        assert found.coverage == Fraction("0.043")


@pytest.mark.parametrize(
    ("defects", "expected"), [(0, "A"), (5, "A"), (6, "B"), (10, "B"), (20, "C"), (30, "D"), (31, "F"), (100, "F")]
)
def test_the_edge_of_a_band_belongs_to_the_better_grade(defects: int, expected: str) -> None:
    everywhere = full(**dict.fromkeys(DIMENSIONS, (defects, 100, 100)))
    assert grade(POLICY, rate(POLICY, everywhere), {}) == (expected, None)


def test_coverage_at_the_floor_is_rated_and_just_below_is_not() -> None:
    at_floor = full(**dict.fromkeys(DIMENSIONS, (0, 80, 100)))
    below = full(**dict.fromkeys(DIMENSIONS, (0, 7999, 10000)))
    assert grade(POLICY, rate(POLICY, at_floor), {})[0] == "C"
    assert grade(POLICY, rate(POLICY, below), {})[0] == "NR"


@pytest.mark.parametrize(
    ("defects", "overdue", "expected"),
    [
        (0, {"critical": 3}, ("C", "critical")),
        (10, {"critical": 1}, ("C", "critical")),
        (20, {"critical": 1}, ("C", None)),
        (30, {"critical": 1}, ("D", None)),
        (0, {"critical": 0, "warning": 9}, ("A", None)),
    ],
)
def test_overdue_critical_findings_cap_the_grade_and_nothing_else(
    defects: int, overdue: dict[str, int], expected: tuple[str, str | None]
) -> None:
    everywhere = full(**dict.fromkeys(DIMENSIONS, (defects, 100, 100)))
    assert grade(POLICY, rate(POLICY, everywhere), overdue) == expected


def test_determinations_follow_from_bounds() -> None:
    words = {each.purpose: (each.word, each.dimensions) for each in determine(POLICY, full())}
    assert set(words.values()) == {("sufficiently reliable", ())}
    some = full(uniqueness=(0, 80, 100), parcel_accuracy=(6, 94, 100), timeliness=(1, 1, 1))
    words = {each.purpose: (each.word, each.dimensions) for each in determine(POLICY, some)}
    assert words == {
        "public_display": ("not sufficiently reliable", ("parcel_accuracy",)),
        "permit_review": ("not sufficiently reliable", ("parcel_accuracy",)),
        "federal_reporting": ("not sufficiently reliable", ("timeliness",)),
    }
    unknown = {each.purpose: each for each in determine(POLICY, full(uniqueness=(0, 80, 100)))}
    assert unknown["public_display"].word == "undetermined"
    assert unknown["public_display"].dimensions == ("uniqueness",)


def test_a_purpose_that_needs_what_does_not_apply_is_left_out() -> None:
    video = [each for each in full() if each.dimension != "parcel_accuracy"]
    assert [each.purpose for each in determine(POLICY, video)] == ["federal_reporting"]
