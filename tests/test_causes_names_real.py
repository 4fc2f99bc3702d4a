"""Real permits in batches whose files are named after their own parcel or permit: shifted as a whole, and in order."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from causes_kit import deliver, find, record
from dedup_assets.findings.causes.slip import MAX_OFFSET, MIN_PARCELS, MIN_ROWS
from dedup_assets.registry.reference import load_registry
from findings_pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

BATCHES, ROWS = 40, 120
CAMERA = "IMG_{:04d}.jpg"

Permit = tuple[str, str, tuple[str, ...]]  # number, parcel, and every parcel that belongs with it


@pytest.fixture(scope="module")
def pool(shared: Path) -> Pool:
    """The real registry, the same batches in order and shifted, and the causes of what is found."""
    pool = Pool()
    load_registry(pool.con, str(shared / "data" / "la"), lambda _: None)
    permits = pool.rows("select permit_number, apn from permit where apn is not null order by row_no, permit_number")
    chance = random.Random(9)
    sound, slipped, planted = [], [], {}
    for batch in range(BATCHES):
        start = chance.randrange(len(permits) - ROWS)
        window = permits[start : start + ROWS] if batch % 2 else chance.sample(permits, ROWS)
        k = chance.choice([-1, 1]) * chance.randint(1, MAX_OFFSET)
        # Twenty rows at least, and the row k further on is in the batch.
        low, high = max(0, -k), min(ROWS, ROWS - k)
        first = chance.randint(low, high - 20)
        last = chance.randint(first + 19, high - 1)
        planted[f"B{batch}"] = k
        for row, (own, apn) in enumerate(window):
            name = (f"{apn}_front_{row}.jpg", f"{own}.jpg", CAMERA.format(row))[
                row % 7 % 3 if _has_cameras(f"B{batch}") else row % 2
            ]
            number, parcel = window[row + k] if first <= row <= last else (own, apn)
            given = {"batch_id": f"B{batch}", "batch_row_no": str(row + 1), "image_id": f"{batch}-{row}"}
            named = {**given, "file_name": name, "content": f"{batch}-{row}"}
            sound.append(record(row, **named, permit_number_raw=own, apn_raw=apn))
            slipped.append(record(row, **named, permit_number_raw=number, apn_raw=parcel))
    deliver(pool, "sound", sound)
    deliver(pool, "slipped", slipped)
    find(pool, "sound", "slipped", file_names=True)
    pool.con.execute("create table planted as select unnest($b) as batch_id, unnest($k) as k", {
        "b": list(planted), "k": list(planted.values()),
    })  # fmt: skip
    return pool


def test_batches_in_order_raise_no_alarm(pool: Pool) -> None:
    said = dict(pool.rows("select name_agreement, count(*) from image_fact where department = 'sound' group by 1"))
    assert said.keys() == {"agrees", "no_name"}
    assert said["agrees"] > 3000


def test_where_permit_and_parcel_slipped_together_names_find_every_shift_with_its_offset(pool: Pool) -> None:
    agree = pool.rows("select distinct permit_agreement from image_fact where department = 'slipped'")
    assert agree == [("agrees",)]
    told = pool.rows(
        """select batch_id, planted.k, count(*), count(distinct fact.apn), list(cause.cause),
                  list(cause.detail)
           from image_fact as fact
           inner join image_record using (department, delivery_id, row_no)
           inner join planted using (batch_id)
           inner join finding on finding.delivery_id = fact.delivery_id and finding.row_no = fact.row_no
           inner join finding_cause as cause using (finding_id)
           where fact.department = 'slipped' and fact.name_agreement = 'disagrees' and cause.rank = 1
           group by all"""
    )
    # Where so few parcels are in a row that hardly any shows it, a shift is no more than a guess.
    clear = [each for each in told if each[2] > MIN_ROWS and each[3] > MIN_PARCELS]
    assert len(clear) > BATCHES * 0.9
    undetermined = 0
    for batch, k, findings, _, causes, details in clear:
        shifts = [json.loads(each) for cause, each in zip(causes, details, strict=True) if cause == "batch_shifted"]
        assert {each["k"] for each in shifts} == {k}, batch
        left = findings - sum(cause == "batch_shifted" for cause in causes)
        assert left == 0 or _has_cameras(batch), batch
        assert all(each["parcel_findings_after"] == left for each in shifts), batch
        undetermined += left
    # At the ends of a stretch a row whose counterpart the camera named may as well be wrong for a reason of its own.
    assert undetermined < 0.02 * sum(each[2] for each in clear)


def _has_cameras(batch: str) -> bool:
    return int(batch[1:]) % 4 < 2
