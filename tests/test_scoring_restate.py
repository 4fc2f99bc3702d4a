"""Several policies, explanations in words, the robustness of an order, and no score from nothing under any of them."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.findings.ledger import build_ledger
from dedup_assets.scoring.determination import determine
from dedup_assets.scoring.explanation import WORDS, loss_rows, sentence
from dedup_assets.scoring.measure import DIMENSIONS, Measure, measure, stored_measures
from dedup_assets.scoring.policies import load_policies, policy_at
from dedup_assets.scoring.policy import PolicyError, load_policy
from dedup_assets.scoring.rating import Loss, rate
from dedup_assets.scoring.restate import restate_city, restate_department
from dedup_assets.scoring.robustness import WEIGHTINGS, order
from dedup_assets.settings import Settings
from scoring_tables import FEBRUARY, JANUARY, MARCH, contract, deliver, department, pool

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.scoring.policy import Policy

SHIPPED = Settings.model_fields["policy"].default
TEXT = SHIPPED.read_text(encoding="utf-8")
POLICY = load_policy(SHIPPED)
STRICTER = TEXT.replace('"2026.1"', '"2027.1"').replace("A: 95", "A: 99")
DAY = date(2026, 1, 1)


def write(folder: Path, name: str, text: str, *, since: str = "", before: str = "") -> Path:
    path = folder / name
    lines = [f"in_force_from: {since}"] * bool(since) + [f"supersedes: {before}"] * bool(before)
    path.write_text("\n".join([text, *lines, ""]), encoding="utf-8")
    return path


def test_policies_are_read_back_to_the_first_one(tmp_path: Path) -> None:
    write(tmp_path, "old.yaml", TEXT)
    path = write(tmp_path, "new.yaml", STRICTER, since="2027-01-01", before="old.yaml")
    found = load_policies(path)
    assert [each.name for each in found] == ["2027.1", "2026.1"]
    assert found[1].version == POLICY.version
    assert policy_at(found, date(2026, 12, 31)) is found[1]
    assert policy_at(found, date(2027, 1, 1)) is found[0]
    assert load_policies(SHIPPED) == (POLICY,)
    assert policy_at((POLICY,), date(1900, 1, 1)) is POLICY


def test_when_a_policy_is_in_force_is_no_part_of_what_it_says(tmp_path: Path) -> None:
    assert load_policy(write(tmp_path, "a.yaml", TEXT, since="2026-01-01")).version == POLICY.version


@pytest.mark.parametrize(
    ("since", "before", "older", "says"),
    [
        ("", "old.yaml", {}, "say from when"),
        ("2027-01-01", "old.yaml", {"since": "2027-01-01"}, "must be later than the one before it"),
        ("2027-01-01", "none.yaml", {}, "none.yaml"),
        ("2027-01-01", "../old.yaml", {}, "no file beside it"),
        ("2027-01-01", "..", {}, "no file beside it"),
        ("2027-01-01", "new.yaml", {}, "comes back"),
        ("2027-01-01", "old.yaml", {"since": "2026-01-01", "before": "new.yaml"}, "comes back"),
        ("2027-13-01", "old.yaml", {}, "month must be"),
        ("2027-01-01", "same.yaml", {}, "says what same.yaml says already"),
    ],
)
def test_an_order_of_policies_that_cannot_be_is_refused(
    tmp_path: Path, since: str, before: str, older: dict[str, str], says: str
) -> None:
    write(tmp_path, "old.yaml", TEXT, **older)
    write(tmp_path, "same.yaml", STRICTER)
    with pytest.raises(PolicyError, match=says):
        load_policies(write(tmp_path, "new.yaml", STRICTER, since=since, before=before))


def told(*numbers: int, points: float = 1.0, unmeasured: float = 2.0, of: str = "uniqueness") -> Loss:
    defects, measured, population = numbers
    return Loss(of, points, defects, measured, population, unmeasured)


def test_a_loss_in_words() -> None:
    assert sentence(told(1204, 9800, 10000)) == (
        "1,204 of 9,800 records are further copies of what is held already: 1.0 points lost; "
        "200 of 10,000 records could not be measured: 2.0 points not known."
    )
    assert sentence(told(3, 9, 9, points=0.04)) == (
        "3 of 9 records are further copies of what is held already: less than 0.1 points lost."
    )
    assert sentence(told(0, 8, 9)) == "1 of 9 records could not be measured: 2.0 points not known."


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_no_count_of_a_restricted_department_leaves_in_a_sentence(dimension: str) -> None:
    said = sentence(told(3, 5, 8, of=dimension), restricted=True)
    assert not set("3458") & set(said)
    assert WORDS[dimension][2] in said


def test_explanations_are_the_three_largest_losses_with_their_rows() -> None:
    con, alpha = pool(), department()
    facts = [{"untraceable": 1}, {"permit_agreement": "disagrees"}, {"near_candidates": 1}, {"missing_values": 1}, {}]
    deliver(con, JANUARY, facts)
    deliver(con, FEBRUARY, status="missing")
    measure(con, [alpha], {"alpha": contract()})
    restate_department(con, (POLICY,), alpha)
    rows = con.execute(
        "select place, code, defects, measured from score_explanation where as_of = ? order by place", [JANUARY]
    ).fetchall()
    assert rows == [
        (1, "PARCEL_CONTRADICTED", 1, 5), (2, "BROKEN_LINKS", 1, 5), (3, "UNTRACEABLE", 1, 5)
    ]  # fmt: skip
    assert loss_rows(con, "alpha", JANUARY, "parcel_accuracy") == [(2, "i2")]
    assert loss_rows(con, "alpha", JANUARY, "completeness") == [(4, "i4")]
    assert loss_rows(con, "alpha", JANUARY, "timeliness") == []
    missing = con.execute("select code from score_explanation where as_of = ? order by place", [FEBRUARY]).fetchall()
    assert missing[0] == ("PARCEL_CONTRADICTED_UNMEASURED",)


# One defect for each dimension that has rows.
DEFECTS: dict[str, dict[str, Any]] = {
    "parcel_accuracy": {"unrelated_parcels": 2},
    "uniqueness": {"redundant_in_department": 1},
    "referential_consistency": {"permit_status": "unknown"},
    "completeness": {"file_status": "missing", "sha256": None},
    "traceability": {"checksum_status": "differs"},
    "validity": {"malformed_identifiers": 1},
}


@pytest.mark.parametrize("dimension", DEFECTS)
def test_the_rows_of_a_loss_are_those_that_its_measure_counts(dimension: str) -> None:
    con = pool()
    deliver(con, JANUARY, [{}, DEFECTS[dimension], {}, DEFECTS[dimension]])
    found = {each.dimension: each for each in measure(con, [department()], {"alpha": contract()})}
    assert found[dimension].defects == 2
    assert loss_rows(con, "alpha", JANUARY, dimension) == [(2, "i2"), (4, "i4")]
    assert loss_rows(con, "alpha", JANUARY, dimension, limit=1) == [(2, "i2")]


def unit(name: str, **right: int) -> list[Measure]:
    """A department whose dimensions are right in so many of a hundred rows, the others in all."""
    return [Measure(name, DAY, each, 100 - right.get(each, 100), 100, 100) for each in DIMENSIONS]


def test_an_order_that_every_weighting_gives_is_robust() -> None:
    found = order(POLICY, {"b": unit("b", uniqueness=50, validity=50), "a": unit("a")})
    assert (found.departments, found.weightings, found.flipped, found.weakest) == (("a", "b"), WEIGHTINGS, 0, None)
    assert found.is_robust


def test_an_order_that_hangs_on_the_weights_is_not_robust() -> None:
    # .303 * 20 against .206 * 29.3: the bounds differ by a hundredth of a point.
    close = {"a": unit("a", parcel_accuracy=80), "b": unit("b", uniqueness=70), "c": unit("c", validity=0)}
    found = order(POLICY, close)
    lower = {name: rate(POLICY, its).lower for name, its in close.items()}
    assert found.departments == tuple(sorted(close, key=lambda name: -lower[name]))
    assert found.weakest is not None
    assert set(found.weakest) == {"a", "b"}
    assert found.flipped >= found.weakest_flipped > WEIGHTINGS / 10
    assert not found.is_robust
    assert order(POLICY, close) == found


def test_equals_cannot_change_places_and_one_has_no_order() -> None:
    assert order(POLICY, {"b": unit("b"), "a": unit("a")}).flipped == 0
    alone = order(POLICY, {"a": unit("a")})
    assert (alone.weightings, alone.is_robust) == (0, True)


def test_the_order_is_of_those_that_are_rated() -> None:
    con, pair = pool(), [department("alpha"), department("beta")]
    deliver(con, JANUARY, [{}, {"untraceable": 1}])
    deliver(con, JANUARY, [{}], of="beta")
    deliver(con, FEBRUARY, [{}])
    deliver(con, FEBRUARY, status="missing", of="beta")
    measure(con, pair, {"alpha": contract(), "beta": contract()})
    for each in pair:
        restate_department(con, (POLICY,), each)
    restate_city(con, (POLICY,), pair)
    assert con.execute("select as_of, departments, weightings from score_order order by 1").fetchall() == [
        (JANUARY, ["beta", "alpha"], WEIGHTINGS),
        (FEBRUARY, ["alpha"], 0),
    ]


NOTHING: dict[str, dict[str, Any]] = {
    "missing manifest": {"status": "missing"},
    "empty manifest": {"status": "empty"},
    "unreadable manifest": {"status": "unreadable"},
    "all rejected": {"rejected": 3},
    "not due": {"status": "not_due"},
}
UNREAD = {"file_status": "unreadable"}
SOMETHING: dict[str, dict[str, Any]] = {
    "no images readable": {"facts": [UNREAD] * 3},
    "no images readable, some rejected": {"facts": [UNREAD], "rejected": 2},
}


@pytest.fixture(scope="module")
def two_policies() -> tuple[Policy, Policy]:
    lenient = POLICY.model_copy(update={"name": "lenient", "coverage_floor": 0.0, "in_force_from": MARCH})
    return lenient, POLICY


def test_no_score_is_computed_from_nothing_in_any_combination(two_policies: tuple[Policy, Policy]) -> None:
    """Every combination of two departments and two dates, also under a policy that rates whatever little is known."""
    names = [*NOTHING, *SOMETHING]
    cases = NOTHING | SOMETHING
    con, departments = pool(), []
    for number, (first, second) in enumerate(itertools.product(names, names)):
        own = department(f"d{number}")
        departments.append(own)
        for as_of, case in ((JANUARY, first), (FEBRUARY, second)):
            deliver(con, as_of, of=own.name, **cases[case])
    contracts = {each.name: contract() for each in departments}
    build_ledger(con, departments[:1])
    measure(con, departments, contracts)
    found = [row for each in departments for row in restate_department(con, two_policies, each)]
    state = {
        (f"d{number}", as_of): case
        for number, pair in enumerate(itertools.product(names, names))
        for as_of, case in zip((JANUARY, FEBRUARY), pair, strict=True)
    }
    assert {(row.department, row.as_of) for row in found} == {key for key, case in state.items() if case != "not due"}
    measures = stored_measures(con, [each.name for each in departments])
    for row in found:
        own = [each for each in measures if (each.department, each.as_of) == (row.department, row.as_of)]
        if state[row.department, row.as_of] in NOTHING:
            assert (row.score, row.lower, row.grade, row.images) == (None, 0, "NR", 0)
            assert row.reason
            words = {each.word for each in determine(POLICY, own)}
            assert "sufficiently reliable" not in words
        else:
            assert row.score is not None
            assert row.lower < row.score < 100
            assert row.coverage < 1
    graded = con.execute("select count(*) from score_history where score is null and grade <> 'NR'").fetchall()
    assert graded == [(0,)]


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations_with_replacement(NOTHING, 2)))
def test_a_city_of_nothing_has_no_score(one: str, other: str, two_policies: tuple[Policy, Policy]) -> None:
    con, pair = pool(), [department("alpha"), department("beta")]
    for own, case in zip(pair, (one, other), strict=True):
        deliver(con, JANUARY, of=own.name, **NOTHING[case])
    measure(con, pair, {"alpha": contract(), "beta": contract()})
    for each in pair:
        restate_department(con, two_policies, each)
    rows = restate_city(con, two_policies, pair)
    assert [(row.score, row.grade) for row in rows] == [(None, "NR")]
    assert con.execute("select count(*) from score_order").fetchall() == [(0,)]
