"""Bridges add up exactly, and each effect is moved by what it is named after and by nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.findings.ledger import build_ledger
from dedup_assets.scoring.bridge import EFFECTS, bridges
from dedup_assets.scoring.bridges import rounded
from dedup_assets.scoring.measure import DIMENSIONS, Measure, measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.rating import rate
from dedup_assets.scoring.restate import restate_city, restate_department
from dedup_assets.settings import Settings
from scoring_tables import FEBRUARY, JANUARY, MARCH, contract, deliver, department, pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.scoring.policy import Policy

POLICY = load_policy(Settings.model_fields["policy"].default)
DAY = date(2026, 1, 1)


def weighed(*weights: int) -> Policy:
    """The shipped policy with other weights, in hundredths."""
    shares = [each / 100 for each in weights]
    return POLICY.model_copy(update={"name": "other", "weights": dict(zip(DIMENSIONS, shares, strict=True))})


OTHER = weighed(10, 20, 10, 20, 10, 20, 10)


@st.composite
def one(draw: st.DrawFn, unit: str, dimension: str) -> Measure:
    population = draw(st.integers(1, 20))
    measured = draw(st.integers(0, population))
    return Measure(unit, DAY, dimension, draw(st.integers(0, measured)), measured, population)


@st.composite
def period(draw: st.DrawFn) -> tuple[Policy, list[Measure]]:
    units = draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3))
    found = []
    for unit in units:
        names = draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=4))
        found += [draw(one(unit, each)) for each in names]
    return draw(st.sampled_from([POLICY, OTHER])), found


def together(measures: Sequence[Measure]) -> list[Measure]:
    """The measures of all units as one."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in measures:
        for place, number in enumerate((each.defects, each.measured, each.population)):
            sums[each.dimension][place] += number
    return [Measure("city", DAY, name, *numbers) for name, numbers in sums.items()]


@settings(max_examples=80, deadline=None)
@given(period(), period())
def test_effects_add_up_exactly_to_the_change_of_the_score_itself(
    before: tuple[Policy, list[Measure]], after: tuple[Policy, list[Measure]]
) -> None:
    ends = [rate(policy, together(measures)) for policy, measures in (before, after)]
    found = bridges(before, after)
    assert ("score" in found) == all(each.score is not None for each in ends)
    for name, each in found.items():
        assert (each.before, each.after) == tuple(getattr(end, name) for end in ends)
        assert each.rate + each.mix + each.coverage + each.policy == each.after - each.before
        stated = rounded(each)
        assert sum(stated[effect] for effect in EFFECTS) == stated["change"] == stated["after"] - stated["before"]
        assert all(
            abs(stated[effect] - Decimal(float(getattr(each, effect)))) < Decimal("0.00001") for effect in EFFECTS
        )


@settings(max_examples=80, deadline=None)
@given(period(), period())
def test_the_way_back_is_the_way_there_with_the_signs_turned(
    before: tuple[Policy, list[Measure]], after: tuple[Policy, list[Measure]]
) -> None:
    there, back = bridges(before, after)["lower"], bridges(after, before)["lower"]
    assert [getattr(there, name) for name in EFFECTS] == [-getattr(back, name) for name in EFFECTS]


@settings(max_examples=80, deadline=None)
@given(period(), st.data())
def test_an_effect_is_zero_where_its_thing_did_not_change(
    before: tuple[Policy, list[Measure]], data: st.DataObject
) -> None:
    policy, measures = before
    found = bridges(
        before, (policy, [replace(each, defects=data.draw(st.integers(0, each.measured))) for each in measures])
    )
    assert {(each.mix, each.coverage, each.policy) for each in found.values()} == {(0, 0, 0)}
    found = bridges(before, (OTHER, measures))
    assert {(each.rate, each.mix, each.coverage) for each in found.values()} == {(0, 0, 0)}
    found = bridges(before, (policy, [replace(each, defects=0, measured=0) for each in measures]))
    assert {(each.rate, each.mix, each.policy) for each in found.values()} == {(0, 0, 0)}
    thrice = [
        replace(each, defects=3 * each.defects, measured=3 * each.measured, population=3 * each.population)
        for each in measures
    ]
    assert {each.after - each.before for each in bridges(before, (policy, thrice)).values()} == {0}


