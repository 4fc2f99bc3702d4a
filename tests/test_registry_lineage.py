"""Lineage of parcels: what a retired APN has become, on which day, and what an identifier says of it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.findings.facts import build_facts
from dedup_assets.registry import dates
from dedup_assets.registry.folder import find_files
from dedup_assets.registry.identify import identify
from dedup_assets.registry.lineage import Lineage, Step
from dedup_assets.registry.membership import apns_from_files
from dedup_assets.registry.reference import RegistryError, load_registry
from dedup_assets.registry.resolve import known_from_tables, resolve_identifiers, standing_from_tables
from dedup_assets.warehouse import Warehouse
from findings_pool import Pool, contract, department

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

A, B, C, D, E = (f"505602200{n}" for n in range(1, 6))
ROLL = f"apn\n{C}\n{D}\n{E}\n"
# A was renumbered to B, B was split into C and D, and D was merged with another into E.
ROWS = (
    "apn,successor,effective_date\n"
    f"{A},{B},2012-03-01\n{B},{C},03/01/2015\n5056-022-002,{D},3/1/2015 0:00\n"
    f"{D},{E},2018-01-01\n5056022099,{E},2018-01-01\n"
)


def lineage(*steps: tuple[str, str, int]) -> Lineage:
    return Lineage(Step(apn, successor, date(year, 1, 1)) for apn, successor, year in steps)


CHAIN = lineage((A, B, 2012), (B, C, 2015), (B, D, 2015), (D, E, 2018))


@pytest.mark.parametrize(
    ("as_of", "ends"),
    [(2011, ()), (2012, (B,)), (2014, (B,)), (2015, (C, D)), (2018, (C, E)), (None, (C, E))],
)
def test_chains_are_followed_as_of_a_day(as_of: int | None, ends: tuple[str, ...]) -> None:
    day = date(as_of, 1, 1) if as_of else None
    assert CHAIN.successors(A, day) == ends
    assert CHAIN.is_stale(A, day) == bool(ends)


def test_a_parcel_that_was_never_retired_has_no_successor() -> None:
    assert (CHAIN.successors(C), CHAIN.stale_from(C), CHAIN.is_stale(C)) == ((), None, False)
    assert CHAIN.stale_from(B) == date(2015, 1, 1)
    assert CHAIN.successors(B, date(2014, 12, 31)) == ()
    assert len(Lineage(())) == 0


def test_what_happened_follows_from_the_numbers_of_parcels() -> None:
    found = lineage((A, B, 2012), (C, D, 2015), (C, E, 2015), ("5", E, 2015), ("6", "7", 2016), ("8", "7", 2016))
    assert found.changes() == {
        (A, B): "renumber",
        (C, D): "split",
        (C, E): "split_and_merge",
        ("5", E): "merge",
        ("6", "7"): "merge",
        ("8", "7"): "merge",
    }


@pytest.mark.parametrize("steps", [[(A, A)], [(A, B), (B, A)], [(E, A), (A, B), (B, C), (C, A)]])
def test_a_circle_is_refused_and_named(steps: list[tuple[str, str]]) -> None:
    with pytest.raises(RegistryError, match=r"circle: (\d{10}) -> .*\1; .*correct or remove") as caught:
        lineage(*((*step, 2010 + at) for at, step in enumerate(steps)))
    chain = str(caught.value).split(": ")[1].split(";")[0].split(" -> ")
    assert all(step in steps for step in pairwise(chain))


parcels = st.integers(0, 9)


@given(st.lists(st.tuples(parcels, parcels, st.integers(2000, 2005)), max_size=14), st.integers(1999, 2006))
def test_law_successors_are_the_ends_that_a_plain_walk_finds(edges: list[tuple[int, int, int]], as_of: int) -> None:
    steps = [(str(min(a, b)), str(max(a, b)), year) for a, b, year in edges if a != b]
    found, day = lineage(*steps), date(as_of, 1, 1)

    def walk(apn: str) -> set[str]:
        ahead = {b for a, b, year in steps if a == apn and year <= as_of}
        return set().union(*(walk(each) for each in ahead)) if ahead else {apn}

    for apn in map(str, range(10)):
        assert {*found.successors(apn, day)} == walk(apn) - {apn}
        assert found.is_stale(apn, day) == bool(walk(apn) - {apn})


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]))
def test_law_a_day_is_read_in_every_notation(day: date, form: str) -> None:
    assert dates.day(f" {day.strftime(form)} ") == day


@pytest.mark.parametrize("text", ["", "02/30/2015", "13/01/2015", "1/2/15", "2015", "tomorrow", "2015-1-1"])
def test_what_is_no_day(text: str) -> None:
    assert dates.day(text) is None


# ---- in the registry ------------------------------------------------------------------------------------------------


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as connection:
        yield connection


def write(folder: Path, **files: str) -> str:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


def test_the_lineage_file_fills_its_tables(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    broken = f"nothing,{E},2018-01-01\n{A},,2018-01-01\n{A},{B},soon\n{A},{B}\n{A},{B},2013-01-01\n"
    said: list[str] = []
    load_registry(con, write(tmp_path / "registry", parcels=ROLL, parcel_lineage=ROWS + broken), said.append)
    assert said[1] == (
        "parcel_lineage.csv (parcel_lineage): 6 of 10 rows; "
        "4 rejected (APN: 2, date: 1, cells do not fit the header: 1)"
    )
    assert said[2:] == ["4 retired APNs have a successor"]
    assert rows(
        con, "select apn, successor, effective_date::text, change, source from parcel_lineage order by all"
    ) == [
        (A, B, "2012-03-01", "renumber", "parcel_lineage.csv"),
        (B, C, "2015-03-01", "split", "parcel_lineage.csv"),
        (B, D, "2015-03-01", "split", "parcel_lineage.csv"),
        (D, E, "2018-01-01", "merge", "parcel_lineage.csv"),
        ("5056022099", E, "2018-01-01", "merge", "parcel_lineage.csv"),
    ]
    assert rows(con, "select apn, successor, stale_from::text from parcel_successor order by all") == [
        (A, C, "2012-03-01"), (A, E, "2012-03-01"), (B, C, "2015-03-01"), (B, E, "2015-03-01"),
        (D, E, "2018-01-01"), ("5056022099", E, "2018-01-01"),
    ]  # fmt: skip
    pairs = rows(con, "select list(apn order by apn) from parcel_group where group_kind = 'lineage' group by group_id")
    assert sorted(pair for (pair,) in pairs) == [
        [A, B], [A, C], [A, D], [A, E], [B, C], [B, D], [B, E], [D, E], [E, "5056022099"],
    ]  # fmt: skip


def test_without_a_lineage_file_the_tables_empty(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    load_registry(con, write(folder, parcels=ROLL, parcel_lineage=ROWS), lambda _: None)
    (folder / "parcel_lineage.csv").unlink()
    load_registry(con, str(folder), lambda _: None)
    assert rows(con, "from parcel_lineage") == rows(con, "from parcel_successor") == []
    assert rows(con, "from parcel_group") == []


def test_a_circle_leaves_the_tables_as_they_were(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    load_registry(con, write(folder, parcels=ROLL, parcel_lineage=ROWS), lambda _: None)
    with pytest.raises(RegistryError, match="circle"):
        load_registry(con, write(folder, parcel_lineage=ROWS + f"{E},{A},2020-01-01\n"), lambda _: None)
    assert rows(con, "select count(*) from parcel_lineage") == [(5,)]


def record(con: duckdb.DuckDBPyConnection, *apns: str) -> None:
    for row_no, apn in enumerate(apns, start=1):
        con.execute(
            """insert into image_record (delivery_id, department, as_of, row_no, image_id, apn_raw,
            missing_values, mandatory_values, typed_values, invalid_values)
            values ('d', 'ladbs', '2025-01-01', ?, 'i', ?, 0, 0, 0, 0)""",
            [row_no, apn],
        )


def test_identifiers_and_identify_call_a_retired_parcel_stale(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    registry = write(tmp_path / "registry", parcels=ROLL, parcel_lineage=ROWS)
    load_registry(con, registry, lambda _: None)
    raws = [A, "5056-22-2", D, C, "5056022077", "5056-022-***"]
    record(con, *raws)
    resolve_identifiers(con, lambda _: None)
    expected = {
        A: (A, "stale", [], [C, E], True),  # renumbered, then split
        "5056-22-2": (B, "stale", ["leading_zeros"], [C, E], True),  # mended by the lineage: the roll has it no more
        D: (D, "stale", [], [E], True),
        C: (C, "ok", [], [], True),
        "5056022077": ("5056022077", "ok", [], [], False),
        "5056-022-***": (None, "unresolved", [], [], False),
    }
    found = rows(con, "select raw, canonical, status, repairs, candidates, in_registry from identifier")
    assert {raw: tuple(rest) for raw, *rest in found} == expected
    for answer in identify("apn", raws, registry):
        assert (
            tuple(answer[key] for key in ("canonical", "status", "repairs", "candidates", "in_registry"))
            == (expected[answer["raw"]])
        )
    standing = standing_from_tables(con)
    plain = next(identify("apn", [D]))
    assert plain["status"] == "ok"  # no registry, no lineage
    from dedup_assets.registry import apn

    assert standing.of(apn.parse(D), date(2017, 12, 31)).status == "ok"
    assert standing.of(apn.parse(A), date(2016, 1, 1)).candidates == (C, D)


def test_a_damaged_retired_number_is_not_taken_for_a_parcel_of_the_roll(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Both print as 5000316 without their zeros; only the second one is on the roll."""
    retired, on_roll = "5000003016", "5000031006"
    lineage_file = f"apn,successor,effective_date\n{retired},5000003077,2015-01-01\n"
    registry = write(tmp_path / "registry", parcels=f"apn\n{on_roll}\n", parcel_lineage=lineage_file)
    load_registry(con, registry, lambda _: None)
    answer = next(identify("apn", ["5000316"], registry))
    assert (answer["status"], answer["candidates"]) == ("ambiguous", [retired, on_roll])
    known, found = apns_from_files(find_files(registry))
    assert len(known) == len(known_from_tables(con, "apn")) == 3
    assert known.complete
    assert found.retired == [retired]


def test_a_parcel_is_current_until_the_day_on_which_it_was_retired() -> None:
    pool = Pool()
    pool.parcels(B)
    pool.insert("parcel_successor", apn=A, successor=B, stale_from="2025-02-01")
    pool.insert(
        "identifier", kind="apn", raw=A, canonical=A, status="stale", repairs=[], candidates=[B], in_registry=True
    )
    pool.delivery([{"image_id": "before", "apn_raw": A}], "2025-01-01")
    pool.delivery([{"image_id": "after", "apn_raw": A}, {"image_id": "now", "apn_raw": B}], "2025-02-01")
    build_facts(pool.con, [department()], {"ladbs": contract()})
    found = dict(pool.con.execute("select image_id, parcel_status from image_fact").fetchall())
    assert found == {"before": "known", "after": "stale", "now": "known"}
