"""Whose parcel a parcel is: the city's, or another jurisdiction's.

An APN is county-wide; a PIN and a city permit exist only inside the city. So SoFi Stadium, in Inglewood, has an APN and
neither of the others, and that is no mismatch. Put here what tells a parcel's jurisdiction. Keep out the geometry
(``boundary.py``) and what follows for a record (findings). The number itself tells nothing: books of the Assessor's map
cross city lines.

What tells it, the strongest first:
1. *stated*: the parcel file names the governing city, and the boundary file names this city;
2. *boundary*: the parcel's point lies more than ``CLEAR_M`` from the boundary, on one side of it;
3. *of_record*: a PIN or a city permit names the parcel.
Otherwise it is not known, and nobody is told that a parcel is another's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from dedup_assets.registry.boundary import Boundary

# A parcel's point must be this far from the line to tell. Two city systems agree on an address to 14 m at most, and all
# 14,405 real points of city permits and cases lie inside the boundary, 135 of them within 30 m of it.
CLEAR_M = 30.0


def place_parcels(con: duckdb.DuckDBPyConnection, boundary: Boundary | None) -> int:
    """Fill ``jurisdiction``, ``jurisdiction_basis`` and ``boundary_m`` of every parcel; how many are another's.

    Expects the temporary tables of ``stage.py`` to be read. Without a boundary only PINs and permits tell.
    """
    parcels: pa.Table = con.sql(query("registry", "jurisdiction_parcel")).to_arrow_table()
    side = np.zeros(len(parcels), np.int8)
    metres = np.full(len(parcels), np.nan)
    stated: list[bool | None] = [None] * len(parcels)
    if boundary is not None:
        lat, lon = (parcels[name].to_numpy().astype(np.float64) for name in ("latitude", "longitude"))
        place = boundary.places(lat, lon)
        metres = np.where(place.inside, place.distance_m, -place.distance_m)
        side = _side(metres)
        stated = [boundary.is_city(each) if each else None for each in parcels["stated"].to_pylist()]
    placed = pa.table(
        {
            "apn": parcels["apn"],
            "stated": pa.array(stated, pa.bool_()),
            "side": pa.array(side, pa.int8()),
            "of_record": parcels["of_record"],
            "boundary_m": pa.array(metres, pa.float64(), mask=~np.isfinite(metres)),
        }
    )
    con.register("placed_parcel", placed)
    con.execute(query("registry", "jurisdiction"))
    con.unregister("placed_parcel")
    return int(con.execute(query("registry", "jurisdiction_count")).fetchall()[0][0])


def _side(metres: NDArray[np.float64]) -> NDArray[np.int8]:
    """1: clearly inside, -1: clearly outside, 0: too near to tell, or not known."""
    return np.where(metres > CLEAR_M, 1, np.where(metres < -CLEAR_M, -1, 0)).astype(np.int8)
