"""What the neighbours in a batch say of a record: keys that slipped by a constant number of rows, and none that did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attribution_kit import attribution, deliver, detail, evidence, placed
from findings_kit import A, D, build

if TYPE_CHECKING:
    from findings_pool import Pool


@pytest.fixture
def pool() -> Pool:
    """The registry with points, and no deliveries."""
    return placed()


def batch(k: int, rows: range, size: int = 12, *, named: bool = True) -> list[dict[str, Any]]:
    """A batch, row n on the parcel 60000000nn; in ``rows`` permit and APN are those of row n + k."""
    records = []
    for n in range(1, size + 1):
        true, filed = 6_000_000_000 + n, 6_000_000_000 + n + (k if n in rows else 0)
        name = f"{true}.jpg" if named and n % 3 else f"IMG_{n}.jpg"
        records.append({"image_id": f"r{n}", "apn_raw": str(filed), "file_name": name, "batch_row_no": str(n)})
    return records


@pytest.mark.parametrize("k", [1, -2, 5])
def test_rows_that_slipped_together_are_seen_by_their_neighbours(pool: Pool, k: int) -> None:
    pool.parcels(*(str(6_000_000_000 + n) for n in range(-9, 60)))
    deliver(pool, batch(k, range(10, 30), 40))
    build(pool)
    # Row 18 is called IMG_18: only its neighbours tell. The file of row n shows what row n - k is filed on.
    assert evidence(pool, "r18")["batch_neighbours"] == ("contradicts", "6000000018")
    assert detail(pool, "r18", "batch_neighbours")["k"] == -k
    assert attribution(pool, "r18") == ("contested", "6000000018", "A11")
    assert attribution(pool, "r19") == ("contradicted", "6000000019", "A06")
    assert evidence(pool, "r4")["batch_neighbours"] == ("supports", "6000000004")
    assert attribution(pool, "r4")[0] == "attributed"


def test_a_batch_in_order_and_single_mistakes_show_no_shift(pool: Pool) -> None:
    pool.parcels(*(str(6_000_000_000 + n) for n in range(60)))
    records = batch(1, range(10, 12), 40)
    deliver(pool, records)
    build(pool)
    said = {each["image_id"]: evidence(pool, each["image_id"]).get("batch_neighbours") for each in records}
    assert not [name for name, each in said.items() if each and each[0] == "contradicts"]


def test_many_rows_of_one_parcel_show_no_shift(pool: Pool) -> None:
    rows = [{"apn_raw": (A, D)[n % 2], "file_name": f"{D}.jpg"} for n in range(12)]
    deliver(pool, [{"image_id": str(n), "batch_row_no": str(n), **row} for n, row in enumerate(rows)])
    build(pool)
    assert pool.rows("from parcel_evidence where source = 'batch_neighbours' and stance = 'contradicts'") == []
