"""Shifts: found with their offset and rows, in made-up batches and in real permits; silence where nothing slipped."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.findings.causes.batch_shifted import batch_shifts
from dedup_assets.findings.causes.slip import MAX_OFFSET, Slip, by_code, by_distance, find_slips, realigned

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]


def detect(filed: Codes, truth: Codes) -> list[Slip]:
    return find_slips([by_code("permit", filed, truth, said(filed, truth))], filed)


def said(filed: Codes, truth: Codes) -> NDArray[np.int8]:
    return np.where((filed < 0) | (truth < 0), 0, np.where(filed == truth, 1, -1)).astype(np.int8)


def shift(truth: Codes, first: int, last: int, k: int) -> tuple[Codes, int, int]:
    """Rows filed under the parcel of the row k further on; those without such a row stay. And the rows that slipped."""
    rows = np.arange(first, last + 1)
    rows = rows[(rows + k >= 0) & (rows + k < len(truth))]
    filed = truth.copy()
    filed[rows] = truth[rows + k]
    return filed, int(rows[0]), int(rows[-1])


def holds(slip: Slip, first: int, last: int) -> bool:
    """Whether the certain rows are inside the true ones, and these inside the possible ones."""
    return slip.low <= first <= slip.first and slip.last <= last <= slip.high


def test_a_shift_is_found_with_offset_and_rows() -> None:
    truth = np.arange(100)
    filed, first, last = shift(truth, 30, 59, 7)
    (slip,) = detect(filed, truth)
    assert (slip.k, slip.first, slip.last, slip.low, slip.high) == (7, first, last, 30, 59)
    assert (slip.fitting, slip.against, slip.also, slip.wrapped) == (30, 0, (), None)


def test_rotated_keys_are_told_from_keys_that_fell_out() -> None:
    truth = np.arange(100)
    for k in (7, -7):
        filed = truth.copy()
        filed[30:60] = np.roll(truth[30:60], -k)
        (slip,) = detect(filed, truth)
        assert (slip.k, slip.first, slip.last) == (k, 30, 59)
        assert slip.wrapped == ((53, 59) if k > 0 else (30, 36))
        to, explained = realigned(slip, [by_code("permit", filed, truth, said(filed, truth))], filed)
        assert to[30:60].tolist() == truth[30:60].tolist()
        assert explained.nonzero()[0].tolist() == list(range(30, 60))


def test_realignment_gives_no_parcel_where_nobody_holds_it_any_more() -> None:
    truth = np.arange(60)
    filed, _, _ = shift(truth, 20, 49, 5)
    (slip,) = detect(filed, truth)
    to, explained = realigned(slip, [by_code("permit", filed, truth, said(filed, truth))], filed)
    assert to[20:25].tolist() == [-1] * 5
    assert to[25:50].tolist() == truth[25:50].tolist()
    assert explained[20:50].all()
    assert (to[:20] < 0).all()


def test_equal_parcels_at_the_edge_leave_the_rows_open() -> None:
    # Rows 26 to 33 are of one parcel: a shift by 1 that begins at 30 shows itself from row 33 on.
    truth = np.array([*range(26), *[26] * 8, *range(34, 80)])
    filed, first, last = shift(truth, 30, 60, 1)
    (slip,) = detect(filed, truth)
    assert slip.k == 1
    assert (slip.first, slip.low) == (33, 26)
    assert holds(slip, first, last)


def test_two_shifts_in_one_batch_are_two() -> None:
    truth = np.arange(200)
    filed, _, _ = shift(truth, 10, 50, 3)
    other, _, _ = shift(truth, 90, 150, -20)
    filed[90:151] = other[90:151]
    assert [(each.k, each.first, each.last) for each in detect(filed, truth)] == [(3, 10, 50), (-20, 90, 150)]


def test_single_rows_with_wrong_evidence_do_not_hide_a_shift() -> None:
    truth = np.arange(120)
    filed, first, last = shift(truth, 40, 99, 4)
    evidence = truth.copy()
    evidence[[50, 70, 90]] = [7, 8, 9]
    (slip,) = detect(filed, evidence)
    assert (slip.k, slip.first, slip.last) == (4, first, last)
    assert slip.against > 0


@pytest.mark.parametrize(
    "filed",
    [
        # A neighbour's parcel taken for one permit with four photographs; two permits exchanged.
        [0, 1, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5, 6, 7],
        [0, 1, 3, 3, 3, 3, 2, 2, 2, 2, 4, 5, 6, 7],
    ],
)
def test_a_neighbours_parcel_is_no_shift(filed: list[int]) -> None:
    truth = np.array([0, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5, 6, 7])
    assert detect(np.array(filed), truth) == []


def test_places_tell_a_shift_too() -> None:
    truth = np.arange(80.0) * 200  # metres along a street
    filed = truth.copy()
    filed[20:60] = truth[25:65]
    here = np.abs(filed - truth)
    now = np.select([here <= 30, here > 120], [1, -1], 0).astype(np.int8)
    channel = by_distance("gps", now, lambda rows, others: np.abs(filed[rows] - truth[others]), 30, 120)
    (slip,) = find_slips([channel], (filed / 200).astype(np.int64))
    assert (slip.k, slip.first, slip.last) == (5, 20, 59)


@given(st.data())
def test_law_of_shifts(data: st.DataObject) -> None:
    """Whatever parcels repeat: the true k, certain rows within the true ones, these within the possible."""
    runs = data.draw(st.lists(st.integers(1, 4), min_size=40, max_size=90))
    truth = np.repeat(np.arange(len(runs)), runs)
    first = data.draw(st.integers(0, len(truth) - 20))
    last = data.draw(st.integers(first + 19, len(truth) - 1))
    k = data.draw(st.integers(-MAX_OFFSET, MAX_OFFSET).filter(bool))
    if not 0 <= (first if k > 0 else last) + k < len(truth):
        return
    filed, first, last = shift(truth, first, last, k)
    changed = filed[filed != truth]
    slips = detect(filed, truth)
    if len(changed) < 4 or len(set(changed)) < 3:
        return  # too little to tell: three of one parcel each are no proof
    (slip,) = slips
    assert k == slip.k or k in slip.also
    assert k != slip.k or holds(slip, first, last)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=200))
def test_a_clean_batch_is_silent(rows: list[tuple[int, bool]]) -> None:
    """Whatever order and repetition of parcels, and whatever of them is not known."""
    truth = np.array([code if known else -1 for code, known in rows])
    assert detect(truth.copy(), truth) == []


@pytest.mark.real
def test_every_shift_injected_into_real_permits_is_found(shared: Path) -> None:
    """Batches in the order of the file, by address, at random, and of several photographs a permit; any rows, any k."""
    with (shared / "data" / "la" / "permits.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    apns = [f"{row['assessor_book']}{row['assessor_page']}{row['assessor_parcel']}" for row in rows]
    known = {apn: code for code, apn in enumerate(sorted(set(apns)))}
    codes = np.array([known[apn] if apn.isdigit() and len(apn) == 10 else -1 for apn in apns])
    by_address = np.array(sorted(range(len(rows)), key=lambda at: (rows[at]["street_name"], rows[at]["address_start"])))
    chance = random.Random(4)
    found = 0
    for turn in range(400):
        truth = _batch(chance, codes, by_address, turn)
        assert detect(truth.copy(), truth) == []
        first = chance.randint(0, len(truth) - 20)
        last = chance.randint(first + 19, len(truth) - 1)
        k = chance.choice([sign * k for k in range(1, MAX_OFFSET + 1) for sign in (1, -1)])
        if turn % 3 == 0:
            filed = truth.copy()
            filed[first : last + 1] = np.roll(truth[first : last + 1], -k)
            ring = last - first + 1  # going round by k is going round by k - ring
        elif 0 <= (first if k > 0 else last) + k < len(truth):
            filed, first, last = shift(truth, first, last, k)
            ring = 0
        else:
            continue
        changed = filed[(filed != truth) & (filed >= 0) & (truth >= 0)]
        if len(changed) < 5 or len(set(changed)) < 4:
            continue  # so many equal parcels in a row that hardly any row shows it
        (slip,) = detect(filed, truth)
        assert slip.k == k or (ring and (slip.k - k) % ring == 0), (turn, k, slip)
        assert holds(slip, first, last), (turn, first, last, slip)
        found += 1
    assert found > 300


def _batch(chance: random.Random, codes: Codes, by_address: Codes, turn: int) -> Codes:
    size = chance.randint(50, 400)
    start = chance.randrange(len(codes) - size)
    window = np.arange(start, start + size)
    if turn % 4 == 1:
        window = by_address[window]
    elif turn % 4 == 2:
        window = np.array(chance.sample(range(len(codes)), size))
    elif turn % 4 == 3:
        window = np.repeat(by_address[window], [chance.choice([1, 1, 2, 3, 4]) for _ in window])[:size]
    return codes[window]


def member(at: int, filed: int, **more: Any) -> dict[str, Any]:
    """A row as ``batch_shifted_row.sql`` tells it: filed on one parcel of a street, photographed at house ``at``."""
    where = {"filed_latitude": 34.0 + filed * 0.0018, "filed_longitude": -118.3}
    taken = {"gps_latitude": 34.00005 + at * 0.0018, "gps_longitude": -118.3}
    evidence = {
        f"{name}_{what}": none for name in ("permit", "pin", "name") for what, none in (("apn", None), ("now", 0))
    }
    row = {"row_no": at + 1, "batch_row_no": 100 + at, "apn": f"{5_000_000_000 + filed}"}
    return {**row, **where, **taken, **evidence, **more}


def test_rows_are_told_by_their_numbers_and_gps_alone_tells_them() -> None:
    # Rows 110 and 111 were rejected: the numbers know, the order does not.
    members = [member(at, at + 4 if 20 <= at < 50 else at) for at in range(60) if at not in {10, 11}]
    ((told, moved),) = batch_shifts(members)
    assert told["support"] == told["considered"] == 30
    assert {key: told["shift"][key] for key in ("k", "evidence", "rows_by", "rows_certain", "rows_realigned")} == {
        "k": 4, "evidence": ["gps"], "rows_by": "batch_row_no", "rows_certain": [120, 149], "rows_realigned": 30,
    }  # fmt: skip
    # The first four parcels are held by no row any more, and a place names none.
    assert [apn for _, apn in moved[:5]] == [None, None, None, None, "5000000024"]
    assert [row_no for row_no, _ in moved] == list(range(21, 51))


def test_without_row_numbers_the_order_of_the_manifest_counts() -> None:
    members = [member(at, at - 2 if 20 <= at < 50 else at, batch_row_no=None) for at in range(60)]
    ((told, _),) = batch_shifts(list(reversed(members)))
    assert (told["shift"]["k"], told["shift"]["rows_certain"]) == (-2, [21, 50])
    assert told["shift"]["rows_by"] == "order in the manifest"
