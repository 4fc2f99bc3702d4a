"""The city's boundary: is a point inside, and how far is it from the line?

Put here the boundary's geometry. Keep out what being outside means for a parcel (``jurisdiction.py``) or a photograph
(findings).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from dedup_assets.registry.folder import File, RegistryError
from dedup_assets.registry.geometry import are_points, plane
from dedup_assets.registry.layouts import BOUNDARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

_NAMES = ("name", "city", "jurisdiction")  # the property of a feature that names the city
_CITY_OF = re.compile(r"^(?:the )?city of ")
_CHUNK = 100_000  # points a query: 100,000 are some 30 MB of geometries


@dataclass(frozen=True)
class Places:
    """Where points lie, element by element.

    ``inside``: in the city; false where ``known`` is not. ``known``: the point is a point on Earth.
    ``distance_m``: metres to the boundary line, never negative; infinite beyond a limit, NaN where not known.
    """

    inside: NDArray[np.bool_]
    known: NDArray[np.bool_]
    distance_m: NDArray[np.float64]


class Boundary:
    """The area of one city, prepared for many questions."""

    def __init__(self, area: shapely.Geometry, names: Iterable[str] = ()) -> None:
        """``area`` is a polygon or several, in degrees (longitude, latitude; WGS84); holes are other cities.

        ``names`` are the city's names. Raises ValueError when the area is empty or no valid polygon.
        """
        if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty or not area.is_valid:
            raise ValueError(f"the city's area must be a valid polygon, not {shapely.is_valid_reason(area)}")
        self._area = shapely.transform(area, lambda points: np.column_stack(plane(points[:, 1], points[:, 0])))
        self._names = {_plain(each) for each in names} - {""}
        shapely.prepare(self._area)
        rings = [np.asarray(ring.coords) for ring in shapely.get_parts(shapely.get_rings(self._area))]
        # An index over the edges answers in 10 µs a point, three times as fast as the distance to the whole line.
        self._edges = shapely.STRtree(
            np.concatenate([shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)) for ring in rings])
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of the city, in lower case and without "City of"."""
        return frozenset(self._names)

    def is_city(self, name: str) -> bool | None:
        """Whether ``name`` ("LOS ANGELES", "City of Los Angeles") is this city; None when its own name is not known."""
        return _plain(name) in self._names if self._names else None

    def places(self, latitude: ArrayLike, longitude: ArrayLike, farthest_m: float = np.inf) -> Places:
        """Where points (degrees, WGS84, one-dimensional, of one length) lie.

        A distance beyond ``farthest_m`` (above 0) is infinite: on the real boundary a million points take 11 seconds
        without a limit and less than 2 with one of 200 m.
        """
        lat, lon = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
        known = are_points(lat, lon)
        x, y = plane(np.where(known, lat, 0.0), np.where(known, lon, 0.0))
        inside = known & shapely.contains_xy(self._area, x, y)
        metres = np.full(lat.shape, np.nan)
        on_plane = np.flatnonzero(known & np.isfinite(x) & np.isfinite(y))
        metres[known] = np.inf  # a place that the projection cannot show, the other side of the Earth
        limit = farthest_m if np.isfinite(farthest_m) else None
        for start in range(0, len(on_plane), _CHUNK):
            chosen = on_plane[start : start + _CHUNK]
            points = shapely.points(x[chosen], y[chosen])
            (near, _), found = self._edges.query_nearest(
                points, max_distance=limit, return_distance=True, all_matches=False
            )
            metres[chosen[near]] = found
        return Places(inside, known, metres)

    def inside_city(self, latitude: float | None, longitude: float | None) -> bool | None:
        """Whether one point lies in the city; None when a coordinate is missing or none."""
        if latitude is None or longitude is None:
            return None
        place = self.places([latitude], [longitude])
        return bool(place.inside[0]) if place.known[0] else None


def read_boundary(files: Sequence[File]) -> Boundary | None:
    """The boundary among the files of a registry folder; None when there is none, or it has no feature.

    Raises RegistryError when a feature has no valid polygon.
    """
    file = next((each for each in files if each.layout is BOUNDARY), None)
    if file is None:
        return None
    try:
        features: list[dict[str, Any]] = json.loads(file.path.read_bytes())["features"]
        areas = [shapely.from_geojson(json.dumps(each["geometry"])) for each in features if each.get("geometry")]
        names = [str((each.get("properties") or {}).get(key) or "") for each in features for key in _NAMES]
        return Boundary(shapely.union_all(areas), names) if areas else None
    except (ValueError, KeyError, TypeError, AttributeError, GEOSException) as error:
        raise RegistryError(
            f"{file.path} holds no city boundary: {error}; it must be a GeoJSON feature collection of polygons in "
            "degrees (longitude, latitude), without crossing lines"
        ) from error


def _plain(name: str) -> str:
    return _CITY_OF.sub("", " ".join(name.casefold().split()))
