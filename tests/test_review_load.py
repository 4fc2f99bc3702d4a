"""Decisions on their way into a pool: the table, the pairs that they overrule, and what they withdraw."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dedup_assets.cli import review as panel
from dedup_assets.findings.ledger import build_ledger
from dedup_assets.review import known
from dedup_assets.review.load import load_decisions
from dedup_assets.review.store import FILE, DecisionStore, store_of
from dedup_assets.review.subject import EVIDENCE_RANK, DecisionError, pair
from dedup_assets.warehouse import CITY, Home, WarehouseBusyError, query
from ledger_kit import ALPHA, MONTHS, Day
from ledger_kit import store as deliver
from scoring_tables import pool
from test_review_store import A, B, C, decide, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import typer

FINDING = "F-0123456789abcdef"
NOON = datetime(2026, 2, 15, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> DecisionStore:
    return DecisionStore(tmp_path / FILE)


def matched(con: duckdb.DuckDBPyConnection, a: str, b: str, verdict: str) -> None:
    con.execute(
        "insert into match by name select ? as sha256_a, ? as sha256_b, 4 as distance, ? as verdict, '{}' as evidence",
        [a, b, verdict],
    )


def test_every_decision_is_a_row_with_its_end(store: DecisionStore) -> None:
    con = pool()
    decide(store, at=NOON)
    store.undo(FINDING, "one house", "ben", at=NOON + timedelta(1))
    decide(store, pair(B, A), "not_duplicate", evidence_class="undecided")
    decide(store, pair(A, B), "duplicate", evidence_class="same_image")
    for _ in range(2):
        assert load_decisions(con, store) == 1
    rows = con.execute(
        """select subject, sha256_a, verdict, decided_at, ended_at, ended_by, ended_reason
        from decision order by entry_no"""
    ).fetchall()
    taken = datetime(2026, 6, 15, 12)  # noqa: DTZ001  # the table's times are universal and carry no zone
    noon = NOON.replace(tzinfo=None)
    assert rows == [
        (FINDING, None, "not_a_problem", noon, noon + timedelta(1), "ben", "one house"),
        (f"{A}:{B}", A, "not_duplicate", taken, taken, "ana", "two houses"),
        (f"{A}:{B}", A, "duplicate", taken, None, None, None),
    ]


def test_a_store_that_does_not_exist_gives_no_decisions(store: DecisionStore) -> None:
    assert load_decisions(pool(), store) == 0


def test_nothing_follows_from_a_broken_chain(store: DecisionStore) -> None:
    con = pool()
    decide(store)
    load_decisions(con, store)
    tamper(store, "update entry set verdict = 'duplicate'")
    with pytest.raises(DecisionError, match=r"entry 1 was changed.*last good copy"):
        load_decisions(con, store)
    assert con.execute("select verdict from decision").fetchall() == [("not_a_problem",)]


@pytest.mark.parametrize(
    ("measured", "decided", "stands"),
    [
        ("undecided", None, "undecided"),
        ("undecided", "duplicate", "same_image"),
        ("undecided", "wrong_parcel", "same_image"),
        ("undecided", "not_duplicate", "not_duplicate"),
        ("undecided", "not_a_problem", "undecided"),
        ("same_image", "not_duplicate", "not_duplicate"),
        ("exact_pixels", "duplicate", "exact_pixels"),
        (None, "duplicate", "same_image"),
        (None, "not_a_problem", None),
    ],
)
def test_a_person_overrules_what_was_measured(
    store: DecisionStore, measured: str | None, decided: str | None, stands: str | None
) -> None:
    con = pool()
    matched(con, A, C, "same_image")
    if measured:
        matched(con, A, B, measured)
    if decided:
        decide(store, pair(A, B), decided, evidence_class="none")
    load_decisions(con, store)
    con.execute(query("review", "pair_verdict"))
    rows = con.execute("select sha256_b, verdict, measured from pair_verdict order by 1").fetchall()
    assert rows == ([(B, stands, measured)] if stands else []) + [(C, "same_image", "same_image")]


def test_an_undone_decision_overrules_nothing(store: DecisionStore) -> None:
    con = pool()
    matched(con, A, B, "undecided")
    decide(store, pair(A, B), "duplicate")
    store.undo(pair(A, B), "look again", "ana", at=NOON + timedelta(365))
    load_decisions(con, store)
    con.execute(query("review", "pair_verdict"))
    assert con.execute("select verdict from pair_verdict").fetchall() == [("undecided",)]


@pytest.mark.parametrize(
    ("verdict", "others", "copies", "withdrawn"),
    [
        ("not_a_problem", [], 1, 1),
        ("duplicate", [], 1, 0),
        ("wrong_parcel", [], 1, 0),
        ("not_a_problem", [], 2, 0),
        ("not_a_problem", [C], 1, 0),
    ],
)
def test_a_pair_that_is_no_problem_withdraws_the_findings_that_rest_on_it_alone(
    store: DecisionStore, verdict: str, others: list[str], copies: int, withdrawn: int
) -> None:
    con = pool()
    deliver(con, {month: Day("read", {"a": "warning"}) for month in MONTHS[:3]})
    con.execute("update image_fact set sha256 = ?, copies_in_department = ?", [A, copies])
    for other in [B, *others]:
        matched(con, A, other, "same_image")
    decide(store, pair(A, B), verdict, at=NOON)
    load_decisions(con, store)
    build_ledger(con, [ALPHA])
    found = con.execute("select as_of from ledger_event where event = 'withdrawn'").fetchall()
    assert found == [(MONTHS[1],)] * withdrawn


def test_other_pairs_that_a_person_took_apart_do_not_count(store: DecisionStore) -> None:
    con = pool()
    deliver(con, {MONTHS[0]: Day("read", {"a": "warning"})})
    con.execute("update image_fact set sha256 = ?", [A])
    for other in (B, C):
        matched(con, A, other, "same_image")
    decide(store, pair(A, B), "not_a_problem")
    decide(store, pair(A, C), "not_duplicate")
    load_decisions(con, store)
    assert build_ledger(con, [ALPHA]).withdrawn == 1


def test_every_verdict_of_matching_is_a_class_of_evidence() -> None:
    from typing import get_args

    from dedup_assets.matching.verdict import Verdict

    assert set(get_args(Verdict)) <= EVIDENCE_RANK.keys()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A city that knows a finding and a pair, and an enclave that knows another finding."""
    made = Home(tmp_path / "home")
    with made.warehouse(CITY).connect() as con:
        con.execute(
            "insert into finding values (?, 'alpha', ?, 'DUP-001', 'i1', 'd', 1, 'info', 'x', '{}')",
            [FINDING, MONTHS[0]],
        )
        for number, sha256 in enumerate((A, B, C)):
            con.execute(
                "insert into image_file by name select 'd' as delivery_id, 'alpha' as department, ? as storage_uri, "
                "'ok' as status, ? as sha256, '1' as algorithm_version",
                [f"{number}.jpg", sha256],
            )
        matched(con, A, B, "undecided")
    with made.warehouse("lapd_booking").connect() as con:
        con.execute(
            "insert into finding values (?, 'lapd_booking', ?, 'DUP-001', 'i1', 'd', 1, 'info', 'x', '{}')",
            ["F-" + "f" * 16, MONTHS[0]],
        )
    return made


