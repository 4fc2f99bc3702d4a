"""Reading deliveries: each manifest once, the last word in force, nothing lost, the same tables in any order."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.deliveries import intake
from dedup_assets.deliveries import landing as zone
from dedup_assets.deliveries.intake import BalanceError
from dedup_assets.warehouse import Warehouse, query
from deliveries_kit import LADBS_CONTRACT, Landing, manifest, ours, pool, tables

if TYPE_CHECKING:
    import duckdb

JAN, FEB, MAR = "2025-01-31", "2025-02-28", "2025-03-31"


def content(*numbers: int) -> bytes:
    return manifest("csv", [ours(number) for number in numbers])


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


def in_force(landing: Landing) -> list[tuple[Any, ...]]:
    return landing.rows("select as_of::text, version, status, rows_accepted from delivery where in_force order by 1")


def test_what_was_read_is_skipped(landing: Landing) -> None:
    landing.put(JAN, content(1, 2))
    landing.put(FEB, content(1, 2, 3))
    first = landing.read()
    assert (first.manifests_seen, first.read, first.skipped, first.rows_in) == (2, 2, 0, 5)
    before = tables(landing.con)
    second = landing.read()
    assert (second.manifests_seen, second.read, second.skipped, second.rows_in) == (2, 0, 2, 0)
    assert [each.rows_in for each in second.deliveries] == [2, 3]
    assert tables(landing.con) == before


def test_an_unchanged_landing_zone_is_not_parsed_again(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    landing.put(JAN, content(1))
    landing.read()

    def parse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(intake, "READERS", {"csv": parse})
    assert landing.read().skipped == 1


def test_every_manifest_read_is_announced(landing: Landing) -> None:
    landing.put(JAN, content(1, 2))
    landing.put(JAN, b"junk", "manifest.2.xlsx")
    landing.read()
    assert landing.notices[0] == "ladbs_permits 2025-01-31: 2 rows, 0 rejected"
    assert landing.notices[1].startswith("ladbs_permits 2025-01-31 version 2: unreadable: ")


def test_the_digest_of_a_delivery_is_of_department_date_and_bytes(landing: Landing) -> None:
    path = landing.put(JAN, content(1))
    landing.put(FEB, content(2))
    landing.read()
    found = landing.rows(
        "select delivery_id, sha256, byte_size, contract_version, contract_sha256 from delivery order by as_of"
    )
    assert len({row[0] for row in found}) == 2
    assert all(len(row[0]) == 16 for row in found)
    assert found[0][1:] == (*zone.digest(path), LADBS_CONTRACT.version, LADBS_CONTRACT.sha256)


def test_a_corrected_re_delivery_supersedes(landing: Landing) -> None:
    landing.put(JAN, content(1, 2, 3))
    landing.read()
    landing.put(JAN, content(1, 2), "manifest.2.csv")
    report = landing.read()
    assert (report.read, report.skipped, report.superseded) == (1, 1, 1)
    assert in_force(landing) == [(JAN, 2, "read", 2)]
    assert landing.rows("select version, in_force from delivery order by 1") == [(1, False), (2, True)]
    assert landing.rows("select p.status, d.version from period p join delivery d using (delivery_id)") == [("read", 2)]
    assert landing.read().superseded == 0


def test_a_re_delivery_may_come_in_another_format_and_beyond_nine(landing: Landing) -> None:
    landing.put(JAN, content(1), "manifest.9.csv")
    landing.put(JAN, manifest("jsonl", [ours(1), ours(2)]), "manifest.10.jsonl")
    landing.read()
    assert in_force(landing) == [(JAN, 10, "read", 2)]


def test_a_replaced_file_supersedes_and_may_be_put_back(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.read()
    landing.put(JAN, content(1, 2))
    landing.read()
    assert landing.rows("select version, rows_in, in_force from delivery order by 2") == [(1, 1, False), (1, 2, True)]
    landing.put(JAN, content(1))
    report = landing.read()
    assert report.read == 0
    assert landing.rows("select version, rows_in, in_force from delivery order by 2") == [(1, 1, True), (1, 2, False)]


def test_an_unreadable_re_delivery_is_in_force(landing: Landing) -> None:
    # The department's last word is a file that nobody can read: that is what the finding must say.
    landing.put(JAN, content(1))
    landing.put(JAN, b"\x00" * 99, "manifest.2.csv")
    landing.read()
    assert landing.periods() == {JAN: "unreadable"}


def test_the_same_bytes_under_two_versions_are_one_delivery(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.put(JAN, content(1, 2), "manifest.2.csv")
    landing.put(JAN, content(1), "manifest.3.csv")
    report = landing.read()
    assert (report.manifests_seen, report.read, report.skipped, report.superseded) == (3, 2, 1, 1)
    assert landing.rows("select version, rows_in, in_force from delivery order by 1") == [(2, 2, False), (3, 1, True)]


def test_a_manifest_may_be_renamed(landing: Landing) -> None:
    # Nothing that the tables say may hang on the name under which the bytes came first.
    landing.put(JAN, b"\x00" * 50)
    landing.read()
    landing.put(JAN, b"\x00" * 50, "manifest.2.csv")
    assert landing.read().read == 0
    at_once = Landing(landing.root)
    at_once.read()
    assert tables(landing.con) == tables(at_once.con)
    assert landing.rows("select version from delivery") == [(2,)]


def test_the_right_extension_makes_the_same_bytes_readable(landing: Landing) -> None:
    landing.put(JAN, content(1), "manifest.xlsx")
    landing.read()
    assert landing.periods() == {JAN: "unreadable"}
    landing.put(JAN, content(1), "manifest.2.csv")
    landing.read()
    assert in_force(landing) == [(JAN, 2, "read", 1)]


def test_a_vanished_manifest_keeps_its_tables(landing: Landing) -> None:
    landing.put(JAN, content(1, 2))
    landing.put(FEB, content(1, 2, 3))
    landing.read()
    before = tables(landing.con)
    shutil.rmtree(landing.root / "ladbs_permits" / JAN)
    report = landing.read()
    assert (report.manifests_seen, report.skipped) == (1, 1)
    assert tables(landing.con) == before


def test_a_changed_contract_reads_again_and_replaces(landing: Landing) -> None:
    landing.put(JAN, content(1, 2))
    landing.put(FEB, content(1, 2))
    landing.put(MAR, content(3))
    landing.read()
    required = tuple(replace(column, required=True) for column in LADBS_CONTRACT.columns)
    landing.contract = replace(LADBS_CONTRACT, version="2.0.0", sha256="f" * 64, columns=required)
    report = landing.read()
    assert (report.read, report.rows_in, report.rows_rejected) == (2, 3, 3)
    assert landing.rows("select distinct contract_version from delivery") == [("2.0.0",)]
    assert landing.rows("select count(*) from image_record") == [(0,)]
    landing.contract = LADBS_CONTRACT
    landing.read()
    assert landing.rows("select count(*) from image_record") == [(3,)]
    assert landing.rows("select count(*) from rejected_row") == [(0,)]


def test_a_format_that_the_contract_does_not_accept(landing: Landing) -> None:
    landing.contract = replace(LADBS_CONTRACT, formats=("parquet",))
    landing.one("csv", content(1))
    assert landing.status() == (
        "unreadable",
        "the manifest cannot be read: its format is csv; the contract accepts parquet",
    )


# Repeated


def test_the_same_bytes_under_a_new_date_are_no_delivery(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.put(FEB, content(1))
    report = landing.read()
    assert (report.read, report.repeated) == (1, 1)
    assert in_force(landing) == [(JAN, 1, "read", 1), (FEB, 1, "repeated", 0)]
    assert landing.rows("select count(*) from image_record") == [(1,)]
    why = (
        "the manifest repeats the one of 2025-01-31 byte for byte, so it does not count; "
        "the last delivery is dated 2025-01-31; one is due every month"
    )
    assert landing.rows("select delivery_id, status, reason from period where as_of = '2025-02-28'") == [
        (None, "missing", why)
    ]
    again = landing.read()
    assert (again.read, again.repeated, again.skipped) == (0, 0, 2)


def test_a_late_older_manifest_makes_the_younger_one_a_repeat(landing: Landing) -> None:
    landing.put(FEB, content(1))
    landing.read()
    assert in_force(landing) == [(FEB, 1, "read", 1)]
    landing.put(JAN, content(1))
    report = landing.read()
    assert (report.read, report.repeated) == (1, 1)
    assert in_force(landing) == [(JAN, 1, "read", 1), (FEB, 1, "repeated", 0)]
    assert landing.rows("select as_of::text from image_record") == [(JAN,)]


def test_a_repeat_never_supersedes(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.put(FEB, content(2))
    landing.put(FEB, content(1), "manifest.2.csv")
    assert landing.read().superseded == 0
    assert in_force(landing) == [(JAN, 1, "read", 1), (FEB, 1, "read", 1)]
    assert landing.periods() == {JAN: "read", FEB: "read"}


def test_an_old_version_sent_again_under_a_new_date_is_a_repeat(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.put(JAN, content(1, 2), "manifest.2.csv")
    landing.put(FEB, content(1))
    landing.read()
    assert in_force(landing) == [(JAN, 2, "read", 2), (FEB, 1, "repeated", 0)]


# Order of arrival

FILES = st.lists(
    st.tuples(
        st.sampled_from([JAN, FEB, MAR]),
        st.sampled_from(["manifest.csv", "manifest.2.csv", "manifest.3.jsonl"]),
        st.sampled_from(["one", "two", "broken", "empty", "nothing", "rejects"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda file: file[:2],
)
CONTENTS = {
    "one": content(1),
    "two": content(1, 2),
    "broken": b"\x00" * 50,
    "empty": content(),
    "nothing": b"",
    "rejects": manifest("csv", [ours(1), ours(1), ours(2, image_id=None)]),
}


@given(files=FILES, data=st.data())
@settings(max_examples=8, deadline=None)
def test_the_order_of_arrival_leaves_no_trace(files: list[tuple[str, str, str]], data: st.DataObject) -> None:
    arrival = data.draw(st.permutations(files))
    breaks = data.draw(st.sets(st.integers(0, len(files) - 1)))
    with tempfile.TemporaryDirectory() as root:
        piecemeal = Landing(Path(root) / "piecemeal")
        for at, (as_of, name, what) in enumerate(arrival):
            piecemeal.put(as_of, CONTENTS[what], name)
            if at in breaks:
                piecemeal.read()
        piecemeal.read()
        at_once = Landing(piecemeal.root)
        at_once.read()
        assert tables(piecemeal.con) == tables(at_once.con)
        found = at_once.rows("select rows_in, rows_accepted + rows_rejected from delivery")
        assert all(rows_in == kept for rows_in, kept in found)
        dates = Counter(at_once.rows("select as_of from delivery where in_force"))
        assert set(dates.values()) == {1}
        assert len(dates) == len({file[0] for file in files})


# Nothing is lost


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
@pytest.mark.parametrize("lost", ["image_record", "rejected_row"])
def test_a_lost_row_stops_everything(landing: Landing, form: str, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    landing.put(JAN, content(1))
    landing.read()
    before = tables(landing.con)
    real = intake.query

    def lossy(room: str, name: str) -> str:
        return real(room, name).rstrip("; \n") + " where row_no <> 2" if name == lost else real(room, name)

    monkeypatch.setattr(intake, "query", lossy)
    rows = [ours(1), ours(2), ours(3)] if lost == "image_record" else [ours(1), ours(1), ours(3)]
    landing.put(FEB, manifest(form, rows), f"manifest.{form}")
    with pytest.raises(BalanceError, match="3 rows in"):
        landing.read()
    assert tables(landing.con) == before
    monkeypatch.undo()
    landing.read()
    assert landing.periods() == {JAN: "read", FEB: "read"}


def test_a_failure_in_the_middle_leaves_whole_deliveries(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    for as_of, numbers in ((JAN, (1,)), (FEB, (1, 2)), (MAR, (1, 2, 3))):
        landing.put(as_of, content(*numbers))
    whole = Landing(landing.root)
    whole.read()
    real = intake.write

    def fail(con: duckdb.DuckDBPyConnection, delivery: intake.Delivery) -> None:
        real(con, delivery)
        if str(delivery.as_of) == FEB:
            raise KeyboardInterrupt

    monkeypatch.setattr(intake, "write", fail)
    with pytest.raises(KeyboardInterrupt):
        landing.read()
    assert landing.rows("select as_of::text, count(*) from image_record group by all") == [(JAN, 1)]
    assert landing.periods() == {JAN: "read", FEB: "missing", MAR: "missing"}
    monkeypatch.undo()
    assert landing.read().read == 2
    assert tables(landing.con) == tables(whole.con)


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from deliveries_kit import Landing
from dedup_assets.deliveries import intake
from dedup_assets.warehouse import Warehouse
real = intake.write
def kill(con, delivery):
    real(con, delivery)
    if str(delivery.as_of) == "2025-02-28":
        os.kill(os.getpid(), signal.SIGKILL)
intake.write = kill
with Warehouse(Path(sys.argv[3])).connect() as con:
    Landing(Path(sys.argv[2])).read(con=con)
"""


