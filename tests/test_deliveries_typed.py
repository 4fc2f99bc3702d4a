"""Parquet and Excel manifests: their typed cells become text, and hostile files cost one manifest."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deliveries_kit import Landing, manifest, ours

if TYPE_CHECKING:
    from pathlib import Path

MIDNIGHT = datetime(2025, 1, 2)  # noqa: DTZ001  # neither format's plain times have a zone
MOMENT = MIDNIGHT.replace(hour=3, minute=4, second=5)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


def parquet(**columns: pa.Array) -> bytes:
    size = max((len(column) for column in columns.values()), default=1)
    keys = {"IMAGE_ID": pa.array([f"L-{at}" for at in range(size)]), "STORAGE_PATH": pa.array(["a.jpg"] * size)}
    out = io.BytesIO()
    pq.write_table(pa.table(keys | columns), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([5016003016, None], pa.int64()), ["5016003016", None]),
        (pa.array([5016003016.0, 0.1], pa.float64()), ["5016003016.0", "0.1"]),
        (pa.array([0.1], pa.float32()), ["0.1"]),
        (pa.array([Decimal("1.50")], pa.decimal128(10, 2)), ["1.50"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([date(2025, 1, 2)]), ["2025-01-02"]),
        (pa.array([MOMENT], pa.timestamp("us")), ["2025-01-02T03:04:05"]),
        (pa.array([1735787045000000001], pa.timestamp("ns")), ["2025-01-02T03:04:05.000000001"]),
        (pa.array([datetime(2025, 1, 2, tzinfo=UTC)], pa.timestamp("ms", "UTC")), ["2025-01-02T00:00:00+00:00"]),
        (pa.array([b"007", None], pa.binary()), ["007", None]),
        (pa.array(["007", "008", "007"]).dictionary_encode(), ["007", "008", "007"]),
        (pa.array([7, 8, 7]).dictionary_encode(), ["7", "8", "7"]),
        (pa.array(["007"], pa.large_string()), ["007"]),
        (pa.array(["007"], pa.string_view()), ["007"]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_parquet_values_become_text(landing: Landing, values: pa.Array, text: list[str | None]) -> None:
    landing.one("parquet", parquet(ASSESSOR_NO=values))
    assert landing.status() == ("read", None)
    assert [row[0] for row in landing.rows("select apn_raw from image_record order by row_no")] == text


def test_parquet_bytes_that_are_no_text_reject_their_row(landing: Landing) -> None:
    landing.one("parquet", parquet(ADDRESS=pa.array([b"fine", b"\xff\xfe"], pa.binary())))
    assert landing.accepted() == ["L-0"]
    assert [row[:3] for row in landing.rejected()] == [(2, "ADDRESS", "encoding")]
    assert "\\\\xff" in landing.rejected()[0][3]


def test_parquet_text_columns_may_lie_about_their_encoding(landing: Landing) -> None:
    values = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe"))
    landing.one("parquet", parquet(ADDRESS=values))
    assert [row[:3] for row in landing.rejected()] == [(1, "ADDRESS", "encoding")]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([["a"]]),
        pa.array([{"a": 1}]),
        pa.array([2**62], pa.timestamp("us")),
        pa.array([0], pa.timestamp("s", "Mars/Olympus")),
    ],
)
def test_parquet_columns_that_have_no_text_make_it_unreadable(landing: Landing, values: pa.Array) -> None:
    landing.one("parquet", parquet(ADDRESS=values))
    assert landing.status()[0] == "unreadable"


def test_parquet_columns_that_the_contract_lacks_are_not_read(landing: Landing) -> None:
    landing.one("parquet", parquet(EXTRA=pa.array([["nested"]]), STORY=pa.array([2**62], pa.timestamp("us"))))
    assert landing.status() == ("read", None)


def test_parquet_a_long_value_repeated_is_refused_before_it_is_spread(landing: Landing) -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000), pa.array(["x" * 1_000_000]))
    content = parquet(ADDRESS=values)
    assert len(content) < 1_000_000
    landing.one("parquet", content)
    status, reason = landing.status()
    assert status == "unreadable"
    assert "20,000,000,000 bytes" in str(reason)


def test_parquet_that_claims_too_many_rows_is_refused(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup_assets.deliveries.parquet_manifest.ROWS", 3)
    landing.one("parquet", manifest("parquet", [ours(at) for at in range(1, 5)]))
    assert landing.status()[0] == "unreadable"
    assert "4 rows" in str(landing.status()[1])


# Excel


def workbook(*rows: list[Any], sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def patched(content: bytes, part: str, change: Any) -> bytes:
    """A workbook with one part of its archive changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_xlsx_values_become_text(landing: Landing) -> None:
    values = [
        (5016003016, "5016003016"), (0.1, "0.1"), ("007", "007"), (True, "true"), (MIDNIGHT, "2025-01-02"),
        (MOMENT, "2025-01-02T03:04:05"), ("#N/A", "#N/A"), (None, None), ("  ", None),
    ]  # fmt: skip
    rows = [[f"L-{at}", "a.jpg", value] for at, (value, _) in enumerate(values)]
    landing.one("xlsx", workbook(["IMAGE_ID", "STORAGE_PATH", "ASSESSOR_NO"], *rows))
    assert [row[0] for row in landing.rows("select apn_raw from image_record order by row_no")] == [
        t for _, t in values
    ]


