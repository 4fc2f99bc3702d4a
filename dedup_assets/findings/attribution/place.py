"""What a picture's GPS says of the parcel it is filed on: consistent, inconclusive, or a contradiction.

Put here distances and the thresholds on them. Keep out the geometry (``registry.geometry``) and what a contradiction
leads to (``rule.py``). GPS tells where the camera stood. It can never prove a match between neighbours: the nearest
other permitted parcel is 107 m away in the median, but 18 m for one in twenty.

A receiver may say how far off it may be (GPSHPositioningError, EXIF 2.31). That is added to CONTRADICTS_M, and one that
may be off by more than CONTRADICTS_M tells nothing, for or against.

A picture without GPS is judged by a copy of the same photograph that kept it; the fact that rules judge is not.

The distance is that to the nearest of the points that the registry has for the parcel, or for one that belongs with it
(a unit of one building, a lot of one project): legitimate reuse is no contradiction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.spatial import cKDTree

from dedup_assets.registry.geometry import distance_m, plane
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

# Geocodes of one parcel on several real permits differ by 12.9 m at the 95th percentile, and a phone is off by some
# 8 m: up to 30 m is the same place. They differ by 117 m at the 99th: only beyond 120 m is it another one.
CONSISTENT_M = 30.0
CONTRADICTS_M = 120.0
# Farther than this from every parcel of record, a picture was taken in another part of town, or of the world.
ELSEWHERE_M = 1500.0
# Parcels that one position is consistent with, nearest first: the units of a condominium share one point.
NEAR_PARCELS = 50
# Both coordinates on the grid of a cell tower, a postal code or a careless export tell the town and not the parcel:
# whole degrees, minutes, tenths and hundredths of a degree. A hundredth is 1.1 km; both by chance: 1 in 10^6 of real
# geocodes of five decimals.
COARSE = (1.0, 0.1, 0.01, 1 / 60)
# On a grid of a thousandth a point is up to 72 m from where it was: half the grid's diagonal at the city's latitude.
FINE, FINE_M = 0.001, 72.0
_ON_GRID = 1e-6  # of the grid's step; EXIF gives degrees, minutes and hundredths of a second
NOWHERE = 0.01  # degrees around 0, 0, which is how cameras write "no fix"
_PAIR = ("latitude", "longitude", "point_latitude", "point_longitude")
# Distances live outside the database, as views of these names, while a pass goes on.
VIEWS = ("attribution_vague", "attribution_own_m", "attribution_related_m", "attribution_nearest", "attribution_near_m")


def judge_places(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``attribution_gps`` (one row a record with GPS) and ``attribution_near`` (parcels within CONSISTENT_M).

    Expects the temporary tables ``fact_own``, ``fact_look`` and ``fact_target``. Leaves the views of VIEWS registered.
    """
    con.execute(query("findings.attribution", "attribution_position"))
    _state_positions(con)
    _measure(con, "attribution_point_own", "attribution_own_m", {})
    con.execute(query("findings.attribution", "attribution_distance"))
    _measure(con, "attribution_point_related", "attribution_related_m", {"consistent_m": CONSISTENT_M})
    given = {"consistent_m": CONSISTENT_M, "contradicts_m": CONTRADICTS_M, "nowhere": NOWHERE}
    con.execute(query("findings.attribution", "attribution_gps"), given)
    _find_near(con)


def forget_places(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of the distances, which are needed no longer."""
    for view in VIEWS:
        con.unregister(view)


def vague_m(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many metres positions (degrees) are vague by their own notation: 0, FINE_M, or infinite when they are coarse.

    Infinite also for 0, 0.
    """
    nowhere = (np.abs(latitude) < NOWHERE) & (np.abs(longitude) < NOWHERE)
    coarse = np.any([_on(step, latitude) & _on(step, longitude) for step in COARSE], axis=0)
    fine = _on(FINE, latitude) & _on(FINE, longitude)
    return np.where(nowhere | coarse, np.inf, np.where(fine, FINE_M, 0.0))


def _on(step: float, degrees: NDArray[np.float64]) -> NDArray[np.bool_]:
    steps = degrees / step
    return np.asarray(np.abs(steps - np.round(steps)) < max(_ON_GRID, 2e-7 / step), bool)


def _state_positions(con: duckdb.DuckDBPyConnection) -> None:
    """How vague every distinct position is: ``attribution_vague``."""
    found: pa.Table = con.sql("select distinct latitude, longitude from attribution_position").to_arrow_table()
    metres = vague_m(found["latitude"].to_numpy(), found["longitude"].to_numpy())
    con.register("attribution_vague", found.append_column("vague_m", pa.array(metres)))


def _measure(con: duckdb.DuckDBPyConnection, asked: str, view: str, given: dict[str, float]) -> None:
    """Metres between the pairs of points of a query, kept as ``view``."""
    pairs: pa.Table = con.sql(query("findings.attribution", asked), params=given).to_arrow_table()
    metres = distance_m(*(pairs[name].to_numpy() for name in _PAIR))
    con.register(view, pairs.append_column("metres", pa.array(metres)))


def _find_near(con: duckdb.DuckDBPyConnection) -> None:
    """The parcels whose points lie within CONSISTENT_M of a position that is not on its own parcel."""
    asked: pa.Table = con.sql(query("findings.attribution", "attribution_astray")).to_arrow_table()
    points: pa.Table = con.sql(query("findings.attribution", "attribution_registry_point")).to_arrow_table()
    lat, lon = (asked[name].to_numpy() for name in _PAIR[:2])
    point_lat, point_lon = (points[name].to_numpy() for name in _PAIR[:2])
    at, nearest, found = _neighbours(lat, lon, point_lat, point_lon)
    con.register("attribution_nearest", asked.append_column("metres", pa.array(nearest, from_pandas=True)))
    columns = dict(zip(_PAIR, (lat[at], lon[at], point_lat[found], point_lon[found]), strict=True))
    con.register("attribution_near_m", pa.table({**columns, "metres": distance_m(*columns.values())}))
    con.execute(query("findings.attribution", "attribution_near"), {"near_parcels": NEAR_PARCELS})


def _neighbours(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    point_latitude: NDArray[np.float64],
    point_longitude: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Pairs (position, point) that are up to CONSISTENT_M apart, and of each position the metres to the nearest point.

    NaN where the plane of the city does not reach.
    """
    nearest = np.full(len(latitude), np.nan)
    x, y = plane(latitude, longitude)
    px, py = plane(point_latitude, point_longitude)
    shown, there = np.flatnonzero(np.isfinite(x) & np.isfinite(y)), np.flatnonzero(np.isfinite(px) & np.isfinite(py))
    if not len(shown) or not len(there):
        return np.array([], np.int64), nearest, np.array([], np.int64)
    tree, positions = cKDTree(np.column_stack([px[there], py[there]])), np.column_stack([x[shown], y[shown]])
    nearest[shown], _ = tree.query(positions)
    within = tree.query_ball_point(positions, CONSISTENT_M, return_sorted=True)
    counts = np.fromiter(map(len, within), np.int64, len(within))
    found = np.fromiter((each for several in within for each in several), np.int64, int(counts.sum()))
    return np.repeat(shown, counts).astype(np.int64), nearest, there[found].astype(np.int64)