def test_a_department_that_grows_is_mix() -> None:
    good, bad = (Measure(name, DAY, "uniqueness", defects, 10, 10) for name, defects in (("a", 0), ("b", 5)))
    grown = replace(bad, defects=15, measured=30, population=30)
    found = bridges((POLICY, [good, bad]), (POLICY, [good, grown]))["score"]
    assert (found.before, found.after) == (75, Fraction(125, 2))
    assert (found.rate, found.mix, found.coverage, found.policy) == (0, Fraction(-25, 2), 0, 0)


def test_a_department_that_stops_delivering_is_coverage() -> None:
    good, bad = (Measure(name, DAY, "uniqueness", defects, 10, 10) for name, defects in (("a", 0), ("b", 5)))
    silent = replace(bad, defects=0, measured=0)
    found = bridges((POLICY, [good, bad]), (POLICY, [good, silent]))
    assert (found["lower"].coverage, found["lower"].rate) == (-25, 0)
    assert (found["score"].coverage, found["score"].after) == (25, 100)


def test_bridges_of_departments_and_city_from_the_tables() -> None:
    con = pool()
    alpha, beta = department(), department("beta")
    deliver(con, JANUARY, [{}] * 4)
    deliver(con, JANUARY, [{"untraceable": 1}] * 2, of="beta")
    deliver(con, FEBRUARY, [{}] * 3 + [{"untraceable": 1}])
    deliver(con, FEBRUARY, status="missing", of="beta")
    deliver(con, MARCH, status="not_due")
    deliver(con, MARCH, [{}] * 2, of="beta")
    contracts = {"alpha": contract(), "beta": contract()}
    build_ledger(con, [alpha, beta])
    measure(con, [alpha, beta], contracts)
    changed = OTHER.model_copy(update={"in_force_from": MARCH, "supersedes": "before.yaml"})
    policies = (changed, POLICY)
    for each in (alpha, beta):
        restate_department(con, policies, each)
    restate_city(con, policies, [alpha, beta])
    rows = con.execute(
        """select department, month(as_of), quantity, rate <> 0, mix <> 0, coverage <> 0, policy <> 0
        from score_bridge order by all"""
    ).fetchall()
    assert rows == [
        ("alpha", 2, "lower", True, False, False, False),
        ("alpha", 2, "score", True, False, False, False),
        ("beta", 2, "lower", True, False, True, False),
        # What more weight on timeliness takes before it gives after.
        ("beta", 3, "lower", True, False, True, False),
        ("city", 2, "lower", True, False, True, False),
        ("city", 2, "score", True, False, True, False),
        ("city", 3, "lower", True, False, True, True),
        ("city", 3, "score", True, False, True, True),
    ]
    # Each bridge ends in the score that the date's own policy gives.
    off = con.execute(
        """select count(*) from score_bridge b join score_history h using (department, as_of, policy_version)
        where abs(b.after - case b.quantity when 'score' then h.score else h.lower end) > 0.000001"""
    ).fetchall()
    assert off == [(0,)]
    versions = con.execute("select policy_version, count(*) from score_history group by 1 order by 2").fetchall()
    assert sorted(count for _, count in versions) == [8, 8]
    assert con.execute("select count(*) from policy").fetchall() == [(2,)]


@pytest.mark.parametrize("department_name", ["alpha", "city"])
def test_restating_again_changes_nothing(department_name: str) -> None:
    con = pool()
    for as_of in (JANUARY, FEBRUARY):
        deliver(con, as_of, [{}, {"untraceable": 1}])
    measure(con, [department()], {"alpha": contract()})
    tables = ("score_history", "score_bridge", "score_explanation", "score_order", "policy")
    seen = []
    for _ in range(2):
        restate_department(con, (POLICY,), department())
        restate_city(con, (POLICY,), [department()])
        seen.append({name: sorted(con.table(name).fetchall(), key=str) for name in tables})
    assert seen[0] == seen[1]
    assert any(row[0] == department_name for row in seen[0]["score_bridge"])
