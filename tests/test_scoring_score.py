"""Scores of departments and of the city, from the tables that the rooms before leave."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.deliveries.department import Department, SlaDays
from dedup_assets.findings.ledger import build_ledger
from dedup_assets.scoring.explain import explain_score
from dedup_assets.scoring.measure import measure, stored_measures
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.score import Score, score, score_city, score_department
from dedup_assets.settings import Settings
from scoring_tables import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    METADATA_ONLY,
    NO_FILE,
    contract,
    deliver,
    department,
    measures,
    pool,
)

if TYPE_CHECKING:
    from datetime import date

    import duckdb

POLICY = load_policy(Settings.model_fields["policy"].default)
ALPHA, BETA = department(), department("beta")


def run(con: duckdb.DuckDBPyConnection, *departments: Department) -> dict[tuple[str, date], Score]:
    """Everything from facts to scores; the score rows by department and date."""
    build_ledger(con, departments)
    measure(con, departments, {each.name: contract() for each in departments})
    return {(each.department, each.as_of): each for each in score(con, POLICY, departments)}


def find(
    con: duckdb.DuckDBPyConnection, as_of: date, subject: str, severity: str = "critical", of: str = "alpha"
) -> None:
    con.execute(
        "insert into finding values (?, ?, ?, 'DUP-001', ?, ?, 1, ?, 'seen', '{}')",
        [f"F-{of}-{subject}", of, as_of, subject, f"{of}-{as_of}", severity],
    )


def test_a_faultless_delivery() -> None:
    con = pool()
    deliver(con, JANUARY, [{}] * 4)
    found = run(con, ALPHA)["alpha", JANUARY]
    assert found == Score("alpha", JANUARY, POLICY.version, 100.0, 1.0, 100.0, 100.0, "A", None, 4, 0)


# Every way in which a delivery can leave nothing, or almost nothing, to measure.
NOTHING_CAME = {
    "missing": ({"status": "missing"}, "No delivery for 2026-02"),
    "empty": ({"status": "empty"}, "The delivery for 2026-02 is empty"),
    "unreadable": ({"status": "unreadable"}, "The delivery for 2026-02 could not be read"),
    "all rejected": ({"rejected": 4}, "Every row of the delivery for 2026-02 was rejected"),
}
NO_IMAGE = {
    "no image there": NO_FILE,
    "no image readable": {"file_status": "unreadable"},
    "images outside the root": {"file_status": "outside_root", "sha256": None},
}
BEFORE: dict[str, list[dict[str, Any]] | None] = {"first delivery": None, "after a good one": [{}] * 4}


@pytest.mark.parametrize(("case", "before"), list(itertools.product(NOTHING_CAME, BEFORE)))
def test_no_score_from_nothing(case: str, before: str) -> None:
    con = pool()
    if BEFORE[before]:
        deliver(con, JANUARY, BEFORE[before])
    how, reason = NOTHING_CAME[case]
    deliver(con, FEBRUARY, **how)
    found = run(con, ALPHA)
    assert found["alpha", FEBRUARY].score is None
    assert found["alpha", FEBRUARY].grade == "NR"
    assert found["alpha", FEBRUARY].reason == reason
    assert (found["alpha", FEBRUARY].lower, found["alpha", FEBRUARY].images) == (0, 0)
    assert found["alpha", FEBRUARY].upper == pytest.approx(95.7)
    assert found["city", FEBRUARY].score is None
    assert found["city", FEBRUARY].grade == "NR"
    assert found["city", FEBRUARY].reason == "coverage 4.3% is below 80%"


@pytest.mark.parametrize(("case", "rejected"), list(itertools.product(NO_IMAGE, [0, 1, 40])))
def test_without_a_readable_image_nothing_is_perfect(case: str, rejected: int) -> None:
    con = pool()
    deliver(con, FEBRUARY, [NO_IMAGE[case]] * 4, rejected=rejected)
    found = run(con, ALPHA)["alpha", FEBRUARY]
    assert found.score is not None
    assert found.score < 100
    assert found.lower <= found.score <= found.upper
    assert found.grade == "NR"
    if not rejected:
        assert found.reason == "coverage 79.4% is below 80%"


def test_undecided_pairs_widen_the_bounds() -> None:
    con = pool()
    deliver(con, JANUARY, [{}, {"near_candidates": 1}])
    found = run(con, ALPHA)["alpha", JANUARY]
    assert (found.score, found.upper) == (100, 100)
    assert found.lower == pytest.approx(100 - 10.3)
    assert found.grade == "C"


def test_a_date_with_nothing_due_has_no_score() -> None:
    con = pool()
    deliver(con, JANUARY, status="not_due")
    deliver(con, FEBRUARY, [{}])
    assert set(run(con, ALPHA)) == {("alpha", FEBRUARY), ("city", JANUARY), ("city", FEBRUARY)}


def test_a_quarterly_department_is_told_the_day() -> None:
    con = pool()
    deliver(con, JANUARY, status="missing")
    found = run(con, department(cadence="quarterly"))
    assert found["alpha", JANUARY].reason == "No delivery for 2026-01-01"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "capped at C: 2 critical findings past their 14 days"),
        ({"sla_days": SlaDays(critical=30)}, "capped at C: 2 critical findings past their 30 days"),
        ({"sla_days": SlaDays(critical=31)}, None),
        ({"restricted": True}, "capped at C: critical findings past their 14 days"),
    ],
)
def test_overdue_critical_findings_cap_the_grade(more: dict[str, Any], reason: str | None) -> None:
    con = pool()
    for as_of in (JANUARY, FEBRUARY):
        deliver(con, as_of, [{}, {}])
        find(con, as_of, "i1")
        find(con, as_of, "i2")
        find(con, as_of, "i2-copy", "warning")
    found = run(con, department(**more))
    assert found["alpha", JANUARY].grade == "A"
    assert (found["alpha", FEBRUARY].grade, found["alpha", FEBRUARY].reason) == ("C" if reason else "A", reason)
    assert (found["alpha", FEBRUARY].lower, found["alpha", FEBRUARY].open_findings) == (100, 3)
    if reason:
        assert found["city", FEBRUARY].reason == "capped at C: critical findings past their deadlines"


def test_one_late_finding_is_one() -> None:
    con = pool()
    for as_of in (JANUARY, FEBRUARY):
        deliver(con, as_of, [{}])
        find(con, as_of, "i1")
    assert run(con, ALPHA)["alpha", FEBRUARY].reason == "capped at C: 1 critical finding past its 14 days"


def test_the_city_pools_its_departments() -> None:
    con = pool()
    deliver(con, JANUARY, [{}] * 3)
    deliver(con, JANUARY, [{"untraceable": 1}], of="beta")
    found = run(con, ALPHA, BETA)
    pooled = measures(stored_measures(con, ["city"]), JANUARY, "city")
    assert pooled["traceability"] == (1, 4, 4)
    assert pooled["timeliness"] == (0, 2, 2)
    assert found["city", JANUARY].score == pytest.approx(100 - 9.5 / 4)
    assert found["city", JANUARY].images == 4


def test_a_department_with_nothing_due_keeps_its_place_in_the_city() -> None:
    con = pool()
    deliver(con, JANUARY, [{}] * 3)
    deliver(con, FEBRUARY, [{}] * 3)
    deliver(con, JANUARY, [{"untraceable": 1}], of="beta")
    deliver(con, FEBRUARY, status="not_due", of="beta")
    found = run(con, ALPHA, BETA)
    assert found["city", FEBRUARY].score == found["city", JANUARY].score
    assert found["city", FEBRUARY].images == 4


def test_a_department_that_is_new_and_not_due_yet_is_no_part_of_the_city() -> None:
    con = pool()
    deliver(con, JANUARY, [{}])
    deliver(con, JANUARY, status="not_due", of="beta")
    assert run(con, ALPHA, BETA)["city", JANUARY].coverage == 1


def test_a_missing_delivery_lowers_the_citys_coverage() -> None:
    con = pool()
    for as_of in (JANUARY, FEBRUARY):
        deliver(con, as_of, [{}] * 3)
    deliver(con, JANUARY, [{}], of="beta")
    deliver(con, FEBRUARY, status="missing", of="beta")
    found = run(con, ALPHA, BETA)
    assert found["city", JANUARY].grade == "A"
    # Of 4 rows 3 are known, of 2 deliveries one came.
    assert found["city", FEBRUARY].coverage == pytest.approx(0.957 * 3 / 4 + 0.043)
    assert found["city", FEBRUARY].grade == "NR"


def test_a_department_that_never_delivered_counts_like_the_others() -> None:
    con = pool()
    deliver(con, JANUARY, [{}] * 3)
    deliver(con, JANUARY, [{}] * 6, of="beta")
    deliver(con, JANUARY, status="missing", of="gamma")
    found = run(con, ALPHA, BETA, department("gamma"))
    pooled = measures(stored_measures(con, ["city"]), JANUARY, "city")
    assert pooled["traceability"] == (0, 9, 14)  # 4.5 rows, rounded up
    assert pooled["timeliness"] == (1, 3, 3)
    assert found["city", JANUARY].grade == "NR"


def test_a_department_whose_aggregates_were_not_released_is_not_forgotten() -> None:
    con = pool()
    deliver(con, JANUARY, [{}] * 3)
    run(con, ALPHA)
    found = score_city(con, POLICY, [ALPHA, department("lapd", restricted=True)])
    assert [each.grade for each in found] == ["NR"]
    assert found[0].coverage == pytest.approx(0.5)


def test_scores_are_replaced_and_other_policies_rows_stay() -> None:
    con = pool()
    deliver(con, JANUARY, [{}])
    run(con, ALPHA)
    con.execute("update score_history set policy_version = 'older'")
    first, second = run(con, ALPHA), run(con, ALPHA)
    assert first == second
    rows = con.execute("select policy_version, count(*) from score_history group by 1 order by 1").fetchall()
    assert rows == [(POLICY.version, 2), ("older", 2)]


def test_a_date_that_is_gone_has_no_score_left() -> None:
    con = pool()
    deliver(con, JANUARY, [{}])
    deliver(con, APRIL, [{}])
    run(con, ALPHA)
    con.execute("delete from period where as_of = ?", [APRIL])
    run(con, ALPHA)
    for table in ("score_history", "measure", "ledger_balance", "overdue"):
        assert con.execute(f"select count(*) from {table} where as_of = ?", [APRIL]).fetchall() == [(0,)]


def test_a_department_alone_needs_no_city() -> None:
    con = pool()
    deliver(con, JANUARY, [METADATA_ONLY])
    build_ledger(con, [ALPHA])
    measure(con, [ALPHA], {"alpha": contract("image_id")})
    rows = score_department(con, POLICY, ALPHA)
    assert [(each.score, each.coverage, each.grade) for each in rows] == [(100, 1, "A")]


def test_why_not_100() -> None:
    con = pool()
    deliver(con, JANUARY, [{"untraceable": 1}, {"permit_agreement": "disagrees"}, {"near_candidates": 1}, {}])
    deliver(con, MARCH, status="not_due")
    found = run(con, ALPHA)
    lost = explain_score(con, "alpha", JANUARY, POLICY)
    assert [(each.dimension, each.defects, each.measured) for each in lost] == [
        ("parcel_accuracy", 1, 4),
        ("referential_consistency", 1, 4),
        ("traceability", 1, 4),
        ("uniqueness", 0, 3),
    ]
    assert sum(each.points for each in lost) == pytest.approx(100 - found["alpha", JANUARY].score)
    assert lost[-1].unmeasured_points == pytest.approx(20.6 / 4)
    assert explain_score(con, "city", JANUARY) == lost
    assert explain_score(con, "alpha", MARCH) == []
