"""Deliveries and decisions in a few words, the tables that they leave, and the ledger as a clerk would keep it.

The clerk (``simulate``) walks through the dates one by one and knows nothing of SQL: the ledger's tests hold the tables
against his book.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from dedup_assets.deliveries.department import Department
from dedup_assets.findings.ledger import SEVERITIES
from scoring_tables import GOOD, insert_fact

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS = [date(2026, month, 1) for month in range(1, 8)]
ALPHA = Department(name="alpha", title="Alpha", system="files", owner="team:alpha")
BETA = Department(name="beta", title="Beta", system="files", owner="team:beta")


@dataclass
class Day:
    """One date of one department.

    ``images``: the severity of each finding that it shows. ``records``: of records that show none, whether they are
    ``clean``, ``unreadable`` (their photograph cannot be compared) or ``rejected``; what is not named is gone.
    """

    status: str
    images: dict[str, str] = field(default_factory=dict)
    about_delivery: bool = False  # a DEL-* finding at this date
    records: dict[str, str] = field(default_factory=dict)
    rule: str = "fail"  # what the rule about images answers


@dataclass(frozen=True)
class Decision:
    """A person withdraws the finding of ``key`` ``day`` days after the first of January, and undoes it at ``end``."""

    key: str
    day: int
    end: int | None = None
    verdict: str = "not_a_problem"


def pool() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
        con.execute(file.read_text(encoding="utf-8"))
    return con


def store(con: duckdb.DuckDBPyConnection, series: dict[date, Day], department: str = "alpha", version: int = 1) -> None:
    """The tables as the rooms before the ledger leave them."""
    periods, findings, judged, facts, rejected = [], [], [], [], []
    for as_of, day in series.items():
        delivery = None if day.status in {"missing", "not_due"} else f"{department}-{as_of}-{version}"
        periods.append((department, as_of, delivery, day.status, None))
        if day.status == "read":
            judged += [(department, as_of, "DUP-001", day.rule), (department, as_of, "DEL-001", "pass")]
            held = dict.fromkeys(day.images, "clean") | day.records
            contents = {key: None if how == "unreadable" else f"sha-{key}" for key, how in held.items()}
            facts += [
                (delivery, department, as_of, row_no, key, contents[key])
                for row_no, (key, how) in enumerate(held.items())
                if how != "rejected"
            ]
            rejected += [
                (delivery, department, as_of, row_no, f'9,"{key}",broken')
                for row_no, (key, how) in enumerate(held.items())
                if how == "rejected"
            ]
        shown = {f"F-{department}-{key}": ("DUP-001", key, severity) for key, severity in day.images.items()}
        if day.about_delivery:
            shown[f"F-{department}-{as_of}"] = ("DEL-001", str(as_of), "critical")
        findings += [(finding, department, as_of, *what, delivery) for finding, what in shown.items()]
    for table in ("period", "finding", "rule_result", "image_fact", "rejected_row"):
        con.execute(f"delete from {table} where department = ?", [department])
    insert(con, "insert into period values (?, ?, ?, ?, ?)", periods)
    insert(
        con,
        "insert into rule_result values (?, ?, ?, ?, 'info', 'uniqueness', 1, 0, 1, 'suite', 'd16e57', null)",
        judged,
    )
    for each in facts:
        keys = ("delivery_id", "department", "as_of", "row_no", "image_id", "sha256")
        insert_fact(con, GOOD | dict(zip(keys, each, strict=True)))
    insert(con, "insert into rejected_row values (?, ?, ?, ?, null, 'required', 'broken', ?)", rejected)
    insert(
        con,
        """insert into finding
        (finding_id, department, as_of, rule_id, subject, severity, delivery_id, condition, evidence)
        values (?, ?, ?, ?, ?, ?, ?, 'seen', '{}')""",
        findings,
    )


def insert(con: duckdb.DuckDBPyConnection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        con.executemany(statement, rows)


def decide(con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], department: str = "alpha") -> None:
    """The table that the room ``review`` leaves."""
    con.execute("delete from decision")
    start = datetime(2026, 1, 1, 12)  # noqa: DTZ001  # the table's times are universal and carry no zone
    rows = [
        (
            number,
            f"F-{department}-{each.key}",
            each.verdict,
            start + timedelta(each.day),
            None if each.end is None else start + timedelta(each.end),
        )
        for number, each in enumerate(decisions)
    ]
    insert(
        con,
        """insert into decision values
        (?, 'c0de', 'finding', ?, null, null, ?, 'two houses', 'ana', ?, 'person', ?, null, null)""",
        rows,
    )


class Clerk:
    """The book of one department."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.open: set[str] = set()
        self.held: set[str] = set()  # closed, and not looked for since
        self.there: dict[str, bool] = {}  # what a delivery said last
        self.events: set[tuple[str, date, str]] = set()

    def note(self, finding: str, as_of: date, event: str) -> None:
        self.events.add((finding, as_of, event))
        if event in {"opened", "reopened"}:
            self.open.add(finding)
            self.held.discard(finding)
        elif event in {"closed", "withdrawn"}:
            self.open.discard(finding)

    def see(self, finding: str, as_of: date, *, withdrawn_before: bool) -> None:
        self.there[finding] = True
        if finding not in self.known:
            self.note(finding, as_of, "opened")
        elif finding in self.open:
            self.note(finding, as_of, "seen_again")
        elif not withdrawn_before:
            self.note(finding, as_of, "reopened")
        self.known.add(finding)

    def miss(self, finding: str, as_of: date, *, withdrawn: bool) -> None:
        self.there[finding] = False
        if finding in self.open:
            self.note(finding, as_of, "closed")
            self.held.add(finding)
        elif finding in self.held:
            self.held.discard(finding)
            if not withdrawn:
                self.note(finding, as_of, "verified")

    def hear(self, finding: str, as_of: date, *, withdrawn: bool, withdrawn_before: bool) -> None:
        if withdrawn and finding in self.open:
            self.note(finding, as_of, "withdrawn")
        elif withdrawn_before and not withdrawn and self.there.get(finding) and finding not in self.open:
            self.note(finding, as_of, "reopened")


