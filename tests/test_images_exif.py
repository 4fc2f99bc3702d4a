"""EXIF: the time and place that a camera wrote, and nothing that it did not."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from dedup_assets.images.exif import Exif, read_exif
from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.limits import Limits
from pictures import encoded, photograph

SMALL = photograph(1, 64, 48)


def tagged(base=None, inner=None, gps=None):
    exif = Image.Exif()
    exif.update(base or {})
    exif.get_ifd(0x8769).update(inner or {})
    exif.get_ifd(0x8825).update(gps or {})
    return exif


def found(exif, file_format="JPEG"):
    return read_exif(Image.open(io.BytesIO(encoded(SMALL, file_format, exif=exif))))


def test_time_with_offset_and_place():
    exif = tagged(
        inner={0x9003: "2028:07:14 18:30:05", 0x9011: "-07:00"},
        gps={1: "N", 2: (34.0, 3.0, 8.28), 3: "W", 4: (118.0, 14.0, 37.32)},
    )
    assert found(exif) == Exif(1, "2028-07-14T18:30:05-07:00", 34.0523, -118.2437)
    row = fingerprint(encoded(SMALL, "JPEG", exif=exif), Limits())
    assert row["exif_captured_at"] == "2028-07-14T18:30:05-07:00"
    assert (row["gps_latitude"], row["gps_longitude"]) == (34.0523, -118.2437)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP", "AVIF"])
def test_other_formats_carry_it_too(file_format):
    camera = {0x0110: "camera"}
    exif = tagged(camera, {0x9003: "2028:07:14 18:30:05"}, {1: "S", 2: (1.5, 0, 0), 3: "E", 4: (2.5, 0, 0)})
    row = fingerprint(encoded(SMALL, file_format, exif=exif.tobytes()), Limits())
    assert row["exif_captured_at"] == "2028-07-14T18:30:05"
    assert (row["gps_latitude"], row["gps_longitude"]) == (-1.5, 2.5)


@pytest.mark.parametrize(
    ("base", "inner", "expected"),
    [
        ({}, {0x9003: "2021:02:03 04:05:06"}, "2021-02-03T04:05:06"),
        ({}, {0x9003: "2021-02-03T04:05:06"}, "2021-02-03T04:05:06"),
        ({}, {0x9003: "0000:00:00 00:00:00", 0x9004: "2020:01:01 00:00:01"}, "2020-01-01T00:00:01"),
        ({0x0132: "2019:01:01 00:00:01"}, {}, "2019-01-01T00:00:01"),
        ({0x0132: "2019:01:01 00:00:01"}, {0x9003: "2018:01:01 00:00:01"}, "2018-01-01T00:00:01"),
        ({}, {0x9003: "2021:02:30 04:05:06"}, None),
        ({}, {0x9003: "2021:02:03 25:05:06"}, None),
        ({}, {0x9003: "    :  :     :  :  "}, None),
        ({}, {0x9003: "yesterday"}, None),
        ({}, {0x9003: "2021:02:03 04:05:06", 0x9011: "-0700"}, "2021-02-03T04:05:06-07:00"),
        ({}, {0x9003: "2021:02:03 04:05:06", 0x9011: "PDT"}, "2021-02-03T04:05:06"),
    ],
)
def test_times(base, inner, expected):
    assert found(tagged(base, inner)).captured_at == expected


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        ({1: "N", 2: (34, 0, 0), 3: "W", 4: (118, 30, 0)}, (34.0, -118.5)),
        ({1: "n", 2: (34, 0, 0), 3: "w", 4: (118, 30, 0)}, (34.0, -118.5)),
        ({1: "N", 2: (34, 0, 0)}, (None, None)),
        ({2: (34, 0, 0), 4: (118, 0, 0)}, (None, None)),  # which hemisphere?
        ({1: "N", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)}, (None, None)),  # no fix
        ({1: "N", 2: (91, 0, 0), 3: "E", 4: (10, 0, 0)}, (None, None)),
        ({1: "N", 2: (34, 0, 0), 3: "W", 4: (181, 0, 0)}, (None, None)),
        ({1: "N", 2: (IFDRational(1, 0), 0, 0), 3: "W", 4: (118, 0, 0)}, (None, None)),
        ({1: "X", 2: (34, 0, 0), 3: "W", 4: (118, 0, 0)}, (None, None)),
    ],
)
def test_places(gps, expected):
    facts = found(tagged(gps=gps))
    assert (facts.latitude, facts.longitude) == expected


@pytest.mark.parametrize(("stated", "expected"), [(4.75, 4.75), (0.0, None), (IFDRational(1, 0), None), (None, None)])
@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_the_receivers_own_error_is_read_where_there_is_a_place(stated, expected, file_format):
    place = {1: "N", 2: (34, 0, 0), 3: "W", 4: (118, 30, 0)}
    error = {} if stated is None else {31: stated}
    camera = {0x0110: "camera"}
    assert found(tagged(camera, gps={**place, **error}).tobytes(), file_format).error_m == expected
    assert found(tagged(camera, gps=error).tobytes(), file_format).error_m is None


@pytest.mark.parametrize("orientation", [0, 9, 42])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation):
    assert found(tagged({0x0112: orientation})).orientation == 1


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_garbage_is_no_error(garbage):
    data = encoded(SMALL, "JPEG", exif=b"Exif\0\0" + garbage)
    row = fingerprint(data, Limits())
    assert row["status"] == "ok"
    assert (row["gps_latitude"] is None) == (row["gps_longitude"] is None)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_exif_is_no_error(data):
    exif = tagged({0x0112: 6}, {0x9003: "2028:07:14 18:30:05"}, {1: "N", 2: (34, 3, 8), 3: "W", 4: (118, 14, 37)})
    raw = bytearray(exif.tobytes())
    for place in data.draw(st.lists(st.integers(6, len(raw) - 1), max_size=8)):
        raw[place] = data.draw(st.integers(0, 255))
    assert fingerprint(encoded(SMALL, "JPEG", exif=bytes(raw)), Limits())["status"] == "ok"
