"""The ledger against a simulation that anybody can follow, and against tables that were tampered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.deliveries.department import Department
from dedup_assets.findings.ledger import SEVERITIES, LedgerBalanceError, build_ledger, check_ledger

MONTHS = [date(2026, month, 1) for month in range(1, 8)]
ALPHA = Department(name="alpha", title="Alpha", system="files", owner="team:alpha")
BETA = Department(name="beta", title="Beta", system="files", owner="team:beta")


@dataclass
class Day:
    """One date of one department: the status of its period, and the severity of each finding that it shows."""

    status: str
    images: dict[str, str] = field(default_factory=dict)
    about_delivery: bool = False  # a DEL-* finding at this date


def pool() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
        con.execute(file.read_text(encoding="utf-8"))
    return con


SHARED_POOL = pool()


def store(con: duckdb.DuckDBPyConnection, series: dict[date, Day], department: str = "alpha", version: int = 1) -> None:
    """The tables as the rooms before the ledger leave them."""
    periods, findings = [], []
    for as_of, day in series.items():
        delivery = None if day.status in {"missing", "not_due"} else f"{department}-{as_of}-{version}"
        periods.append((department, as_of, delivery, day.status))
        shown = {f"F-{department}-{key}": ("DUP-001", key, severity) for key, severity in day.images.items()}
        if day.about_delivery:
            shown[f"F-{department}-{as_of}"] = ("DEL-001", str(as_of), "critical")
        findings += [(finding, department, as_of, *what, delivery) for finding, what in shown.items()]
    con.execute("delete from period where department = ?", [department])
    con.execute("delete from finding where department = ?", [department])
    if periods:
        con.executemany("insert into period values (?, ?, ?, ?, null)", periods)
    if findings:
        con.executemany(
            """insert into finding
            (finding_id, department, as_of, rule_id, subject, severity, delivery_id, condition, evidence)
            values (?, ?, ?, ?, ?, ?, ?, 'seen', '{}')""",
            findings,
        )


def simulate(series: dict[date, Day], department: str = "alpha") -> tuple[set, dict]:
    """Events and balances by walking through the dates one by one, as a clerk would."""
    last_severity: dict[str, str] = {}
    walk = []
    for as_of, day in sorted(series.items()):
        shown = {f"F-{department}-{key}": severity for key, severity in day.images.items()}
        if day.about_delivery:
            shown[f"F-{department}-{as_of}"] = "critical"
        last_severity |= shown
        walk.append((as_of, day.status, set(shown)))
    known, still_open, events, balances = set(), set(), set(), {}
    for as_of, status, shown in walk:
        opening = set(still_open)
        today = dict.fromkeys(shown & still_open, "seen_again")
        today |= {each: "reopened" if each in known else "opened" for each in shown - still_open}
        if status == "read":
            today |= dict.fromkeys(still_open - shown, "closed")
            still_open = set()
        still_open |= shown
        known |= shown
        events |= {(each, as_of, event, last_severity[each]) for each, event in today.items()}
        for severity in SEVERITIES:
            mine = [event for each, event in today.items() if last_severity[each] == severity]
            balances[as_of, severity] = (
                sum(last_severity[each] == severity for each in opening),
                mine.count("opened"),
                mine.count("reopened"),
                mine.count("closed"),
                0,
                sum(last_severity[each] == severity for each in still_open),
            )
    return events, balances


def stored(con: duckdb.DuckDBPyConnection, department: str = "alpha") -> tuple[set, dict]:
    rows = con.execute(
        "select finding_id, as_of, event, severity from ledger_event where department = ?", [department]
    ).fetchall()
    assert len(rows) == len({(finding, as_of) for finding, as_of, _, _ in rows}), "two events of a finding at a date"
    balances = con.execute(
        """select as_of, severity, opening, new, reopened, closed, withdrawn, closing
        from ledger_balance where department = ?""",
        [department],
    ).fetchall()
    return set(rows), {(row[0], row[1]): row[2:] for row in balances}


@st.composite
def days(draw: st.DrawFn) -> Day:
    status = draw(st.sampled_from(["read", "read", "read", "missing", "empty", "unreadable", "not_due"]))
    images = {}
    if status == "read":
        images = draw(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(SEVERITIES), max_size=4))
    about = status != "not_due" and draw(st.booleans())
    return Day(status, images, about)


SERIES = st.lists(days(), min_size=1, max_size=len(MONTHS)).map(lambda each: dict(zip(MONTHS, each, strict=False)))


@settings(max_examples=50, deadline=None)
@given(SERIES, SERIES)
def test_equals_the_simulation(series: dict[date, Day], other: dict[date, Day]) -> None:
    store(SHARED_POOL, series)
    store(SHARED_POOL, other, "beta")
    build_ledger(SHARED_POOL, [ALPHA, BETA])
    assert stored(SHARED_POOL) == simulate(series)
    assert stored(SHARED_POOL, "beta") == simulate(other, "beta")


@settings(max_examples=20, deadline=None)
@given(SERIES, st.data())
def test_a_late_delivery_gives_the_ledger_it_would_have_given_in_time(
    series: dict[date, Day], data: st.DataObject
) -> None:
    late = data.draw(st.sampled_from(sorted(series)))
    without = {**series, late: Day("missing", about_delivery=True)}
    store(SHARED_POOL, without)
    build_ledger(SHARED_POOL, [ALPHA])
    assert stored(SHARED_POOL) == simulate(without)
    store(SHARED_POOL, series)
    build_ledger(SHARED_POOL, [ALPHA])
    assert stored(SHARED_POOL) == simulate(series)


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