def command() -> typer.Typer:
    import typer

    app = typer.Typer()
    panel.register(app)
    return app


def run(*arguments: object) -> list[dict[str, Any]]:
    done = CliRunner().invoke(command(), [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_deciding_on_the_command_line(home: Home) -> None:
    given = ("--reason", "two houses", "--by", "ana", "--home", home.root)
    (said,) = run("decide", FINDING, "--verdict", "not_a_problem", "--at", "2026-06-15T05:00:00-07:00", *given)
    assert (said["pool"], said["entry"], said["evidence"], said["at"]) == (
        "city", 1, "rule", "2026-06-15T12:00:00.000000Z",
    )  # fmt: skip
    run("decide", f"{B}:{A}", "--verdict", "not_duplicate", *given)
    run("decide", f"{A}:{C}", "--verdict", "duplicate", *given)
    assert [(each["subject"], each["evidence"]) for each in run("decisions", "--home", home.root)][1:] == [
        (f"{A}:{B}", "undecided"), (f"{A}:{C}", "none"),
    ]  # fmt: skip
    run("decide", FINDING, "--undo", *given)
    assert [each["act"] for each in run("decisions", FINDING, "--home", home.root)] == ["decide", "undo"]
    assert len(run("decisions", "--home", home.root)) == 2


def test_people_can_decide_while_a_run_holds_the_warehouse(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ("--verdict", "duplicate", "--reason", "a copy", "--home", home.root)
    monkeypatch.setattr(known, "PATIENCE", 0.2)
    holder = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    path = str(home.root / "warehouse.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", holder, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(WarehouseBusyError, match="give --pool and --evidence"):
            run("decide", FINDING, *given)
        (said,) = run("decide", FINDING, *given, "--pool", "city", "--evidence", "rule")
        assert said["entry"] == 1
        assert [each["act"] for each in run("decide", FINDING, "--undo", *given[2:])] == ["undo"]
        process.communicate("")


def test_a_restricted_finding_is_decided_in_its_enclave(home: Home) -> None:
    given = ("--verdict", "duplicate", "--reason", "one face", "--home", home.root)
    (said,) = run("decide", "F-" + "f" * 16, *given)
    assert said["pool"] == "lapd_booking"
    assert store_of(home, CITY).entries() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["F-" + "0" * 16, "--verdict", "duplicate"], "no finding F-0000000000000000 is known in city, lapd_booking"),
        ([f"{A}:{'d' * 64}", "--verdict", "duplicate"], "no pair"),
        ([FINDING, "--verdict", "duplicate", "--pool", "lapd_bwv"], "has no pool 'lapd_bwv'"),
        ([FINDING, "--verdict", "duplicate", "--pool", "lapd_booking"], "known in lapd_booking"),
        ([FINDING], "either --verdict or --undo"),
        ([FINDING, "--verdict", "duplicate", "--undo"], "either --verdict or --undo"),
        ([FINDING, "--undo"], "nothing to undo"),
        ([FINDING, "--verdict", "duplicate", "--at", "noon"], "is no time"),
        ([FINDING, "--verdict", "duplicate", "--at", "2026-06-15"], "names no time zone"),
    ],
)
def test_what_cannot_be_decided_is_said(home: Home, arguments: list[str], says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        run("decide", *arguments, "--reason", "why", "--home", home.root)


def test_the_chains_of_all_pools_are_verified(home: Home) -> None:
    decide(store_of(home, CITY))
    done = CliRunner().invoke(command(), ["decisions", "--verify", "--home", str(home.root)])
    assert done.exit_code == 0
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["city", "lapd_booking"]
    tamper(store_of(home, CITY), "update entry set who = 'eve'")
    done = CliRunner().invoke(command(), ["decisions", "--verify", "--home", str(home.root)])
    assert done.exit_code == 1
    assert "entry 1 was changed" in done.stdout
