"""A batch whose keys slipped by k rows against its files: found, undone, and the undoing tried out.

Put here the evidence of a batch's rows, and what follows from a shift. Keep out how one is recognised (``slip.py``).

The parcel that a row is filed under is held against the permit's parcel of record, the PIN's, the parcel that the file
name spells, and the place in the photograph's EXIF. The re-alignment gives every row the parcel of the row k before it;
tried out, it says how many findings of the batch about permits, PINs, places and file names would be gone.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedup_assets.findings.causes.slip import MIN_ROWS, Channel, Slip, by_code, by_distance, find_slips, realigned
from dedup_assets.registry.geometry import plane
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    from numpy.typing import NDArray

# Metres from the filed parcel's point to the photograph's: up to NEAR it fits, beyond FAR it contradicts (field notes,
# section 5: geocodes of one parcel differ by 12.9 m at the 95th percentile, neighbours' by 18 m at the 5th).
NEAR, FAR = 30.0, 120.0
# Evidence that names a parcel, the most reliable first.
NAMED = ("permit", "pin", "name")
# Rows are placed by their row numbers, gaps included, unless the numbers say little: then by their order.
MAX_GAPS = 4
# Rows fetched together.
ROWS_AT_ONCE = 10_000

_ROW = pa.schema(
    [("delivery_id", pa.string()), ("occurrence_id", pa.string()), ("row_no", pa.int64()), ("to_apn", pa.string())]
)
_OCCURRENCE = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("occurrence_id", pa.string()),
        ("batch_id", pa.string()),
        ("support", pa.int64()),
        ("considered", pa.int64()),
        ("shift", pa.string()),
    ]
)

Row = dict[str, Any]


class BatchShifted:
    """The cause of ``finding_cause`` that is called batch_shifted."""

    name = "batch_shifted"
    version = "2"

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Look for shifts in every batch of the pass that has enough contradicted rows."""
        found = _stream(con.execute(query("findings.causes", "batch_shifted_row"), {"min_rows": MIN_ROWS, "far": FAR}))
        occurrences: list[Row] = []
        rows: list[Row] = []
        for (delivery_id, batch_id), members in groupby(found, lambda row: (row["delivery_id"], row["batch_id"])):
            for found_shift, moved in batch_shifts(list(members)):
                where = {
                    "delivery_id": delivery_id,
                    "occurrence_id": f"{batch_id}:{found_shift['shift']['rows_certain'][0]}",
                }
                shift = json.dumps(found_shift["shift"])
                occurrences.append({**where, "batch_id": batch_id, **found_shift, "shift": shift})
                rows += [{**where, "row_no": row_no, "to_apn": to_apn} for row_no, to_apn in moved]
        con.register("new_shift", pa.Table.from_pylist(occurrences, schema=_OCCURRENCE))
        con.register("new_shift_row", pa.Table.from_pylist(rows, schema=_ROW))
        con.execute(query("findings.causes", "batch_shifted"), {"far": FAR})
        con.unregister("new_shift")
        con.unregister("new_shift_row")


BATCH_SHIFTED = BatchShifted()


