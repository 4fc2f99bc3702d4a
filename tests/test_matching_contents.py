"""Matching in a warehouse: new against all, one transaction, the same tables however the contents came."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.matching.groups import complete_link, group_id
from dedup_assets.matching.keep import Caps, limit_of
from dedup_assets.matching.match_contents import match_contents
from dedup_assets.matching.verdict import Candidate, HashJudge, Judgement, canonical_json
from matching_kit import as_ints, as_words, flipped, plain_kept, random_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TABLES = ("candidate_page", "match", "match_group", "searched_page", "candidate_count")
Tables = dict[str, list[tuple]]


def warehouse() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
        con.execute(file.read_text(encoding="utf-8"))
    return con


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def deliver(con: duckdb.DuckDBPyConnection, hashes: dict[str, int], version: str = "v1", **columns: object) -> None:
    """Contents of one page as the images room leaves them: sha256 to hash."""
    same = {
        "algorithm_version": version, "byte_size": 9, "status": "ok", "quality": 90, "frames": 1, "page": 0,
        "width": 640, "height": 480, "low_information": False, "photograph": False, **columns,
    }  # fmt: skip
    words = as_words(list(hashes.values()))
    rows = {
        "sha256": list(hashes),
        **{f"phash256_{word}": words[:, word] for word in range(4)},
        **{name: [value] * len(hashes) for name, value in same.items()},
    }
    con.register("delivered", pa.table(rows))
    for table in ("content", *(["page"] if same["status"] == "ok" else [])):
        known = {row[0] for row in con.execute(f"describe {table}").fetchall()}
        con.execute(f"insert into {table} by name select {', '.join(known & set(rows))} from delivered")


def tables(con: duckdb.DuckDBPyConnection) -> Tables:
    return {table: sorted(con.execute(f"from {table}").fetchall()) for table in TABLES}


def silent(_: str) -> None:
    """No notice is looked at."""


class PixelJudge:
    """Finds the pairs exact that it was given, and notes what it is asked."""

    version = "pixels-of-test"

    def __init__(self, exact: set[frozenset[str]]) -> None:
        self.exact = exact
        self.asked: list[frozenset[str]] = []

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        for each in candidates:
            pair = frozenset({each.a.sha256, each.b.sha256})
            self.asked.append(pair)
            yield Judgement("exact_pixels" if pair in self.exact else "undecided", {"distance": each.distance})


# One photograph in three sizes, another one, one far from all.
PHOTO, OTHER, FAR = 2**255 - 1, (2**255 - 1) << 128, 0
A, B, C, D, E = (digest(number) for number in range(5))
PHOTOS = {A: PHOTO, B: PHOTO ^ 0b111, C: PHOTO ^ (2**31 - 1) << 40, D: OTHER % 2**256, E: FAR}


def test_pairs_and_groups_of_copies() -> None:
    con = warehouse()
    deliver(con, PHOTOS)
    report = match_contents(con, "v1", silent)
    found = {frozenset(row[:2]): row[2:] for row in tables(con)["match"]}
    assert found.keys() == {frozenset({A, B}), frozenset({A, C})}
    distance, verdict, evidence = found[frozenset({A, B})]
    assert (distance, verdict) == (3, "undecided")
    assert evidence == '{"channels":["hash"],"distance":3,"quality_a":90,"quality_b":90}'
    assert found[frozenset({A, C})][0] == 31
    assert all(a < b for a, b, *_ in tables(con)["match"])
    # C is within the radius of A alone, so the group is the two that are nearest.
    assert {row[1:] for row in tables(con)["match_group"]} == {("candidate", A), ("candidate", B)}
    assert (report.contents, report.new, report.total, report.kept, report.truncated) == (5, 5, 2, 2, False)
    assert report.histogram == {3: 1, 31: 1}
    assert report.verdicts == {"undecided": 2}
    assert report.groups == {"candidate": 1}
    assert report.comparisons == report.predicted == 10
    numbers = report.numbers()
    assert numbers["candidates_total"] == numbers["candidates_kept"] == 2
    assert numbers["groups_duplicate"] == 0


def test_equal_hashes_count_as_their_first_digest() -> None:
    """Two near to the middle one, equally far, not near to each other: the first by digest has it."""
    con = warehouse()
    first, second, third, middle = sorted([A, B, C, D])
    left, right = PHOTO ^ (2**20 - 1), PHOTO ^ (2**20 - 1) << 100
    deliver(con, {first: left, third: left, second: right, middle: PHOTO})
    match_contents(con, "v1", silent)
    assert {sha256 for *_, sha256 in tables(con)["match_group"]} == {first, third, middle}


def test_quality_stands_with_its_content() -> None:
    con = warehouse()
    low, high = sorted([A, B])
    deliver(con, {low: PHOTO}, quality=11)
    deliver(con, {high: PHOTO ^ 1}, quality=99)
    match_contents(con, "v1", silent)
    assert json.loads(tables(con)["match"][0][4]) == {
        "channels": ["hash"], "distance": 1, "quality_a": 11, "quality_b": 99,
    }  # fmt: skip


class Asked(HashJudge):
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        self.candidates += candidates
        return super().__call__(candidates)


def test_pages_of_documents_are_compared_and_judged_as_documents() -> None:
    """Two plan sets with their second page in common, and a scan of that page; none is compared with itself."""
    con = warehouse()
    deliver(con, {A: PHOTO, B: FAR}, frames=2, media_type="application/pdf")
    more = {A: OTHER % 2**256, B: OTHER % 2**256 ^ 1}
    words = as_words(list(more.values()))
    for sha256, row in zip(more, words, strict=True):
        con.execute(
            "insert into page select * replace (1 as page, ? as phash256_0, ? as phash256_1, ? as phash256_2, "
            "? as phash256_3) from page where sha256 = ? and page = 0",
            [*map(int, row), sha256],
        )
    deliver(con, {C: OTHER % 2**256 ^ 7})
    judge = Asked()
    report = match_contents(con, "v1", silent, judge=judge)
    assert (report.contents, report.pages, report.total) == (3, 5, 3)
    seen = {
        frozenset({each.a.sha256, each.b.sha256}): (
            {(p.page_a, p.page_b) for p in each.pages},
            each.a.frames + each.b.frames,
        )
        for each in judge.candidates
    }
    assert {names: frames for names, (_, frames) in seen.items()} == {
        frozenset({A, B}): 4, frozenset({A, C}): 3, frozenset({B, C}): 3,
    }  # fmt: skip
    assert seen[frozenset({A, B})][0] == {(1, 1)}


def test_who_takes_no_part() -> None:
    con = warehouse()
    deliver(con, {A: PHOTO, B: PHOTO})
    deliver(con, {C: PHOTO}, low_information=True)
    deliver(con, {D: PHOTO}, status="unreadable", low_information=None)
    deliver(con, {E: PHOTO}, version="v0")
    report = match_contents(con, "v1", silent)
    assert [set(row[:2]) for row in tables(con)["match"]] == [{A, B}]
    assert (report.contents, report.pages, report.low_information) == (2, 2, 1)


def test_a_second_run_does_nothing() -> None:
    con = warehouse()
    deliver(con, PHOTOS)
    judge = PixelJudge(set())
    match_contents(con, "v1", silent, judge=judge)
    before = tables(con)
    report = match_contents(con, "v1", silent, judge=judge)
    assert tables(con) == before
    assert (report.new, report.comparisons, report.total) == (0, 0, 2)
    assert len(judge.asked) == 2


def test_only_new_pairs_are_judged_and_duplicates_are_grouped() -> None:
    con = warehouse()
    judge = PixelJudge({frozenset({A, B})})
    deliver(con, {A: PHOTO, C: PHOTO ^ 1})
    match_contents(con, "v1", silent, judge=judge)
    deliver(con, {B: PHOTO ^ 2})
    report = match_contents(con, "v1", silent, judge=judge)
    assert sorted(judge.asked, key=sorted) == sorted(map(frozenset, ({A, C}, {A, B}, {B, C})), key=sorted)
    assert report.verdicts == {"exact_pixels": 1, "undecided": 2}
    groups: dict[str, set[str]] = {}
    for _, basis, sha256 in tables(con)["match_group"]:
        groups.setdefault(basis, set()).add(sha256)
    assert groups == {"candidate": {A, B, C}, "duplicate": {A, B}}


@pytest.mark.parametrize("change", ["version", "radius", "caps", "judge", "content"])
def test_a_change_computes_everything_anew(change: str) -> None:
    con, fresh = warehouse(), warehouse()
    deliver(con, PHOTOS)
    match_contents(con, "v1", silent)
    options: dict = {}
    if change == "radius":
        options["radius"] = 5
    elif change == "caps":
        options["caps"] = Caps(per_item=1)
    elif change == "judge":
        options["judge"] = PixelJudge({frozenset({A, B})})
    deliver(
        fresh, {B: PHOTO, C: FAR, D: FAR ^ 1} if change == "version" else PHOTOS, "v2" if change == "version" else "v1"
    )
    if change == "version":
        deliver(con, {B: PHOTO, C: FAR, D: FAR ^ 1}, "v2")
    elif change == "content":
        for each in (con, fresh):
            each.execute("update page set low_information = true where sha256 = ?", [B])
    version = "v2" if change == "version" else "v1"
    notices: list[str] = []
    match_contents(con, version, notices.append, **options)
    match_contents(fresh, version, silent, **options)
    assert tables(con) == tables(fresh)
    assert any("anew" in notice for notice in notices)


def test_a_content_without_a_page_is_an_error() -> None:
    con = warehouse()
    deliver(con, {A: PHOTO})
    con.execute("delete from page")
    with pytest.raises(ValueError, match="1 contents are readable but have no page: fingerprint them again"):
        match_contents(con, "v1", silent)


class DyingJudge(HashJudge):
    """Judges one pair and is gone, as a killed process would be."""

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        yield from super().__call__(candidates[:1])
        raise KeyboardInterrupt


@pytest.mark.parametrize("within", [False, True], ids=["own transaction", "the caller's"])
def test_a_run_that_dies_leaves_the_tables_as_they_were(within: bool) -> None:
    con = warehouse()
    deliver(con, {A: PHOTO, B: PHOTO ^ 1})
    match_contents(con, "v1", silent)
    before = tables(con)
    deliver(con, {C: PHOTO ^ 2, D: PHOTO ^ 3})
    if within:
        con.begin()
    with pytest.raises(KeyboardInterrupt):
        match_contents(con, "v1", silent, judge=DyingJudge())
    if within:
        con.rollback()
    assert tables(con) == before
    match_contents(con, "v1", silent)
    once = warehouse()
    deliver(once, {A: PHOTO, B: PHOTO ^ 1, C: PHOTO ^ 2, D: PHOTO ^ 3})
    match_contents(once, "v1", silent)
    assert tables(con) == tables(once)


@st.composite
def stores(draw: st.DrawFn) -> dict[str, int]:
    """Contents a few bits from one of two hashes, many of them with equal hashes."""
    centres = [PHOTO, PHOTO ^ (2**25 - 1) << 100]
    count = draw(st.integers(1, 14))
    return {
        digest(number): draw(st.sampled_from(centres))
        ^ draw(st.sampled_from([0, 0, 1, 2, 3, 7, 15])) << draw(st.sampled_from([0, 60]))
        for number in range(count)
    }


POOL = warehouse()


def emptied() -> duckdb.DuckDBPyConnection:
    for table in ("content", "page", *TABLES):
        POOL.execute(f"delete from {table}")
    return POOL


def groups(contents: list[str], pairs: list[tuple[int, int, int]]) -> list[list[str]]:
    """Complete linkage of the contents one by one, those with equal hashes too."""
    key = np.argsort(np.argsort(contents))
    a, b, distance = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    return [[sorted(contents)[each] for each in group] for group in complete_link(key[a], key[b], distance, len(key))]


@given(stores(), st.data(), st.sampled_from([Caps(), Caps(2, 10**6), Caps(50, 8), Caps(3, 12), Caps(1, 1)]))
@settings(deadline=None, max_examples=12)
def test_deliveries_in_any_parts_give_the_tables_of_one_search(
    hashes: dict[str, int], data: st.DataObject, caps: Caps
) -> None:
    con = emptied()
    deliver(con, hashes)
    whole = match_contents(con, "v1", silent, caps=caps)
    expected = tables(con)
    con = emptied()
    part_of = {sha256: data.draw(st.integers(0, 3), label=sha256[:6]) for sha256 in hashes}
    for part in range(4):
        deliver(con, {sha256: number for sha256, number in hashes.items() if part_of[sha256] == part})
        parts = match_contents(con, "v1", silent, caps=caps)
    assert tables(con) == expected
    assert (parts.total, parts.kept, parts.histogram) == (whole.total, whole.kept, whole.histogram)
    # And these tables are the true ones.
    ranked = sorted(hashes, key=lambda sha256: (hashes[sha256], sha256))
    true = [
        (i, j, distance)
        for j in range(len(ranked))
        for i in range(j)
        if (distance := (hashes[ranked[i]] ^ hashes[ranked[j]]).bit_count()) <= 31
    ]
    degree = np.bincount([item for pair in true for item in pair[:2]], minlength=len(ranked)).astype(np.int64)
    kept = plain_kept(true, limit_of(degree, None, caps))
    assert {(frozenset(row[:2]), row[2]) for row in expected["match"]} == {
        (frozenset({ranked[i], ranked[j]}), distance) for i, j, distance in kept
    }
    assert whole.total == len(true)
    if not whole.truncated:
        assert {row[0] for row in expected["match_group"]} == {
            group_id("candidate", each) for each in groups(ranked, true)
        }
    assert {row[0]: row[4] for row in expected["searched_page"]} == dict(zip(ranked, degree.tolist(), strict=True))


def test_a_larger_store_in_parts_with_the_compiled_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup_assets.matching.search.SMALL", 0)
    words = random_words(3_000, seed=9, alike=0.05)
    rng = np.random.default_rng(0)
    words = np.concatenate([words, flipped(words[-3:], np.array([1, 2, 3]), rng)])
    numbers = as_ints(words)
    con, whole = warehouse(), warehouse()
    for pool, parts in ((con, (0, 2_000, 2_990, len(numbers))), (whole, (0, len(numbers)))):
        for low, high in pairwise(parts):
            deliver(pool, {digest(number): numbers[number] for number in range(low, high)})
            report = match_contents(pool, "v1", silent, caps=Caps(20, 2_000))
            assert report.comparisons == report.predicted
    assert tables(con) == tables(whole)
    assert report.truncated
    assert report.kept <= 2_000 < report.total


def test_canonical_json() -> None:
    assert canonical_json({"b": 1, "a": [None, "é"]}) == '{"a":[null,"é"],"b":1}'
