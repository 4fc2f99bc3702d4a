"""Manifests in four formats: every cell is the text that was sent, and what is broken is rejected, not lost."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.deliveries.header import loosely
from dedup_assets.deliveries.intake import READERS
from dedup_assets.deliveries.manifest import Remarks
from deliveries_kit import FORMATS, LADBS_CONTRACT, Landing, Row, manifest, ours, written

if TYPE_CHECKING:
    from pathlib import Path

HEADER = [column.source for column in LADBS_CONTRACT.columns]
HOSTILE = [
    "=HYPERLINK(\"http://x\",\"click\")", "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>",
    "'; drop table image_record; --", "{{ 7*7 }}", "../../etc/passwd", "Robert \"Bob\"; O'Neil, 3 Main",
    "two\nlines", "tab\there", "\u202eevil", "é ü 漢字 🏠", "*" * 5000,
]  # fmt: skip


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


@pytest.mark.parametrize("form", FORMATS)
def test_leading_zeros_and_inner_blanks_stay(landing: Landing, form: str) -> None:
    sent = {"apn_raw": "0016003016", "batch_row_no": "007", "source_record_id": "090A199   116", "address": "1.50"}
    landing.one(form, manifest(form, [ours(1, **sent)]))
    assert landing.rows(f"select {', '.join(sent)} from image_record") == [tuple(sent.values())]


@pytest.mark.parametrize("form", FORMATS)
def test_injected_text_is_just_text(landing: Landing, form: str) -> None:
    landing.one(form, manifest(form, [ours(at, address=text) for at, text in enumerate(HOSTILE, 1)]))
    assert [row[0] for row in landing.rows("select address from image_record order by row_no")] == HOSTILE
    assert landing.rejected() == []


@pytest.mark.parametrize("form", FORMATS)
def test_blank_cells_are_null_and_counted_where_they_are_mandatory(landing: Landing, form: str) -> None:
    rows = [ours(1), ours(2, apn_raw=""), ours(3, apn_raw=None, permit_number_raw=" \u00a0"), ours(4, address="  ")]
    landing.one(form, manifest(form, rows))
    found = landing.rows(
        "select apn_raw, permit_number_raw, address, missing_values, mandatory_values from image_record"
    )
    assert found[0] == ("5016003001", "14010-10000-00001", None, 0, 3)
    assert found[1] == (None, "14010-10000-00002", None, 1, 3)
    assert found[2] == (None, None, None, 2, 3)
    assert found[3][2:] == (None, 0, 3)


@pytest.mark.parametrize("form", FORMATS)
def test_a_broken_value_is_counted_and_its_row_stays(landing: Landing, form: str) -> None:
    rows = [
        ours(1),
        ours(2, captured_at="2025-02-30", declared_sha256="ABC"),
        ours(3, byte_size="12 kB", declared_sha256="A" * 64, captured_at="1/2/2025 3:04 PM"),
        ours(4, byte_size="-1", media_type="JPEG"),
    ]
    landing.one(form, manifest(form, rows))
    assert landing.rows("select typed_values, invalid_values, captured_at from image_record order by row_no") == [
        (4, 0, "2025-01-02T10:11:12"),
        (4, 2, "2025-02-30"),
        (4, 1, "1/2/2025 3:04 PM"),
        (5, 2, "2025-01-02T10:11:12"),
    ]
    assert landing.rows("select declared_sha256 from image_record where row_no = 3") == [("a" * 64,)]


@pytest.mark.parametrize("form", FORMATS)
def test_rows_that_break_the_contract_are_rejected_and_the_rest_goes_on(landing: Landing, form: str) -> None:
    rows = [
        ours(1),
        ours(2, image_id=" "),
        ours(3, image_id="no blanks allowed", address="FIND ME"),
        ours(4, storage_uri=None),
        ours(1, address="a second L-0001"),
        ours(5, image_id=None, storage_uri=""),
        ours(6),
        ours(1, image_id="L-0001", storage_uri=None),
    ]
    report = landing.one(form, manifest(form, rows))
    assert landing.accepted() == ["L-0001", "L-0006"]
    assert [row[:3] for row in landing.rejected()] == [
        (2, "IMAGE_ID", "required"),
        (3, "IMAGE_ID", "format"),
        (4, "STORAGE_PATH", "required"),
        (5, "IMAGE_ID", "unique"),
        (6, "IMAGE_ID", "required"),
        (6, "STORAGE_PATH", "required"),
        (8, "STORAGE_PATH", "required"),
    ]
    assert "FIND ME" in landing.rejected()[1][3]
    assert landing.rows("select detail from rejected_row where row_no = 5") == [("stands already in row 1",)]
    assert (report.rows_in, report.rows_accepted, report.rows_rejected) == (8, 2, 6)
    assert landing.status() == ("read", None)


@pytest.mark.parametrize("form", FORMATS)
def test_the_first_row_that_is_fit_keeps_a_key(landing: Landing, form: str) -> None:
    landing.one(form, manifest(form, [ours(1, storage_uri=None), ours(1), ours(1)]))
    assert landing.rows("select row_no from image_record") == [(2,)]
    assert [row[:3] for row in landing.rejected()] == [(1, "STORAGE_PATH", "required"), (3, "IMAGE_ID", "unique")]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])  # XML cannot hold a NUL
def test_a_nul_rejects_its_row(landing: Landing, form: str) -> None:
    landing.one(form, manifest(form, [ours(1), ours(2, storage_uri="a\0b.jpg")]))
    assert landing.accepted() == ["L-0001"]
    assert [row[:3] for row in landing.rejected()] == [(2, "STORAGE_PATH", "encoding")]


@pytest.mark.parametrize("form", FORMATS)
def test_all_rows_rejected_is_still_read(landing: Landing, form: str) -> None:
    report = landing.one(form, manifest(form, [ours(1, image_id=None), ours(2, image_id="a b")]))
    assert landing.status() == ("read", None)
    assert (report.rows_in, report.rows_accepted, report.rows_rejected) == (2, 0, 2)


@pytest.mark.parametrize("form", FORMATS)
def test_header_and_no_rows_or_nothing_at_all_is_empty(landing: Landing, form: str) -> None:
    landing.put("2025-01-31", b"", f"manifest.{form}")
    landing.put("2025-02-28", manifest(form, []), f"manifest.{form}")
    landing.put("2025-03-31", manifest(form, []), f"manifest.{form}")
    landing.read()
    assert landing.periods() == {"2025-01-31": "empty", "2025-02-28": "empty", "2025-03-31": "empty"}


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_required_column_the_manifest_is_unreadable_and_says_which(landing: Landing, form: str) -> None:
    header = [name for name in HEADER if name != "STORAGE_PATH"]
    landing.one(form, manifest(form, [ours(1), ours(2)], header=header))
    status, reason = landing.status()
    assert status == "unreadable"
    assert "STORAGE_PATH" in str(reason)
    assert "IMAGE_ID" not in str(reason)
    assert landing.rows("select count(*) from image_record") == [(0,)]
    assert landing.rows("select count(*) from rejected_row") == [(0,)]


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_mandatory_column_its_cells_are_missing_and_it_is_noted(landing: Landing, form: str) -> None:
    header = [name for name in HEADER if name != "ASSESSOR_NO"]
    report = landing.one(form, manifest(form, [ours(1)], header=header))
    assert landing.rows("select missing_values, mandatory_values from image_record") == [(1, 3)]
    assert any("ASSESSOR_NO" in note for note in report.notes)


@pytest.mark.parametrize("form", FORMATS)
def test_columns_are_found_loosely_and_unknown_ones_are_named(landing: Landing, form: str) -> None:
    names = {"IMAGE_ID": " image_id ", "ASSESSOR_NO": "Assessor_No", "PCIS_PERMIT": "PCIS_ PERMIT"}
    header = [names.get(name, name) for name in HEADER] + ["INSPECTOR"]
    row = {names.get(key, key): value for key, value in LADBS_CONTRACT.to_source(ours(1)).items()}
    report = landing.one(form, written(form, [row | {"INSPECTOR": "x"}], header))
    assert landing.rows("select image_id, apn_raw, permit_number_raw from image_record") == [
        ("L-0001", "5016003001", "14010-10000-00001")
    ]
    assert report.notes == [
        f'ladbs_permits/2025-01-31/manifest.{form}: columns left out, as the contract lacks them: "INSPECTOR"'
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_column_that_is_there_twice_makes_the_manifest_unreadable(landing: Landing, form: str) -> None:
    landing.one(form, manifest(form, [ours(1)], header=[*HEADER, "ASSESSOR_NO"]))
    status, reason = landing.status()
    assert status == "unreadable"
    assert "ASSESSOR_NO stands 2 times" in str(reason)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_exact_name_wins_over_a_loose_one(landing: Landing, form: str) -> None:
    row = LADBS_CONTRACT.to_source(ours(1)) | {"assessor_no": "other"}
    landing.one(form, written(form, [row], [*HEADER, "assessor_no"]))
    assert landing.rows("select apn_raw from image_record") == [("5016003001",)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("junk", [b"\x00" * 5000, bytes(range(256)) * 40, b"\x81\x8d" * 9, b"PK\x03\x04" + b"x" * 900])
def test_junk_is_unreadable_with_a_reason(landing: Landing, form: str, junk: bytes) -> None:
    report = landing.one(form, junk)
    status, reason = landing.status()
    assert status == "unreadable"
    assert str(reason).startswith("the manifest cannot be read: ")
    assert (report.rows_in, report.rows_accepted) == (0, 0)


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_unreadable(landing: Landing, form: str, share: float) -> None:
    whole = manifest(form, [ours(at) for at in range(1, 200)])
    landing.one(form, whole[: int(len(whole) * share)])
    assert landing.status()[0] == "unreadable"
    assert landing.rows("select count(*) from image_record") == [(0,)]


@pytest.mark.parametrize("form", FORMATS)
def test_any_contract_takes_any_format_by_extension(landing: Landing, form: str) -> None:
    landing.one(form, manifest(form, [ours(1)]))
    assert landing.rows("select format, status from delivery") == [(form, "read")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_large_manifest_goes_through_in_batches(landing: Landing, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small batches stand for a large manifest: what matters is that rows and keys are followed across them.
    monkeypatch.setattr("dedup_assets.deliveries.manifest.BATCH_ROWS", 7)
    monkeypatch.setattr("dedup_assets.deliveries.parquet_manifest.BATCH_ROWS", 7)
    rows = [ours(at % 90 + 1, image_id=f"L-{at % 90}") for at in range(100)]
    report = landing.one(form, manifest(form, rows))
    assert (report.rows_in, report.rows_accepted, report.rows_rejected) == (100, 90, 10)
    assert {row[2] for row in landing.rejected()} == {"unique"}
    assert [row[0] for row in landing.rejected()] == list(range(91, 101))


def addresses(form: str, content: bytes) -> list[str | None]:
    """The addresses of a manifest as its reader gives them, without a pool."""
    batches = READERS[form](io.BytesIO(content), LADBS_CONTRACT, Remarks())
    return [cell for batch in batches for cell in batch.rows.column("address").to_pylist()]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@given(cells=st.lists(TEXT, min_size=1, max_size=8))
@settings(deadline=None)
def test_whatever_text_is_sent_arrives(form: str, cells: list[str]) -> None:
    content = manifest(form, [ours(at, address=cell) for at, cell in enumerate(cells, 1)])
    assert addresses(form, content) == [cell if cell.strip() else None for cell in cells]


@given(st.text(max_size=30), st.text(" \t\u00a0", max_size=3))
def test_loose_names_ignore_case_and_blanks(name: str, blank: str) -> None:
    assert loosely(blank + name + blank) == loosely(name)
    assert loosely(loosely(name)) == loosely(name)


# CSV


def csv_text(*lines: str) -> bytes:
    return ("IMAGE_ID,STORAGE_PATH,ADDRESS\n" + "".join(lines)).encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_finds_its_delimiter(landing: Landing, delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["IMAGE_ID", "STORAGE_PATH", "a,b;c\td"], ["L-1", "x,y;z\t.jpg", "1"]])
    landing.one("csv", b"\xef\xbb\xbf" + out.getvalue().encode())
    assert landing.rows("select image_id, storage_uri from image_record") == [("L-1", "x,y;z\t.jpg")]


def test_csv_quotes_and_line_breaks_inside_them(landing: Landing) -> None:
    landing.one("csv", csv_text('L-1,a.jpg,"12 ""B"" MAIN\r\nFLOOR 2"\r\n', "\r\n", 'L-2,b.jpg,5" PIPE\r\n'))
    assert landing.rows("select row_no, image_id, address from image_record order by 1") == [
        (1, "L-1", '12 "B" MAIN\r\nFLOOR 2'),
        (2, "L-2", '5" PIPE'),
    ]


def test_csv_rows_with_the_wrong_number_of_fields_are_kept_raw(landing: Landing) -> None:
    landing.one("csv", csv_text("L-1,a.jpg\n", "L-2,b.jpg,X\n", "L-3,c.jpg,12 MAIN, LA\n", "   \n", "\n"))
    assert landing.accepted() == ["L-2"]
    assert landing.rejected() == [
        (1, None, "columns", "L-1,a.jpg"),
        (3, None, "columns", "L-3,c.jpg,12 MAIN, LA"),
    ]


def test_csv_one_quote_that_is_never_closed_costs_one_row(landing: Landing) -> None:
    lines = [f"L-{at},p{at}.jpg,STREET {at}\n" for at in range(1, 3000)]
    lines[9] = 'L-10,p10.jpg,"STREET 10\n'
    lines[499] = 'L-500,p500.jpg,"STREET" 500\n'
    report = landing.one("csv", csv_text(*lines))
    assert [(row[0], row[2], row[3]) for row in landing.rejected()] == [
        (10, "columns", 'L-10,p10.jpg,"STREET 10'),
        (500, "columns", 'L-500,p500.jpg,"STREET" 500'),
    ]
    assert (report.rows_in, report.rows_accepted) == (2999, 2997)


def test_csv_in_windows_1252_is_read_and_noted(landing: Landing) -> None:
    report = landing.one("csv", csv_text("L-1,a.jpg,CAÑON DRIVE\n").decode().encode("cp1252"))
    assert landing.rows("select address from image_record") == [("CAÑON DRIVE",)]
    assert any("Windows-1252" in note for note in report.notes)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_csv_in_utf_16_says_so(landing: Landing, encoding: str) -> None:
    landing.one("csv", csv_text("L-1,a.jpg,X\n").decode().encode(encoding))
    status, reason = landing.status()
    assert status == "unreadable"
    assert "UTF-16" in str(reason)


def test_csv_a_line_without_end_is_refused(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup_assets.deliveries.text_lines.LINE_CHARACTERS", 200)
    landing.one("csv", csv_text("L-1,a.jpg,X\n", "L-2,b.jpg," + "x" * 500 + "\n"))
    assert landing.status() == ("unreadable", "the manifest cannot be read: line 3 is longer than 200 characters")
    assert landing.rows("select count(*) from image_record") == [(0,)]


def test_csv_a_header_whose_quote_is_never_closed(landing: Landing) -> None:
    landing.one("csv", b'"IMAGE_ID,STORAGE_PATH\nL-1,a.jpg\n')
    status, reason = landing.status()
    assert status == "unreadable"
    assert "header" in str(reason)


# JSON Lines


def lines(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


def test_jsonl_numbers_keep_their_literal_text(landing: Landing) -> None:
    huge = "9" * 5000
    landing.one(
        "jsonl",
        lines(
            '{"IMAGE_ID": 12, "STORAGE_PATH": "a", "ASSESSOR_NO": 5016003016.0, "ADDRESS": 1.50, "BATCH_NO": 1E+9}',
            f'{{"IMAGE_ID": "13", "STORAGE_PATH": true, "ASSESSOR_NO": null, "ADDRESS": NaN, "BATCH_NO": {huge}}}',
        ),
    )
    assert landing.rows("select image_id, storage_uri, apn_raw, address, batch_id from image_record order by 1") == [
        ("12", "a", "5016003016.0", "1.50", "1E+9"),
        ("13", "true", None, "NaN", huge),
    ]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH":', "columns"),
        ('["L-2", "b.jpg"]', "columns"),
        ("12", "columns"),
        ("L-2,b.jpg", "columns"),
        ('{"IMAGE_ID": "L-2", "IMAGE_ID": "L-3", "STORAGE_PATH": "b"}', "columns"),
        ('{"image_id": "L-2", "Image_Id": "L-3", "STORAGE_PATH": "b"}', "columns"),
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH": {"a": 1}}', "format"),
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH": "b", "ADDRESS": ["x"]}', "format"),
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH": "b\\ud800"}', "encoding"),
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH": "b\\u0000"}', "encoding"),
        ('{"IMAGE_ID": "L-2", "STORAGE_PATH": ' + "[" * 100_000, "columns"),
        ('{"IMAGE_ID": "L-2"}', "required"),
    ],
)
def test_jsonl_a_broken_line_is_rejected_with_its_text(landing: Landing, line: str, rule: str) -> None:
    good = json.dumps({"IMAGE_ID": "L-1", "STORAGE_PATH": "a.jpg"})
    landing.one("jsonl", lines(good, "", line))
    assert landing.accepted() == ["L-1"]
    assert [(row[0], row[2], row[3]) for row in landing.rejected()] == [(2, rule, line)]


def test_jsonl_rows_may_have_their_keys_in_any_order_or_lack_them(landing: Landing) -> None:
    landing.one(
        "jsonl", lines('{"STORAGE_PATH":"a","IMAGE_ID":"1","ADDRESS":"x"}', '{"IMAGE_ID":"2","STORAGE_PATH":"b"}')
    )
    assert landing.rows("select image_id, storage_uri, address from image_record order by 1") == [
        ("1", "a", "x"),
        ("2", "b", None),
    ]


def test_jsonl_strange_line_separators_do_not_end_a_line(landing: Landing) -> None:
    row: Row = {"IMAGE_ID": "L-1", "STORAGE_PATH": "a", "ADDRESS": "one\u2028two\u0085three"}
    landing.one("jsonl", (json.dumps(row, ensure_ascii=False) + "\r\n").encode())
    assert landing.rows("select address from image_record") == [("one\u2028two\u0085three",)]


def test_many_unknown_columns_are_named_in_short(landing: Landing) -> None:
    landing_row = LADBS_CONTRACT.to_source(ours(1)) | {f"x{at}": "1" for at in range(14)}
    report = landing.one("csv", written("csv", [landing_row], list(landing_row)))
    assert report.notes[0].endswith('"x8", "x9", and 4 more')
