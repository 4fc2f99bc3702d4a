"""What was not measured closes nothing: rules that gave no answer, records that no rule could judge, lost partners."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.findings.ledger import build_ledger
from dedup_assets.findings.suites import COLUMNS, load_rules
from dedup_assets.settings import PROJECT
from dedup_assets.warehouse import query
from scoring_tables import FEBRUARY, JANUARY, MARCH, deliver, department, pool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import duckdb

ALPHA = department()
RULES = load_rules(PROJECT / "expectations")
RECORD = {"sha256": "a" * 64, "apn": "5056022001"}


def find(
    con: duckdb.DuckDBPyConnection, rule: str, subject: str = "i1", evidence: Mapping[str, Any] | None = None
) -> None:
    """A finding of January."""
    con.execute(
        "insert into finding values (?, 'alpha', ?, ?, ?, ?, 1, 'warning', 'seen', ?)",
        [f"F-{rule}-{subject}", JANUARY, rule, subject, f"alpha-{JANUARY}", json.dumps(evidence or {})],
    )


def answer(con: duckdb.DuckDBPyConnection, as_of: date, rule: str, status: str = "pass") -> None:
    con.execute(
        "insert into rule_result values ('alpha', ?, ?, ?, 'warning', 'x', 1, 0, 1, 'image_fact', 'd16e57', null)",
        [as_of, rule, status],
    )


def events(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[int, str]]]:
    """What happened to each finding, with the month."""
    build_ledger(con, [ALPHA], RULES)
    told: dict[str, list[tuple[int, str]]] = {}
    for finding, month, event in con.execute(
        "select finding_id, month(as_of), event from ledger_event order by as_of, event"
    ).fetchall():
        told.setdefault(finding, []).append((month, event))
    return told


@pytest.mark.parametrize("status", ["error", "no_data", "not_applicable", None])
def test_a_rule_without_an_answer_closes_nothing(status: str | None) -> None:
    con = pool()
    for as_of in (JANUARY, FEBRUARY, MARCH):
        deliver(con, as_of, [RECORD])
    find(con, "DUP-001")
    if status:
        answer(con, FEBRUARY, "DUP-001", status)
    answer(con, MARCH, "DUP-001")
    assert events(con) == {"F-DUP-001-i1": [(1, "opened"), (3, "closed")]}


def test_a_closing_is_verified_by_the_next_delivery_that_looked() -> None:
    con = pool()
    deliver(con, JANUARY, [RECORD])
    deliver(con, FEBRUARY, [RECORD])
    deliver(con, MARCH, [{**RECORD, "sha256": None, "file_status": "missing"}])
    find(con, "DUP-001")
    for as_of in (FEBRUARY, MARCH):
        answer(con, as_of, "DUP-001")
    assert events(con) == {"F-DUP-001-i1": [(1, "opened"), (2, "closed")]}
    con.execute("update image_fact set sha256 = 'b' where as_of = ?", [MARCH])
    assert events(con) == {"F-DUP-001-i1": [(1, "opened"), (2, "closed"), (3, "verified")]}


def test_a_record_whose_row_was_rejected_is_not_gone() -> None:
    con = pool()
    deliver(con, JANUARY, [RECORD])
    deliver(con, FEBRUARY, [{}], rejected=1)
    con.execute("update image_fact set image_id = 'i9' where as_of = ?", [FEBRUARY])
    for subject in ("i1", "i2"):
        find(con, "DUP-001", subject)
    con.execute(
        "insert into rejected_row values (?, 'alpha', ?, 2, null, 'required', 'no permit', ?)",
        [f"alpha-{FEBRUARY}", FEBRUARY, '{"PHOTO": "i1", "PERMIT": ""}'],
    )
    answer(con, FEBRUARY, "DUP-001")
    assert events(con) == {
        "F-DUP-001-i1": [(1, "opened")],
        "F-DUP-001-i2": [(1, "opened"), (2, "closed")],
    }


# Rule and evidence of a finding about record i1 and its partner i2.
PARTNERS = [
    ("DUP-001", {"kept": "i2", "others": []}),
    ("DUP-001", {"kept": "i1", "others": [{"image_id": "i2", "apn": None}]}),
    ("DUP-003", {"nearest": [{"department": "alpha", "image_id": "i2"}]}),
    ("PAR-001", {"parcels": [{"apn": "1", "department": "alpha", "image_id": "i2"}]}),
]


@pytest.mark.parametrize(("rule", "evidence"), PARTNERS)
@pytest.mark.parametrize(
    ("partner", "own", "closes"),
    [
        ({"sha256": "a" * 64}, RECORD, True),
        ({"sha256": None, "file_status": "missing"}, RECORD, False),
        ({"sha256": "c" * 64, "file_status": "unreadable"}, RECORD, False),
        ({"sha256": None, "file_status": "missing"}, {**RECORD, "sha256": "b" * 64}, True),
        (None, RECORD, True),
    ],
)
def test_a_copy_whose_partner_could_not_be_measured_is_not_gone(
    rule: str, evidence: dict[str, Any], partner: dict[str, Any] | None, own: dict[str, Any], closes: bool
) -> None:
    con = pool()
    deliver(con, JANUARY, [RECORD, RECORD])
    deliver(con, FEBRUARY, [own] if partner is None else [own, partner])
    find(con, rule, evidence={**evidence, "content": "a" * 64})
    answer(con, FEBRUARY, rule)
    assert ("F-" + rule + "-i1", [(1, "opened")] + [(2, "closed")] * closes) in events(con).items()


def test_a_partner_elsewhere_is_looked_for_in_its_newest_delivery() -> None:
    con = pool()
    deliver(con, JANUARY, [RECORD])
    deliver(con, JANUARY, [RECORD], of="beta")
    deliver(con, FEBRUARY, [RECORD])
    find(con, "DUP-002", evidence={"content": "a" * 64, "others": [{"department": "beta", "image_id": "i1"}]})
    answer(con, FEBRUARY, "DUP-002")
    assert events(con)["F-DUP-002-i1"] == [(1, "opened"), (2, "closed")]
    deliver(con, FEBRUARY, [{"sha256": None, "file_status": "unreadable"}], of="beta")
    assert events(con)["F-DUP-002-i1"] == [(1, "opened")]


# What each column that decides whether a rule can judge a record may say.
STATES: dict[str, tuple[Any, ...]] = {
    "file_status": ("ok", "unreadable", "missing", "outside_root", "not_applicable"),
    "sha256": (None, "a" * 64),
    "apn": (None, "5056022001"),
    "parcel_status": ("known", "unknown", "stale", "other_jurisdiction", "unresolved", "missing", "not_applicable"),
    "permit_status": ("known", "unknown", "ambiguous", "not_applicable"),
    "permit_agreement": ("agrees", "disagrees", "unknown_permit", "inconclusive", "not_applicable"),
    "pin_agreement": ("agrees", "disagrees", "unknown_pin", "inconclusive", "not_applicable"),
    "gps_agreement": ("agrees", "disagrees", "inconclusive", "no_gps", "not_applicable"),
    "name_agreement": ("agrees", "disagrees", "inconclusive", "no_name", "not_applicable"),
    "checksum_status": ("agrees", "differs", "not_declared", "not_computed"),
    "other_subjects": (None, 0),
    "identifiers": (0, 2),
    "mandatory_values": (0, 4),
    "typed_values": (0, 3),
}


def test_a_record_closes_its_finding_exactly_where_the_rules_can_judge_it() -> None:
    """Holds ledger_unjudged.sql to the nulls of rule_image_fact.sql, fact by fact."""
    con, chance = pool(), random.Random(5)
    records = [{name: chance.choice(each) for name, each in STATES.items()} for _ in range(60)]
    deliver(con, JANUARY, [RECORD] * len(records))
    deliver(con, FEBRUARY, records)
    deliver(con, JANUARY, [RECORD], of="beta")
    facts = COLUMNS["image_fact"]
    rules = [replace(RULES[0], id=f"FAC-{number:03}", column=fact) for number, fact in enumerate(facts)]
    for rule in rules:
        answer(con, FEBRUARY, rule.id)
        for row_no in range(1, len(records) + 1):
            find(con, rule.id, f"i{row_no}")
    build_ledger(con, [ALPHA], rules)
    closed = {
        finding for (finding,) in con.execute("select finding_id from ledger_event where event = 'closed'").fetchall()
    }
    con.execute("create temp table fact_member as select ? as target_id, false as own", [f"alpha-{FEBRUARY}"])
    judged = con.execute(query("findings", "rule_image_fact"), {"department": "alpha", "dates": [FEBRUARY]})
    frame = judged.df()
    wanted = {
        f"F-{rule.id}-i{row_no}"
        for rule in rules
        for row_no, value in zip(frame["row_no"], frame[rule.column].notna(), strict=True)
        if value
    }
    assert len(wanted) > 100
    assert closed == wanted