def test_kill_9_and_again_gives_the_tables_of_an_uninterrupted_run(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for as_of, numbers in ((JAN, (1,)), (FEB, (1, 2)), (MAR, (1, 2, 3))):
        landing.put(as_of, content(*numbers))
    landing.read()
    file = tmp_path / "pool.duckdb"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(landing.root), str(file)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with Warehouse(file).connect() as con:
        assert con.execute("select as_of::text from delivery").fetchall() == [(JAN,)]
        assert con.execute("select distinct as_of::text from image_record").fetchall() == [(JAN,)]
        landing.read(con=con)
        assert tables(con) == tables(landing.con)


def test_a_manifest_that_changes_under_our_hands_waits(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    path = landing.put(JAN, content(1))
    real = zone.digest

    def digest_then_change(file: Any) -> tuple[str, int]:
        found = real(file)
        path.write_bytes(content(1, 2))
        return found

    monkeypatch.setattr(zone, "digest", digest_then_change)
    report = landing.read()
    assert landing.rows("select count(*) from delivery") == [(0,)]
    assert "changed while it was being read" in report.notes[0]
    monkeypatch.undo()
    landing.read()
    assert in_force(landing) == [(JAN, 1, "read", 2)]


@pytest.mark.parametrize("step", ["digest", "snapshot"])
def test_a_manifest_that_cannot_be_opened_is_noted(
    landing: Landing, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.put(JAN, content(1))
    landing.put(FEB, content(1, 2))
    real = getattr(zone, step)

    def locked(file: Any, *more: Any) -> Any:
        if FEB in str(file):
            raise PermissionError(str(file))
        return real(file, *more)

    monkeypatch.setattr(zone, step, locked)
    report = landing.read()
    assert "PermissionError" in report.notes[0]
    assert landing.periods() == {JAN: "read", FEB: "missing"}
    monkeypatch.undo()
    landing.read()
    assert landing.periods() == {JAN: "read", FEB: "read"}


def test_departments_of_one_pool_do_not_touch_each_other(tmp_path: Path) -> None:
    one = Landing(tmp_path)
    other = Landing(tmp_path, one.department.model_copy(update={"name": "other_city"}))
    other.con = one.con
    one.put(JAN, content(1))
    other.put(FEB, content(1))
    one.read()
    other.read()
    one.read()
    assert one.rows("select department, as_of::text, status from delivery order by 1") == [
        ("ladbs_permits", JAN, "read"),
        ("other_city", FEB, "read"),
    ]
    assert one.rows("select department, count(*) from period group by 1 order by 1") == [
        ("ladbs_permits", 1),
        ("other_city", 1),
    ]


# Periods

DUE = 5


def expected(cadence: str, delivered: list[date], calendar: list[date], due_days: int) -> dict[date, str]:
    """The rule in words, by counting buckets one at a time."""

    def bucket(day: date) -> tuple[int, int]:
        if cadence == "weekly":
            return day.isocalendar()[:2]
        return (day.year, day.month) if cadence == "monthly" else (day.year, (day.month + 2) // 3)

    out = {}
    for day in calendar:
        if day in delivered:
            continue
        last = max((each for each in delivered if each < day), default=None)
        if last is None:
            out[day] = "missing"
            continue
        between = set()
        at = last
        while at <= day:
            between.add(bucket(at))
            at += timedelta(days=1)
        missed = between - {bucket(last), bucket(day)}
        left = sum(bucket(day + timedelta(days=n)) == bucket(day) for n in range(1, 93))
        late = bucket(last) != bucket(day) and left < due_days
        out[day] = "missing" if missed or late else "not_due"
    return out


DATES = st.dates(date(2024, 11, 1), date(2025, 6, 30))


@given(
    st.sampled_from([("weekly", "week"), ("monthly", "month"), ("quarterly", "quarter")]),
    st.sets(DATES, max_size=5),
    st.sets(DATES, min_size=1, max_size=12),
    st.integers(0, 10),
)
@settings(max_examples=12, deadline=None)
def test_periods_follow_the_cadence(
    cadence: tuple[str, str], delivered: set[date], other: set[date], due_days: int
) -> None:
    con = POOL
    con.execute("delete from delivery; delete from period")
    for at, day in enumerate(sorted(delivered)):
        con.execute(
            "insert into delivery values (?, 'd', ?, 1, 'u', 'csv', 's', 1, 'read', null, true, '1', 'c', 0, 0, 0)",
            [str(at), day],
        )
    con.execute(
        query("deliveries", "period"),
        {"department": "d", "calendar": sorted(other), "bucket": cadence[1], "due_days": due_days},
    )
    found = dict(con.execute("select as_of, status from period").fetchall())
    calendar = sorted(delivered | other)
    assert found == dict.fromkeys(delivered, "read") | expected(cadence[0], sorted(delivered), calendar, due_days)


POOL = pool()


def test_periods_say_why_in_plain_words(landing: Landing) -> None:
    landing.put(JAN, content(1))
    landing.put("2025-02-10", content(), "manifest.csv")
    landing.put("2025-02-11", b"\0" * 9)
    landing.read(extra=date(2025, 4, 10))
    junk = "the manifest cannot be read: most of its bytes are zero (UTF-16 or no text at all); save it as UTF-8 text"
    assert landing.rows("select as_of::text, status, reason from period order by 1") == [
        (JAN, "read", None),
        ("2025-02-10", "empty", "the manifest has no rows"),
        ("2025-02-11", "unreadable", junk),
        ("2025-04-10", "missing", "the last delivery is dated 2025-02-11; one is due every month"),
    ]
    landing.read(extra=date(2025, 3, 10))
    assert landing.rows("select status, reason from period where as_of = '2025-03-10'") == [
        ("not_due", "the last delivery is dated 2025-02-11; one is due every month, this one by 2025-03-31")
    ]
    fresh = Landing(landing.root / "none")
    fresh.read(extra=date(2025, 4, 10))
    assert fresh.rows("select status, delivery_id, reason from period") == [
        ("missing", None, "there has been no delivery yet; one is due every month")
    ]


def test_a_missing_delivery_is_missing_until_it_comes(landing: Landing) -> None:
    calendar = [date(2025, month, 15) for month in (1, 2, 3, 4)]
    landing.put("2025-01-15", content(1))
    landing.put("2025-04-15", content(1, 2))

    def read() -> dict[str, str]:
        from dedup_assets.deliveries.read import read_deliveries

        read_deliveries(landing.con, str(landing.root), landing.department, landing.contract, calendar, print)
        return landing.periods()

    # In February the month is not over; in March February went by without any.
    assert read() == {
        "2025-01-15": "read", "2025-02-15": "not_due", "2025-03-15": "missing", "2025-04-15": "read",
    }  # fmt: skip
    landing.put("2025-02-20", content(1, 2, 3))
    assert read()["2025-03-15"] == "not_due"


def test_dates_of_the_calendar_need_not_be_sorted_or_distinct(landing: Landing) -> None:
    from dedup_assets.deliveries.read import read_deliveries

    dates = [date(2025, 2, 28), date(2025, 1, 31), date(2025, 2, 28)]
    results = []
    for order in itertools.permutations(dates):
        con = pool()
        read_deliveries(con, str(landing.root), landing.department, landing.contract, order, print)
        results.append(tables(con)["period"])
    assert all(result == results[0] for result in results)
    assert len(results[0]) == 2
