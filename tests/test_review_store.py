"""The decision store: what it takes, what it refuses, that its chain shows every change, and two writers at once."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.review.entry import GENESIS, Fault, digest
from dedup_assets.review.store import FILE, DecisionStore, store_of
from dedup_assets.review.subject import DecisionError, finding, pair, parse_subject
from dedup_assets.warehouse import CITY, Home

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
FINDING = "F-0123456789abcdef"
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def decide(store: DecisionStore, subject: Any = FINDING, verdict: str = "not_a_problem", **more: Any) -> Any:
    given = {"reason": "two houses", "who": "ana", "at": NOON, "evidence_class": "undecided"} | more
    return store.decide(subject, verdict, given.pop("reason"), given.pop("who"), **given)


@pytest.fixture
def store(tmp_path: Path) -> DecisionStore:
    return DecisionStore(tmp_path / FILE)


def test_reading_makes_no_file(store: DecisionStore) -> None:
    assert (store.entries(), store.history(FINDING), store.in_force()) == ([], [], {})
    assert store.verify_chain() is None
    assert store.head() == (0, GENESIS)
    assert not store.path.exists()


def test_a_decision_stands_until_it_is_undone(store: DecisionStore) -> None:
    taken = decide(store)
    assert store.in_force() == {FINDING: taken}
    undone = store.undo(FINDING, "it is one house", "ben", at=NOON + timedelta(1))
    assert store.in_force() == {}
    assert store.history(FINDING) == [taken, undone]
    assert [(each.entry_no, each.act, each.previous) for each in store.entries()] == [
        (1, "decide", GENESIS),
        (2, "undo", taken.sha256),
    ]
    again = decide(store, at=NOON + timedelta(2), verdict="duplicate")
    assert store.in_force() == {FINDING: again}
    assert store.verify_chain(store.head()) is None


def test_it_is_reopened_only_by_stronger_evidence(store: DecisionStore) -> None:
    subject = pair(A, B)
    decide(store, subject, "not_duplicate", evidence_class="undecided")
    for weak in ("none", "low_information", "undecided"):
        assert store.is_settled(subject, weak)
        with pytest.raises(DecisionError, match=r"not_duplicate by ana on 2026-06-15 \(entry 1\).*undo that first"):
            decide(store, subject, "duplicate", evidence_class=weak)
    assert not store.is_settled(subject, "same_image")
    stronger = decide(store, subject, "duplicate", evidence_class="same_image", who="ben")
    assert store.in_force() == {subject.key: stronger}
    assert store.is_settled(subject, "same_image_local_change")


def test_what_was_never_decided_is_not_settled(store: DecisionStore) -> None:
    assert not store.is_settled(FINDING, "none")
    with pytest.raises(DecisionError, match="nothing to undo"):
        store.undo(FINDING, "why not", "ana", at=NOON)
    decide(store)
    store.undo(FINDING, "why not", "ana", at=NOON)
    with pytest.raises(DecisionError, match="nothing to undo"):
        store.undo(FINDING, "once more", "ana", at=NOON)


def test_a_pair_has_no_order_and_no_name() -> None:
    assert pair(B, A) == pair(A, B) == parse_subject(f" {B.upper()}:{A} ")
    assert pair(A, B).contents == (A, B)
    assert parse_subject(FINDING) == finding(FINDING)
    assert finding(FINDING).contents is None


@pytest.mark.parametrize("text", ["", "F-1", "F-0123456789ABCDEF", A, f"{A}:{A}", f"{A}:b", f"{A}:{B}:{C}", "; drop"])
def test_what_is_no_subject_is_refused(text: str) -> None:
    with pytest.raises(DecisionError):
        parse_subject(text)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"verdict": "maybe"}, "is no verdict; use duplicate, not_duplicate"),
        ({"evidence_class": "gut"}, "is no class of evidence; use none"),
        ({"reason": "  "}, "the reason is empty"),
        ({"reason": "x" * 2001}, "at most 2000"),
        ({"reason": "a\x1b[2Jb"}, "cannot be shown"),
        ({"reason": "gpj.exe\u202etxt"}, "cannot be shown"),
        ({"who": ""}, "the name is empty"),
        ({"at": datetime(2026, 6, 15)}, "names no time zone"),  # noqa: DTZ001  # that is the point
        ({"subject": "F-1"}, "is no finding"),
    ],
)
def test_what_cannot_be_followed_is_refused(store: DecisionStore, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        decide(store, **wrong)
    assert store.entries() == []


def test_times_are_universal_and_go_forward(store: DecisionStore) -> None:
    here = datetime(2026, 6, 15, 5, tzinfo=timezone(timedelta(hours=-7)))
    assert decide(store, at=here).at == NOON
    with pytest.raises(DecisionError, match="is before the last entry"):
        store.undo(FINDING, "too early", "ana", at=NOON - timedelta(seconds=1))
    other = decide(store, pair(A, B), at=NOON - timedelta(1))
    assert store.entries()[1] == other


def test_the_digest_can_be_followed_by_hand(store: DecisionStore) -> None:
    import hashlib

    entry = decide(store, reason="zwei Häuser")
    text = (
        f'[1,"decide","finding","{FINDING}","not_a_problem","undecided","zwei Häuser","ana",'
        f'"2026-06-15T12:00:00.000000Z","{GENESIS}"]'
    )
    assert hashlib.sha256(text.encode()).hexdigest() == entry.sha256 == digest(entry)


def test_entries_cannot_be_changed_by_accident(store: DecisionStore) -> None:
    decide(store)
    with closing(sqlite3.connect(store.path)) as con:
        for statement in ("update entry set who = 'eve'", "delete from entry"):
            with pytest.raises(sqlite3.IntegrityError, match="entries are never"):
                con.execute(statement)


def tamper(store: DecisionStore, *statements: str) -> None:
    """As somebody who knows SQLite would."""
    with closing(sqlite3.connect(store.path)) as con:
        con.execute("drop trigger entry_is_not_changed")
        con.execute("drop trigger entry_is_not_deleted")
        for statement in statements:
            con.execute(statement)
        con.commit()


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["update entry set reason = 'mine' where entry_no = 3"], Fault(3, "entry 3 was changed: ")),
        (["update entry set verdict = 'duplicate' where entry_no = 2"], Fault(2, "entry 2 was changed: ")),
        (["update entry set at = '2026-06-15T12:00:01.000000Z' where entry_no = 1"], Fault(1, "entry 1 was changed: ")),
        (["delete from entry where entry_no = 2"], Fault(2, "entry 2 is missing; the next one is number 3")),
        (
            ["delete from entry where entry_no = 2", "update entry set entry_no = entry_no - 1 where entry_no > 2"],
            Fault(2, "entry 2 is not linked"),
        ),
        (["update entry set previous = 'x' where entry_no = 4"], Fault(4, "entry 4 is not linked")),
    ],
)
def test_the_first_broken_entry_is_named(store: DecisionStore, statements: list[str], fault: Fault) -> None:
    for number in range(5):
        decide(store, f"F-{number:016x}")
    head = store.head()
    assert store.verify_chain(head) is None
    tamper(store, *statements)
    found = store.verify_chain()
    assert found is not None
    assert found.entry_no == fault.entry_no
    assert found.says.startswith(fault.says)


def test_an_end_that_was_cut_off_shows_against_what_was_published(store: DecisionStore) -> None:
    for number in range(3):
        decide(store, f"F-{number:016x}")
    head = store.head()
    tamper(store, "delete from entry where entry_no = 3")
    assert store.verify_chain() is None
    assert store.verify_chain(head) == Fault(3, "the store ends with entry 2; entry 3 was published")
    decide(store, "F-00000000000000ff")
    assert store.verify_chain(head) == Fault(3, "entry 3 is not the one that was published")


def test_the_file_is_its_owners_alone(store: DecisionStore) -> None:
    before = os.umask(0)
    try:
        decide(store)
        with closing(sqlite3.connect(store.path)) as con:
            con.execute("select * from entry").fetchall()
            files = sorted(store.path.parent.iterdir())
            assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    finally:
        os.umask(before)
    assert [each.name for each in store.path.parent.iterdir()] == [FILE]


def test_every_pool_has_its_own_store_in_its_own_folder(tmp_path: Path) -> None:
    home = Home(tmp_path)
    decide(store_of(home, "lapd_booking"))
    assert store_of(home, CITY).entries() == []
    assert store_of(home, "lapd_booking").path.parent == tmp_path / "enclaves" / "lapd_booking"
    assert stat.S_IMODE(store_of(home, "lapd_booking").path.parent.stat().st_mode) == 0o700


def test_a_broken_file_is_named_with_what_to_do(store: DecisionStore) -> None:
    store.path.write_bytes(b"not a database at all" * 100)
    for attempt in (store.entries, lambda: decide(store)):
        with pytest.raises(DecisionError, match=r"decisions.sqlite cannot be read .* last good copy"):
            attempt()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dedup_assets.review.store import DecisionStore
store = DecisionStore(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(25):
    subject = f"F-{int(sys.argv[2]) * 1000 + number:016x}"
    store.decide(subject, "duplicate", "a copy", "ana", at=datetime.now(UTC), evidence_class="rule")
"""