def simulate(
    series: dict[date, Day], department: str = "alpha", decisions: Sequence[Decision] = ()
) -> tuple[set[tuple[str, date, str, str]], dict[tuple[date, str], tuple[int, ...]]]:
    """Events and balances by walking through the dates one by one."""
    clerk, severity, book = Clerk(), {}, []
    dates = sorted(series)
    spans: dict[str, list[tuple[date, date]]] = {}
    for each in decisions:
        spans.setdefault(f"F-{department}-{each.key}", []).append(span(each, dates))
    before: set[str] = set()
    for as_of in dates:
        day = series[as_of]
        shown = {f"F-{department}-{key}": its for key, its in day.images.items()} if day.status == "read" else {}
        if day.about_delivery:
            shown[f"F-{department}-{as_of}"] = "critical"
        severity |= shown
        now = {each for each, its in spans.items() if any(first <= as_of < last for first, last in its)}
        opening = set(clerk.open)
        for finding in shown:
            clerk.see(finding, as_of, withdrawn_before=finding in now & before)
        for finding in clerk.known - shown.keys():
            if day.status == "read" and looked_for(finding, day, department):
                clerk.miss(finding, as_of, withdrawn=finding in now)
        for finding in clerk.known:
            clerk.hear(finding, as_of, withdrawn=finding in now, withdrawn_before=finding in before)
        before = now
        book.append((as_of, opening, set(clerk.open)))
    balances = {}
    for as_of, opening, closing in book:
        today = [(finding, event) for finding, when, event in clerk.events if when == as_of]
        for its in SEVERITIES:
            counts = [
                sum(severity[finding] == its and what == event for finding, what in today)
                for event in ("opened", "reopened", "closed", "withdrawn")
            ]
            ends = [sum(severity[finding] == its for finding in which) for which in (opening, closing)]
            balances[as_of, its] = (ends[0], *counts, ends[1])
    return {(finding, when, event, severity[finding]) for finding, when, event in clerk.events}, balances


def looked_for(finding: str, day: Day, department: str) -> bool:
    """Whether a delivery that does not show a finding can say that it is gone."""
    key = finding.removeprefix(f"F-{department}-")
    if key.startswith("2026"):
        return True
    return day.rule in {"pass", "fail"} and day.records.get(key, "gone") in {"clean", "gone"}


def span(decision: Decision, dates: Sequence[date]) -> tuple[date, date]:
    """The dates of the calendar from and to which a decision counts."""
    ends = [
        max([each for each in dates if each <= date(2026, 1, 1) + timedelta(days)], default=dates[0])
        for days in (decision.day, decision.end)
        if days is not None
    ]
    return ends[0], ends[1] if len(ends) > 1 else date.max


def stored(
    con: duckdb.DuckDBPyConnection, department: str = "alpha"
) -> tuple[set[tuple[str, date, str, str]], dict[tuple[date, str], tuple[int, ...]]]:
    """Events and balances as the tables hold them."""
    rows = con.execute(
        "select finding_id, as_of, event, severity from ledger_event where department = ?", [department]
    ).fetchall()
    assert len(rows) == len(set(rows)), "one event of a finding stands twice"
    balances = con.execute(
        """select as_of, severity, opening, new, reopened, closed, withdrawn, closing
        from ledger_balance where department = ?""",
        [department],
    ).fetchall()
    return set(rows), {(row[0], row[1]): row[2:] for row in balances}
