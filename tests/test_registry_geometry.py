"""Metres on the ground, the city's boundary, and whose parcel a parcel is."""

from __future__ import annotations

import csv
import json
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.registry.boundary import Boundary, read_boundary
from dedup_assets.registry.folder import RegistryError, find_files
from dedup_assets.registry.geometry import distance_m, plane
from dedup_assets.registry.reference import load_registry
from dedup_assets.registry.resolve import resolve_identifiers
from dedup_assets.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

# A square city of 0.1 degrees with a hole (another city) in its middle.
WEST, EAST, SOUTH, NORTH = -118.3, -118.2, 34.0, 34.1
HOLE = (-118.26, -118.24, 34.04, 34.06)


def ring(west: float, east: float, south: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


SQUARE = {"type": "Polygon", "coordinates": [ring(WEST, EAST, SOUTH, NORTH), ring(*HOLE)]}


def geojson(geometry: object = SQUARE, name: object = "City of Los Angeles") -> str:
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "registry"
    made.mkdir()
    (made / "city_boundary.geojson").write_text(geojson(), encoding="utf-8")
    return made


@pytest.fixture
def square(folder: Path) -> Boundary:
    found = read_boundary(find_files(str(folder)))
    assert found is not None
    return found


def test_metres_are_those_of_the_ellipsoid() -> None:
    """Against the series for the length of a degree (Snyder 1987): 110,922.4 m north, 92,385 m east at 34°."""
    east = 111412.84 * cos(radians(34)) - 93.5 * cos(3 * radians(34)) + 0.118 * cos(5 * radians(34))
    found = distance_m([34, 34], [-118, -118], [34.001, 34], [-118, -117.999])
    assert found == pytest.approx([110.9224, east / 1000], abs=0.002)
    x, y = plane([34, 34.001], [-118, -118])
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(110.9224, rel=1e-4)


def test_what_is_no_point_has_no_distance() -> None:
    found = distance_m([34, np.nan, 91, 34, -34], [-118, -118, -118, -181, 62], 34, -118)
    assert np.isnan(found).tolist() == [False, True, True, True, False]
    assert found[0] == 0
    assert found[4] == pytest.approx(20_003_931, abs=40_000)  # the other side of the Earth
    assert distance_m([], [], [], []).shape == (0,)
    with pytest.raises(ValueError, match="shape"):
        distance_m([1, 2], [1, 2], [1, 2, 3], [1, 2, 3])


def test_inside_outside_and_not_known(square: Boundary) -> None:
    assert square.inside_city(34.02, -118.28) is True
    assert square.inside_city(34.05, -118.25) is False  # in the hole
    assert square.inside_city(34.02, -118.31) is False
    assert square.inside_city(48.85, 2.35) is False
    assert square.inside_city(-34.0, 62.0) is False
    for nowhere in ((None, -118.3), (34.0, None), (float("nan"), 0.0), (91.0, 0.0), (float("inf"), 0.0)):
        assert square.inside_city(*nowhere) is None
    assert square.names == {"los angeles"}
    assert square.is_city("LOS ANGELES ") is True
    assert square.is_city("Inglewood") is False


def test_metres_to_the_boundary(square: Boundary) -> None:
    degree = 92_385 / 1000  # metres of a thousandth of a degree east
    places = square.places([34.02, 34.02, 34.05, np.nan, -34.0], [-118.299, -118.302, -118.259, -118, 62.0])
    assert places.inside.tolist() == [True, False, False, False, False]
    assert places.known.tolist() == [True, True, True, False, True]
    assert places.distance_m[:3] == pytest.approx([degree, 2 * degree, degree], rel=2e-3)
    assert np.isnan(places.distance_m[3])
    assert places.distance_m[4] > 1e6
    assert square.places([], []).inside.tolist() == []
    limited = square.places([34.02, 34.02, np.nan], [-118.299, -118.28, -118], farthest_m=200).distance_m
    assert limited[:2] == pytest.approx([degree, np.inf], rel=2e-3)
    assert np.isnan(limited[2])


@given(st.lists(st.tuples(st.floats(33.9, 34.2), st.floats(-118.4, -118.1)), max_size=20))
@settings(deadline=None)
def test_law_a_square_is_where_its_corners_say(points: list[tuple[float, float]]) -> None:
    from shapely import from_geojson

    city = Boundary(from_geojson(json.dumps(SQUARE)))
    places = city.places([lat for lat, _ in points], [lon for _, lon in points])
    for (lat, lon), inside, metres in zip(points, places.inside, places.distance_m, strict=True):
        west, east, south, north = HOLE
        expected = (WEST < lon < EAST and SOUTH < lat < NORTH) and not (west < lon < east and south < lat < north)
        assert inside == expected or metres < 15  # edges that are straight in degrees bend by metres on the plane


@pytest.mark.parametrize(
    "text",
    [
        geojson({"type": "Point", "coordinates": [0, 0]}),
        geojson({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}),  # edges cross
        geojson({"type": "Polygon", "coordinates": "nothing"}),
        geojson("nothing"),
    ],
)
def test_a_boundary_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "city_boundary.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"city_boundary\.geojson holds no city boundary: .*polygons"):
        read_boundary(find_files(str(folder)))


def test_no_boundary_at_all(folder: Path) -> None:
    assert read_boundary([]) is None
    (folder / "city_boundary.geojson").write_text('{"features": [{}]}', encoding="utf-8")
    assert read_boundary(find_files(str(folder))) is None


# ---- jurisdiction ---------------------------------------------------------------------------------------------------

PARCELS = (
    "apn,latitude,longitude,jurisdiction\n"
    "4025011900,34.02,-118.31,\n"  # a stadium outside
    "5000000001,34.02,-118.28,\n"
    "5000000002,34.02,-118.28,INGLEWOOD\n"  # the Assessor knows better than the point
    "5000000003,34.02,-118.31,City of Los Angeles\n"
    "5000000004,34.02,-118.30008,\n"  # 7 m outside: too near to tell
    "5000000005,34.02,-118.30008,\n"  # the same, with a PIN
    "5000000006,,,\n"
    "5000000007,,,\n"
    "5000000008,34.05,-118.25,\n"  # in the hole
)
PINS = "pin,apn\n090A199   116,5000000005\n090A199   117,5000000007\n"


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as connection:
        yield connection


def test_what_tells_the_jurisdiction_of_a_parcel(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "parcels.csv").write_text(PARCELS, encoding="utf-8")
    (folder / "parcel_pin.csv").write_text(PINS, encoding="utf-8")
    said: list[str] = []
    load_registry(con, str(folder), said.append)
    assert said[-1] == "3 parcels lie outside the city"
    found = con.execute("select apn, jurisdiction, jurisdiction_basis, round(boundary_m, -1) from parcel order by apn")
    assert found.fetchall() == [
        ("4025011900", "other", "boundary", -920.0),
        ("5000000001", "city", "boundary", 1850.0),
        ("5000000002", "other", "stated", 1850.0),
        ("5000000003", "city", "stated", -920.0),
        ("5000000004", None, None, -10.0),
        ("5000000005", "city", "of_record", -10.0),
        ("5000000006", None, None, None),
        ("5000000007", "city", "of_record", None),
        ("5000000008", "other", "boundary", -920.0),
    ]
    for row_no, raw in enumerate(["4025-11-900", "5000000001", "4025012900"], start=1):
        con.execute(
            """insert into image_record (delivery_id, department, as_of, row_no, image_id, apn_raw,
            missing_values, mandatory_values, typed_values, invalid_values)
            values ('d', 'la28', '2025-01-01', ?, 'i', ?, 0, 0, 0, 0)""",
            [row_no, raw],
        )
    resolve_identifiers(con, said.append)
    columns = "raw, canonical, status, repairs, candidates, in_registry"
    assert con.execute(f"select {columns} from identifier order by raw").fetchall() == [
        ("4025-11-900", "4025011900", "other_jurisdiction", ["leading_zeros"], [], True),
        ("4025012900", "4025012900", "ok", [], [], False),  # of a parcel that nobody knows, nobody knows the city
        ("5000000001", "5000000001", "ok", [], [], True),
    ]


def test_without_a_boundary_only_pins_and_permits_tell(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "city_boundary.geojson").unlink()
    (folder / "parcels.csv").write_text(PARCELS, encoding="utf-8")
    (folder / "parcel_pin.csv").write_text(PINS, encoding="utf-8")
    load_registry(con, str(folder), lambda _: None)
    found = con.execute("select apn, jurisdiction from parcel where jurisdiction is not null order by apn").fetchall()
    assert found == [("5000000005", "city"), ("5000000007", "city")]


def test_every_point_of_a_parcel_or_pin_is_kept_once(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "permits.csv").write_text(
        "permit_nbr,apn,pin_nbr,lat,lon\n"
        "16010-10000-00001,5000000001,090A199   116,34.02,-118.28\n"
        "16010-10000-00002,5000000001,,34.0201,-118.28\n"
        "16010-10000-00003,5000000001,,34.02,-118.28\n"
        "16010-10000-00004,5000000001,,0,0\n",
        encoding="utf-8",
    )
    (folder / "parcel_pin.csv").write_text(
        "pin,apn,lat,long\n090A199   116,5000000009,34.03,-118.28\n", encoding="utf-8"
    )
    (folder / "code_enforcement_pin.csv").write_text("pin,lat,long\n090A199   117,34.04,-118.28\n", encoding="utf-8")
    load_registry(con, str(folder), lambda _: None)
    points = con.execute("select kind, canonical, latitude, source from registry_point order by all").fetchall()
    assert points == [
        ("apn", "5000000001", 34.02, "permits.csv"),
        ("apn", "5000000001", 34.0201, "permits.csv"),
        ("apn", "5000000009", 34.03, "parcel_pin.csv"),
        ("pin", "090A199   116", 34.02, "permits.csv"),
        ("pin", "090A199   116", 34.03, "parcel_pin.csv"),
        ("pin", "090A199   117", 34.04, "code_enforcement_pin.csv"),
    ]


@pytest.mark.real
def test_real_places(shared: Path) -> None:
    la = shared / "data" / "la"
    city = read_boundary(find_files(str(la)))
    assert city is not None
    inside = {"City Hall": (34.0537, -118.2427), "Coliseum": (34.0141, -118.2879), "Figueroa": (34.0572, -118.2580)}
    outside = {"SoFi": (33.9535, -118.3392), "Culver City Hall": (34.0211, -118.3965), "Pier": (34.0083, -118.4987)}
    assert {name: city.inside_city(*point) for name, point in {**inside, **outside}.items()} == {
        **dict.fromkeys(inside, True),
        **dict.fromkeys(outside, False),
    }
    with (la / "code_enforcement_pin.csv").open(encoding="utf-8", newline="") as stream:
        points = [(float(row["lat"]), float(row["long"])) for row in csv.DictReader(stream) if row["lat"]]
    assert len(points) > 5000
    assert city.places(*zip(*points, strict=True)).inside.all()