def test_xlsx_a_number_written_as_float_stays_one(landing: Landing) -> None:
    content = workbook(["IMAGE_ID", "STORAGE_PATH", "ASSESSOR_NO"], ["L-1", "a.jpg", 5016003016])
    float_cell = patched(content, SHEET, lambda xml: xml.replace(b"<v>5016003016</v>", b"<v>5016003016.0</v>"))
    landing.one("xlsx", float_cell)
    assert landing.rows("select apn_raw from image_record") == [("5016003016.0",)]


def test_xlsx_a_formula_is_its_value_or_without_one_its_text(landing: Landing) -> None:
    content = workbook(
        ["IMAGE_ID", "STORAGE_PATH", "ASSESSOR_NO", "ADDRESS"],
        ["L-1", "a.jpg", '=TEXT(A9,"0")', "=cmd|' /C calc'!A0"],
        ["L-2", "b.jpg", "x", "y"],
    )
    # openpyxl writes an empty element in one way or the other, with lxml beside it or without.
    empty = re.compile(rb'"0"\)</f>(<v />|<v/>|<v></v>)')
    computed = patched(content, SHEET, lambda xml: empty.sub(b'"0")</f><v>5016003016</v>', xml, count=1))
    assert computed != patched(content, SHEET, lambda xml: xml)
    landing.one("xlsx", computed)
    assert landing.rows("select apn_raw, address from image_record order by row_no") == [
        ("5016003016", "=cmd|' /C calc'!A0"),
        ("x", "y"),
    ]


def test_xlsx_the_stated_extent_is_not_believed(landing: Landing) -> None:
    content = workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"], ["L-2", "b.jpg"])
    assert b'<dimension ref="A1:B3"' in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
    landing.one("xlsx", patched(content, SHEET, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:B2"')))
    assert landing.accepted() == ["L-1", "L-2"]


def test_xlsx_empty_rows_are_none_and_wide_ones_are_rejected(landing: Landing) -> None:
    landing.one(
        "xlsx",
        workbook([], ["IMAGE_ID", "STORAGE_PATH"], [], ["L-1", "a.jpg"], [None, " "], ["L-2", "b.jpg", None, "stray"]),
    )
    assert landing.accepted() == ["L-1"]
    assert landing.rejected() == [
        (2, None, "columns", '{"IMAGE_ID": "L-2", "STORAGE_PATH": "b.jpg", "column 3": null, "column 4": "stray"}')
    ]


def test_xlsx_only_the_first_sheet_is_read_and_that_is_noted(landing: Landing) -> None:
    report = landing.one("xlsx", workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"], sheets=3))
    assert landing.accepted() == ["L-1"]
    assert any("first of its 3 sheets" in note for note in report.notes)


def test_xlsx_a_zip_bomb_is_refused_unopened(landing: Landing) -> None:
    content = workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"])
    bomb = patched(content, SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * 50_000_000 + b"</sheetData>"))
    assert len(bomb) < 100_000
    landing.one("xlsx", bomb)
    status, reason = landing.status()
    assert status == "unreadable"
    assert "ZIP bomb" in str(reason)


def test_xlsx_what_unpacks_too_large_is_refused(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup_assets.deliveries.xlsx_manifest.UNPACKED_BYTES", 1000)
    landing.one("xlsx", workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"]))
    assert landing.status()[0] == "unreadable"
    assert "CSV or Parquet" in str(landing.status()[1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda xml: xml.replace(b'r="2"', b'r="999999999"'), None),
        (lambda xml: xml.replace(b'r="B2"', b'r="ZZZ2"'), "columns"),
        (lambda xml: xml[: len(xml) // 2], "damaged"),
        (lambda xml: b"<html></html>", None),
        (lambda xml: xml.replace(b"inlineStr", b"s").replace(b"<is><t>", b"<v>9"), "damaged"),
    ],
)
def test_xlsx_made_up_sheets_cost_one_manifest(landing: Landing, change: Any, says: str | None) -> None:
    landing.one("xlsx", patched(workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"]), SHEET, change))
    status, reason = landing.status()
    assert status in {"unreadable", "empty"}
    assert says is None or says in str(reason)


def test_xlsx_entities_that_grow_are_refused(landing: Landing) -> None:
    grown = b'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12)
    )
    content = workbook(["IMAGE_ID", "STORAGE_PATH"], ["L-1", "a.jpg"])
    landing.one(
        "xlsx",
        patched(content, SHEET, lambda xml: grown + b"]>" + xml.replace(b"a.jpg", b"&a11;")),
    )
    assert landing.status()[0] == "unreadable"


@pytest.mark.parametrize("magic", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_xlsx_with_a_password_says_so(landing: Landing, magic: bytes) -> None:
    landing.one("xlsx", magic + b"\0" * 4000)
    assert "password" in str(landing.status()[1])
