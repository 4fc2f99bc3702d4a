"""The ledger against a clerk's book that anybody can follow, and against tables that were tampered with."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.findings.ledger import SEVERITIES, LedgerBalanceError, build_ledger, check_ledger, city_ledger
from ledger_kit import ALPHA, BETA, MONTHS, Day, Decision, decide, pool, simulate, store, stored

SHARED_POOL = pool()
KEYS = "abcdef"


@st.composite
def days(draw: st.DrawFn) -> Day:
    status = draw(st.sampled_from(["read", "read", "read", "read", "missing", "empty", "unreadable", "not_due"]))
    images, records = {}, {}
    for key in KEYS if status == "read" else ():
        how = draw(st.sampled_from(["shown", "shown", "clean", "clean", "gone", "unreadable", "rejected"]))
        if how == "shown":
            images[key] = draw(st.sampled_from(SEVERITIES))
        elif how != "gone":
            records[key] = how
    about = status != "not_due" and draw(st.booleans())
    rule = "fail" if images else draw(st.sampled_from(["pass", "pass", "error", "no_data"]))
    return Day(status, images, about, records, rule)


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    found = []
    for key in draw(st.lists(st.sampled_from(KEYS[:3]), max_size=3)):
        day = draw(st.integers(-10, 200))
        found.append(Decision(key, day, draw(st.none() | st.integers(day, 210))))
    return found


SERIES = st.lists(days(), min_size=1, max_size=len(MONTHS)).map(lambda each: dict(zip(MONTHS, each, strict=False)))


@settings(max_examples=10, deadline=None)
@given(SERIES, decisions())
def test_equals_the_clerks_book(series: dict[date, Day], decided: list[Decision]) -> None:
    store(SHARED_POOL, series)
    decide(SHARED_POOL, decided)
    build_ledger(SHARED_POOL, [ALPHA])
    events, balances = simulate(series, decisions=decided)
    assert stored(SHARED_POOL)[0] == events
    assert stored(SHARED_POOL)[1] == balances


@settings(max_examples=4, deadline=None)
@given(SERIES, st.data())
def test_deliveries_in_any_order_give_the_same_ledger(series: dict[date, Day], data: st.DataObject) -> None:
    # A date without a delivery of the department's own is in the calendar all the same: others delivered.
    arrived = {as_of: Day("missing", about_delivery=True) for as_of in series}
    decide(SHARED_POOL, [])
    for as_of in data.draw(st.permutations(sorted(series)))[-3:]:
        arrived[as_of] = series[as_of]
        store(SHARED_POOL, arrived)
        build_ledger(SHARED_POOL, [ALPHA])
        assert stored(SHARED_POOL) == simulate(arrived)


def test_departments_are_told_apart() -> None:
    con = pool()
    alpha, beta = {MONTHS[0]: Day("read", {"a": "info"})}, {MONTHS[0]: Day("read", {"a": "info", "b": "critical"})}
    store(con, alpha)
    store(con, beta, "beta")
    report = build_ledger(con, [ALPHA, BETA])
    assert stored(con) == simulate(alpha)
    assert stored(con, "beta") == simulate(beta, "beta")
    assert report.closing == 3


def test_the_life_of_a_finding() -> None:
    con = pool()
    series = {
        MONTHS[0]: Day("read", {"a": "warning", "b": "warning"}),
        MONTHS[1]: Day("read", {"b": "warning"}),
        MONTHS[2]: Day("missing", about_delivery=True),
        MONTHS[3]: Day("not_due"),
        MONTHS[4]: Day("read", {"a": "warning"}),
    }
    store(con, series)
    report = build_ledger(con, [ALPHA])
    told = {}
    for finding, as_of, event, _ in sorted(stored(con)[0], key=lambda each: each[1]):
        told.setdefault(finding.removeprefix("F-alpha-"), []).append((as_of.month, event))
    assert told == {
        "a": [(1, "opened"), (2, "closed"), (5, "reopened")],
        "b": [(1, "opened"), (2, "seen_again"), (5, "closed")],
        "2026-03-01": [(3, "opened"), (5, "closed")],
    }
    assert (report.opening, report.new, report.reopened, report.closed, report.closing) == (2, 0, 1, 2, 1)
    assert [(each.severity, each.closed) for each in report.balances] == [("critical", 1), ("info", 0), ("warning", 1)]
    assert report.rows == 15


def test_missing_deliveries_close_nothing() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "critical"}), **{each: Day("missing") for each in MONTHS[1:4]}})
    assert build_ledger(con, [ALPHA]).closing == 1


def test_a_superseded_deliverys_findings_are_not_seen() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info", "b": "info"})})
    assert build_ledger(con, [ALPHA]).closing == 2
    con.execute("update period set delivery_id = 'corrected'")
    con.execute("update finding set delivery_id = 'corrected' where subject = 'b'")
    assert build_ledger(con, [ALPHA]).closing == 1


def test_what_a_delivery_showed_before_it_became_unreadable_is_not_seen() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info"}), MONTHS[1]: Day("read", {"a": "info", "b": "info"})})
    con.execute("update period set status = 'unreadable' where as_of = ?", [MONTHS[1]])
    build_ledger(con, [ALPHA])
    assert {each[:3] for each in stored(con)[0]} == {("F-alpha-a", MONTHS[0], "opened")}


def test_a_delivery_in_force_at_two_dates_is_seen_at_both() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info"}), MONTHS[1]: Day("read")})
    con.execute("update period set delivery_id = (select min(delivery_id) from period)")
    build_ledger(con, [ALPHA])
    assert {each[2] for each in stored(con)[0]} == {"opened", "seen_again"}


def test_a_changed_severity_moves_the_finding_whole() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "warning"}), MONTHS[1]: Day("read", {"a": "critical"})})
    build_ledger(con, [ALPHA])
    balances = stored(con)[1]
    assert balances[MONTHS[0], "critical"][5] == 1
    assert all(sum(balances[month, "warning"]) == 0 for month in MONTHS[:2])


def test_every_date_has_a_row_for_every_severity() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("not_due"), MONTHS[1]: Day("missing"), MONTHS[2]: Day("read")})
    build_ledger(con, [ALPHA])
    assert set(stored(con)[1]) == {(month, severity) for month in MONTHS[:3] for severity in SEVERITIES}


def test_other_departments_are_left_alone() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info"})})
    store(con, {MONTHS[0]: Day("read", {"b": "info"})}, "beta")
    build_ledger(con, [ALPHA, BETA])
    store(con, {}, "beta")
    build_ledger(con, [ALPHA])
    assert stored(con, "beta")[0]
    build_ledger(con, [BETA])
    assert not stored(con, "beta")[0]
    assert stored(con)[0]


def test_overdue_counts_from_the_present_opening() -> None:
    con = pool()
    start = date(2026, 1, 1)
    dates = [start, start + timedelta(14), start + timedelta(15), start + timedelta(20), start + timedelta(40)]
    shown = [{"a": "critical"}, {"a": "critical"}, {"a": "critical"}, {}, {"a": "critical", "b": "critical"}]
    store(con, {as_of: Day("read", images) for as_of, images in zip(dates, shown, strict=True)})
    build_ledger(con, [ALPHA])
    rows = con.execute("select as_of, overdue from overdue where severity = 'critical' order by as_of").fetchall()
    assert rows == [(dates[0], 0), (dates[1], 0), (dates[2], 1), (dates[3], 0), (dates[4], 0)]
    assert con.execute("select sum(overdue) from overdue where severity <> 'critical'").fetchall() == [(0,)]


def test_overdue_follows_the_departments_own_days() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "warning"}), MONTHS[1]: Day("missing")})
    strict = ALPHA.model_copy(update={"sla_days": ALPHA.sla_days.model_copy(update={"warning": 30})})
    assert build_ledger(con, [ALPHA]).overdue == 0
    assert build_ledger(con, [strict]).overdue == 1


@pytest.fixture
def balanced() -> duckdb.DuckDBPyConnection:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "warning", "b": "info"}), MONTHS[1]: Day("read", {"b": "info"})})
    build_ledger(con, [ALPHA])
    check_ledger(con, [ALPHA])
    return con


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        (
            "update ledger_balance set opening = 7, closing = 6 where severity = 'warning' and as_of = '2026-02-01'",
            "alpha, 2026-02-01, warning: opening is not the previous closing (opening 7, new 0, reopened 0, closed 1",
        ),
        (
            "delete from ledger_event where event = 'closed'",
            "alpha, 2026-02-01, warning: the movements are not those of ledger_event",
        ),
        (
            "delete from finding where subject = 'b' and as_of = '2026-02-01'",
            "alpha, 2026-02-01, info: closing is not the number of open findings",
        ),
        (
            "delete from ledger_balance where severity = 'critical' and as_of = '2026-01-01'",
            "alpha, 2026-01-01, critical: there is no row in ledger_balance",
        ),
        (
            "update finding set severity = 'grave' where subject = 'b'",
            "alpha, 2026-01-01, grave: there is no row in ledger_balance",
        ),
    ],
)
def test_a_ledger_that_was_tampered_with_is_refused(
    balanced: duckdb.DuckDBPyConnection, tampering: str, says: str
) -> None:
    balanced.execute(tampering)
    with pytest.raises(LedgerBalanceError) as error:
        check_ledger(balanced, [ALPHA])
    assert says in str(error.value)


def test_a_broken_equation_is_refused_even_without_the_tables_own_check(balanced: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConstraintException):
        balanced.execute("update ledger_balance set closed = 5 where severity = 'warning' and as_of = '2026-02-01'")
    balanced.execute("create table unguarded as from ledger_balance")
    balanced.execute("drop table ledger_balance")
    balanced.execute("alter table unguarded rename to ledger_balance")
    balanced.execute("update ledger_balance set closed = 5 where severity = 'warning' and as_of = '2026-02-01'")
    with pytest.raises(LedgerBalanceError, match=r"2026-02-01, warning: opening \+ new .* is not closing .*closed 5"):
        check_ledger(balanced, [ALPHA])


def test_a_ledger_that_does_not_add_up_is_not_kept(balanced: duckdb.DuckDBPyConnection) -> None:
    before = stored(balanced)
    balanced.execute("update finding set severity = 'grave' where subject = 'b'")
    with pytest.raises(LedgerBalanceError):
        build_ledger(balanced, [ALPHA])
    assert stored(balanced) == before


def test_it_joins_a_transaction_that_is_open(balanced: duckdb.DuckDBPyConnection) -> None:
    before = stored(balanced)
    balanced.begin()
    store(balanced, {MONTHS[0]: Day("read", {"z": "info"})})
    build_ledger(balanced, [ALPHA])
    assert stored(balanced) != before
    balanced.rollback()
    assert stored(balanced) == before


def test_the_city_is_the_sum_of_its_departments() -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info", "b": "info"}), MONTHS[1]: Day("read", {"b": "info"})})
    store(con, {MONTHS[0]: Day("missing"), MONTHS[1]: Day("read", {"c": "info", "d": "critical"})}, "beta")
    build_ledger(con, [ALPHA, BETA])
    found = {each.severity: each for each in city_ledger(con, [ALPHA, BETA])}
    assert found.keys() == set(SEVERITIES)
    info = found["info"]
    assert (info.department, info.as_of, info.opening, info.new, info.closed, info.closing, info.overdue) == (
        "city", MONTHS[1], 2, 1, 1, 2, 0,
    )  # fmt: skip


def test_a_department_that_is_missing_at_one_date_is_found_out_in_the_city() -> None:
    con = pool()
    for name in ("alpha", "beta"):
        store(con, {MONTHS[0]: Day("read", {"a": "info"}), MONTHS[1]: Day("read")}, name)
    build_ledger(con, [ALPHA, BETA])
    con.execute("delete from ledger_balance where department = 'beta' and as_of = ?", [MONTHS[1]])
    with pytest.raises(LedgerBalanceError, match="city, 2026-02-01, critical: a department has no row at this date"):
        city_ledger(con, [ALPHA, BETA])


def test_a_decision_that_another_one_replaces_goes_on() -> None:
    con = pool()
    store(con, {month: Day("read", {"a": "info"}) for month in MONTHS[:5]})
    decide(con, [Decision("a", 0, 95), Decision("a", 95)])
    build_ledger(con, [ALPHA])
    assert {each[1:3] for each in stored(con)[0]} == {(MONTHS[0], "opened"), (MONTHS[0], "withdrawn")}


def test_a_decision_of_one_month_ends_with_its_undoing() -> None:
    con = pool()
    store(con, {month: Day("read", {"a": "info"}) for month in MONTHS[:4]} | {MONTHS[4]: Day("missing")})
    decide(con, [Decision("a", 40, 125), Decision("a", 126, 127), Decision("b", 1)])
    build_ledger(con, [ALPHA])
    assert {each[1:3] for each in stored(con)[0]} == {
        (MONTHS[0], "opened"), (MONTHS[1], "seen_again"), (MONTHS[1], "withdrawn"), (MONTHS[4], "reopened"),
    }  # fmt: skip