def test_two_processes_may_write_at_once(store: DecisionStore) -> None:
    command = [sys.executable, "-c", WRITER, str(store.path)]
    writers = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in (1, 2)
    ]
    for each in writers:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in writers:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors
    assert store.verify_chain() is None
    assert len(store.in_force()) == len(store.entries()) == 50


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["decide", "undo"]), st.sampled_from("ab"), st.integers(0, 6)), max_size=12))
def test_what_is_in_force_is_what_the_acts_in_order_leave(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int]]
) -> None:
    store = DecisionStore(tmp_path_factory.mktemp("store") / FILE)
    classes = ("none", "low_information", "undecided", "rule", "same_image", "exact_pixels", "exact_file")
    standing: dict[str, int] = {}
    for act, key, rank in acts:
        subject = f"F-{key * 16}"
        allowed = rank > standing.get(key, -1) if act == "decide" else key in standing
        try:
            if act == "decide":
                decide(store, subject, evidence_class=classes[rank])
                standing[key] = rank
            else:
                store.undo(subject, "no", "ana", at=NOON)
                del standing[key]
        except DecisionError:
            assert not allowed
        else:
            assert allowed
    assert {
        each.subject[-1]: classes.index(each.evidence_class or "") for each in store.in_force().values()
    } == standing
    assert store.verify_chain() is None