def _stream(result: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """The rows of a result one by one: all of a million are a gigabyte, and each batch is looked at alone."""
    columns = [each[0] for each in result.description or []]
    while some := result.fetchmany(ROWS_AT_ONCE):
        for row in some:
            yield dict(zip(columns, row, strict=True))


def batch_shifts(members: Sequence[Row]) -> list[tuple[Row, list[tuple[int, str | None]]]]:
    """The shifts of one batch: of each what is told (support, considered, shift), and its rows with their parcels.

    ``members`` are rows of ``batch_shifted_row.sql`` of one batch. ``shift`` gives k, the certain and the possible rows
    (both ends included) by ``batch_row_no``, or by order where the numbers say little. A row's parcel is None where the
    shift explains it but tells no parcel.
    """
    places, numbered = _places(members)
    size = int(places.max()) + 1
    names = sorted({row[key] for row in members for key in ("apn", "permit_apn", "pin_apn", "name_apn") if row[key]})
    codes = {name: code for code, name in enumerate(names)}
    filed = _spread(places, size, [codes.get(row["apn"], -1) for row in members], -1)
    evidence = {
        name: _spread(places, size, [codes.get(row[f"{name}_apn"], -1) for row in members], -1) for name in NAMED
    }
    now = {name: _spread(places, size, [row[f"{name}_now"] for row in members], 0).astype(np.int8) for name in NAMED}
    channels = [by_code(name, filed, evidence[name], now[name]) for name in NAMED]
    channels.append(_placed(members, places, size))
    first = min(row["batch_row_no"] for row in members) if numbered else 1
    at = {int(place): row for place, row in zip(places, members, strict=True)}
    shifts = []
    contradicted = np.any([channel.now < 0 for channel in channels], axis=0)
    for slip in find_slips(channels, filed):
        to, explained = realigned(slip, channels, filed)
        # Rows whose parcel nobody in the batch holds any more have what their own evidence names, if it names one.
        alone = explained & contradicted & (to < 0)
        to = np.where(alone, _own_evidence(slip, channels, evidence), to)
        moved = [
            (at[place]["row_no"], names[to[place]] if to[place] >= 0 else None)
            for place in np.flatnonzero(explained).tolist()
            if place in at and (alone[place] or (to[place] >= 0 and to[place] != filed[place]))
        ]
        shifts.append((_told(slip, first, numbered=numbered, moved=len(moved)), moved))
    return shifts


def _told(slip: Slip, first: int, *, numbered: bool, moved: int) -> Row:
    shift = {
        "also_k": list(slip.also),
        "evidence": list(slip.channels),
        "k": slip.k,
        "rotated": slip.wrapped is not None,
        "rows_by": "batch_row_no" if numbered else "order in the manifest",
        "rows_certain": [slip.first + first, slip.last + first],
        "rows_possible": [slip.low + first, slip.high + first],
        "rows_realigned": moved,
    }
    return {"support": slip.fitting, "considered": slip.fitting + slip.against, "shift": shift}


def _places(members: Sequence[Row]) -> tuple[NDArray[np.int64], bool]:
    """Each row's place from 0, and whether it is by the row number that the batch gives."""
    numbers = [row["batch_row_no"] for row in members]
    if None not in numbers and len(set(numbers)) == len(numbers):
        low, high = min(numbers), max(numbers)
        if high - low < MAX_GAPS * len(numbers):
            return np.array(numbers, np.int64) - low, True
    order = np.empty(len(members), np.int64)
    order[np.argsort([row["row_no"] for row in members], kind="stable")] = np.arange(len(members))
    return order, False


def _spread(places: NDArray[np.int64], size: int, values: Sequence[float], blank: float) -> NDArray[np.int64]:
    spread = np.full(size, blank, np.int64)
    spread[places] = values
    return spread


def _own_evidence(slip: Slip, channels: Sequence[Channel], evidence: dict[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Of each row the parcel that a channel of the slip names in place of the filed one; negative where none."""
    own = np.full(len(channels[0].now), -1, np.int64)
    for channel in channels:
        if channel.name in slip.channels and channel.name in evidence:
            own = np.where((own < 0) & (channel.now < 0), evidence[channel.name], own)
    return own


def _placed(members: Sequence[Row], places: NDArray[np.int64], size: int) -> Channel:
    """The channel of GPS, in metres of the state plane."""

    def spread(what: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        degrees = np.full((2, size), np.nan)
        for axis, name in enumerate(("latitude", "longitude")):
            values = [row[f"{what}_{name}"] for row in members]
            degrees[axis][places] = [np.nan if value is None else value for value in values]
        east, north = plane(*degrees)
        return np.where(np.isfinite(east), east, np.nan), np.where(np.isfinite(north), north, np.nan)

    (filed_x, filed_y), (gps_x, gps_y) = spread("filed"), spread("gps")

    def distance(rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(np.hypot(filed_x[rows] - gps_x[others], filed_y[rows] - gps_y[others]))

    rows = np.arange(size)
    here = distance(rows, rows)
    now = np.select([here <= NEAR, here > FAR], [1, -1], 0).astype(np.int8)
    return by_distance("gps", now, distance, NEAR, FAR)
