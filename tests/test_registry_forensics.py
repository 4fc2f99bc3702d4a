"""Damage forensics: which transformation happened to which column, proven by undoing it against the registry."""

from __future__ import annotations

import csv
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.errors import UserError
from dedup_assets.registry.folder import RegistryError
from dedup_assets.registry.forensics import SINGLE_PRECISION, column_damage
from dedup_assets.registry.forensics_batch import write_batch_damage
from dedup_assets.registry.forensics_cells import Column, cell_damage, readings
from dedup_assets.registry.forensics_file import forensics_report
from dedup_assets.registry.membership import known
from dedup_assets.registry.reference import load_registry
from dedup_assets.registry.resolve import known_from_tables, resolve_identifiers
from dedup_assets.warehouse import Warehouse

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.registry.forensics import Damage

APNS = known("apn", ["5056022001", "5000003016", "5000031006", "2219004013"])


def counts(damages: list[Damage]) -> dict[str, tuple[int, ...]]:
    """By transformation: affected, restored, in the registry, by row, ambiguous, lost."""
    return {
        each.transformation: (
            each.rows_affected, each.rows_restored, each.rows_in_registry, each.rows_by_row, each.rows_ambiguous,
            each.rows_lost,
        )
        for each in damages
    }  # fmt: skip


# ---- a column of identifiers ----------------------------------------------------------------------------------------


def test_a_column_of_parcels() -> None:
    values = [
        "5056022001", None, " ", "5056-***-***", " *** ",  # healthy, nothing, a wildcard
        "505622001", "505622001", "5000316", "5000316", "5000316",
        "5056022001.0", "5999999999.0", "505622001.0", "2219-04-13", "5056-022-001", "no parcel",
    ]  # fmt: skip
    support = [None] * len(values)
    support[8], support[9] = "5000031006", "5056022001"  # the permits of these rows; the second one fits no candidate
    found = column_damage("apn", "apn", values, APNS, support=support)
    assert counts(found) == {
        "date_ified": (1, 1, 1, 0, 0, 0),
        "float": (2, 2, 1, 0, 0, 0),
        "float + leading_zeros": (1, 1, 1, 0, 0, 0),
        "leading_zeros": (5, 3, 3, 1, 2, 0),
        "malformed": (1, 0, 0, 0, 0, 1),
        "separators": (1, 1, 1, 0, 0, 0),
    }
    assert [each.transformation for each in found if each.is_notation] == ["separators"]
    by_name = {each.transformation: each for each in found}
    assert by_name["leading_zeros"].examples == (
        ("5000316", "5000003016 or 5000031006"),
        ("505622001", "5056022001"),
    )
    assert column_damage("apn", "apn", ["5056022001", None, "***"], APNS) == []
    with pytest.raises(ValueError, match="shorter"):
        column_damage("apn", "apn", values, APNS, support=[None])


def test_without_a_registry_nothing_lost_is_restored() -> None:
    found = counts(column_damage("apn", "apn", ["505622001", "5056022001.0"]))
    assert found == {"float": (1, 1, 0, 0, 0, 0), "leading_zeros": (1, 0, 0, 0, 1, 0)}


def test_pins_without_their_blanks() -> None:
    entries = known("pin", ["090A199   116", "148-5A195 118"])
    found = counts(column_damage("pin", "pin", ["090A199116", "148-5A195 118", "090A199 116", "90A199   116"], entries))
    assert found == {"blanks_lost": (2, 2, 2, 0, 0, 0), "leading_zeros": (1, 1, 1, 0, 0, 0)}


def test_a_column_that_went_through_single_precision_is_trusted_in_no_value() -> None:
    """5056022016 is a parcel, and what 5056022001 becomes as a 32-bit float: by itself it would be believed."""
    true = [f"5056022{n:03}" for n in range(1, 13)] + [f"2219{n}4013" for n in range(10, 20)]
    damaged = [f"{struct.unpack('f', struct.pack('f', int(each)))[0]:.1f}" for each in true]
    entries = known("apn", [*true, "5056022016"])
    assert "5056022016.0" in damaged
    assert counts(column_damage("apn", "apn", ["5056022016.0"], entries)) == {"float": (1, 1, 1, 0, 0, 0)}
    found = column_damage("apn", "apn", damaged, entries)
    assert [each.transformation for each in found] == [f"{SINGLE_PRECISION} + float + digits_lost"]
    assert (found[0].rows_affected, found[0].rows_restored, found[0].rows_ambiguous) == (22, 0, 22)
    healthy = counts(column_damage("apn", "apn", [*damaged, "5056022001.0"], entries))
    assert not any(SINGLE_PRECISION in name for name in healthy)  # one number off the grid disproves it
    roll = known("apn", true[-10:], complete=True)
    assert column_damage("apn", "apn", damaged[-10:], roll)[0].rows_restored == 10


parts = st.integers(0, 35) | st.integers(0, 999)
apns = st.builds("{}{:03}{:03}".format, st.sampled_from([2004, 5056, 8999]), parts, parts)
DAMAGES = {
    "concatenated": lambda a: f"{a[:4]}{int(a[4:7])}{int(a[7:])}",
    "parts": lambda a: f"{a[:4]}-{int(a[4:7])}-{int(a[7:])}",
    "float": lambda a: f"{a}.0",
    "six digits": lambda a: f"{int(a):.5E}",
    "single": lambda a: f"{struct.unpack('f', struct.pack('f', int(a)))[0]:.1f}",
}


@given(st.lists(apns, min_size=1, max_size=30), st.sets(apns, max_size=20), st.sampled_from(sorted(DAMAGES)))
def test_law_a_damaged_column_is_restored_or_ambiguous_and_its_permits_decide_the_rest(
    true: list[str], others: set[str], how: str
) -> None:
    damaged, entries = [DAMAGES[how](each) for each in true], known("apn", {*true, *others})
    alone = column_damage("apn", "apn", damaged, entries)
    assert sum(each.rows_lost for each in alone) == 0
    supported = column_damage("apn", "apn", damaged, entries, support=true)
    assert sum(each.rows_restored for each in supported) == sum(each.rows_affected for each in alone)
    assert all(each.rows_affected == each.rows_restored == each.rows_in_registry for each in supported)
    by_row = sum(each.rows_by_row for each in supported)
    assert by_row == sum(each.rows_ambiguous for each in alone)
    assert column_damage("apn", "apn", damaged[::-1], entries) == alone  # the order of rows does not matter


# ---- cells whose original is known ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "original", "name"),
    [
        ("22", "022", "leading_zeros"),
        ("022 ", "022", "blanks"),
        ("2183", "2183.00", "trailing_zeros"),
        ("2211.1", "2211.10", "trailing_zeros"),
        ("470000.0", "470000", "float"),
        ("$470,000.00 ", "$470000.00", "separators"),
        ("2/16/2013 0:00", "02/16/2013 12:00:00 AM", "date_format"),
        ("10-Jan", "1-10", "date_ified"),
        ("Jan-40", "1-40", "date_ified"),
        ("2-Jan", "1/2", "date_ified"),
        ("24-Jan", "1 - 24", "date_ified"),
        ("10-Jan", "01-10", "date_ified"),
        ("1/10/2024", "1-10", "date_ified"),
        ("817,816,815,814,813,000,000", "817,816,815,814,813,824,825", "digits_lost"),
        ("1.60101E+14", "160101000001234", "digits_lost"),
        ("", "022", "emptied"),
        ("023", "022", "unexplained"),
        ("10-Feb", "1-10", "unexplained"),
        ("$470,000.01", "$470000.00", "unexplained"),
        ("Unit a", "UNIT A", "case"),
    ],
)
def test_a_cell_is_explained_by_its_original(cell: str, original: str, name: str) -> None:
    column = [("005", "005"), ("2071.00", "2071.00"), ("123456", "123456"), (cell, original), ("anything", None)]
    assert list(counts(cell_damage("column", column))) == [name]
    lost = name in {"digits_lost", "emptied", "unexplained"}
    assert cell_damage("column", column)[0].rows_restored == (not lost)
    assert cell_damage("column", column)[0].examples == ((cell, original),)


def test_a_range_that_became_a_date_has_several_readings() -> None:
    found = readings("2-Jan", Column.of([]))
    assert found == {"date_ified": {"1-2", "1/2", "2-1", "2/1"}}
    assert cell_damage("unit", [("2-Jan", "1/2")])[0].rows_by_row == 1  # the row of record decides
    assert cell_damage("unit", [("2-Jan", None)]) == []


def spreadsheet(text: str) -> str:
    """What a spreadsheet set to the United States shows of a range that was typed into it."""
    first, second = map(int, text.split("-"))
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not 1 <= first <= 12:
        return text
    if 1 <= second <= days[first - 1]:
        return f"{second}-{months[first - 1]}"
    return f"{months[first - 1]}-{second:02}" if 32 <= second <= 99 else text


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 200)), min_size=1, max_size=30))
def test_law_every_range_that_became_a_date_is_found_and_holds_its_original(ranges: list[tuple[int, int]]) -> None:
    originals = [f"{a}-{b}" for a, b in ranges]
    cells = [spreadsheet(each) for each in originals]
    changed = [(cell, original) for cell, original in zip(cells, originals, strict=True) if cell != original]
    found = cell_damage("unit", list(zip(cells, originals, strict=True)))
    assert counts(found) == (
        {"date_ified": (len(changed), len(changed), len(changed), len(changed), 0, 0)} if changed else {}
    )
    for cell, original in changed:
        assert original in readings(cell, Column.of([]))["date_ified"]


@given(st.lists(st.integers(0, 999), min_size=2, max_size=20), st.sampled_from(["{}", "{}.0", "{:,}", "{:.1f}"]))
def test_law_padded_numbers_come_back(numbers: list[int], how: str) -> None:
    pairs = [(how.format(each), f"{each:03}") for each in numbers]
    changed = sum(cell != original for cell, original in pairs)
    found = cell_damage("page", pairs)
    assert sum(each.rows_restored for each in found) == sum(each.rows_affected for each in found) == changed


@given(st.lists(st.tuples(st.text(max_size=8), st.none() | st.text(max_size=8)), max_size=12))
def test_law_every_cell_that_differs_counts_once(cells: list[tuple[str, str | None]]) -> None:
    found = cell_damage("any", cells)
    assert sum(each.rows_affected for each in found) == sum(
        original is not None and cell != original for cell, original in cells
    )
    assert found == sorted(found, key=lambda each: each.transformation)


# ---- a file ---------------------------------------------------------------------------------------------------------

HEADER = "Assessor Book,Assessor Page,Assessor Parcel,Unit Range Start,PCIS Permit #,Applicant First Name\n"
RECORD = HEADER + (
    "5000,003,016,1-10,16010-10000-00001,MARY\n"
    "5000,031,006,,16010-10000-00002,MARY\n"
    "5056,022,001,1-5,16010-10000-00003,MARY\n"
    "5056,022,002,3,16010-10000-00004,MARY\n"
    "5056,022,002,4,16010-10000-00004,MARY\n"
)


@pytest.fixture
def registry(tmp_path: Path) -> str:
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "permits.csv").write_text(RECORD, encoding="utf-8")
    return str(folder)


def test_a_damaged_file_against_the_registry(tmp_path: Path, registry: str) -> None:
    damaged = tmp_path / "batch.csv"
    damaged.write_text(
        HEADER.replace("Assessor Book,Assessor Page,Assessor Parcel", "APN") + "5000316,10-Jan,16010-10000-00001,JOHN\n"
        "5000316,,16010-10000-99999,JOHN\n"
        "505622001,5-Jan,160101000000003,JOHN\n"
        "5056022002,5,16010-10000-00004,JOHN\n"
        "a row that does not fit\n",
        encoding="utf-8",
    )
    report = forensics_report(str(damaged), registry)
    assert (report.rows, report.rows_misfit, report.rows_of_record) == (4, 1, 2)  # a permit of two rows is no witness
    assert counts([each for each in report.identifiers if each.column == "apn"]) == {
        "leading_zeros": (3, 2, 2, 1, 1, 0)
    }
    assert [(each.column, each.transformation, each.rows_restored) for each in report.cells] == [
        ("unit_range_start", "date_ified", 2)
    ]
    assert "JOHN" not in report.text()
    assert "MARY" not in report.text()
    assert report.text().splitlines()[0] == "batch.csv: 4 rows, 2 of them in the registry by permit number"
    assert report.text().splitlines()[1] == "1 more rows were not read: their cells do not fit the header"
    assert (
        "  apn, leading_zeros: 3 of 4 rows; 2 restored (2 in the registry, 1 by the row of record), 1 ambiguous; "
        in (report.text())
    )
    intact = forensics_report(f"{registry}/permits.csv", registry).text()
    assert intact.endswith("Identifiers: no damage\nOther columns: no damage\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"address,zip\n1 MAIN ST,90012\n", "has no column with an identifier .*it has address, zip"),
        (b"", "it has none"),
        ("apn\n505\u00e9\n".encode("cp1252"), "cannot be read: .*UTF-8"),
        (b'apn\n"' + b"x" * 200_000, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_judged(tmp_path: Path, registry: str, content: bytes, message: str) -> None:
    (tmp_path / "batch.csv").write_bytes(content)
    with pytest.raises(UserError, match=message):
        forensics_report(str(tmp_path / "batch.csv"), registry)


def test_a_file_or_registry_that_is_not_there(tmp_path: Path, registry: str) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        forensics_report(str(tmp_path / "absent.csv"), registry)
    with pytest.raises(RegistryError, match="there is no registry folder"):
        forensics_report(f"{registry}/permits.csv", str(tmp_path / "absent"))


# ---- the batches of a pool ------------------------------------------------------------------------------------------


def test_the_table_says_of_every_batch_what_the_column_says(tmp_path: Path, registry: str) -> None:
    batches = {
        "B-1": [("5000316", "16010-10000-00001"), ("5000316", "16010-10000-00003"), ("5056-22-1", None), ("?", "")],
        "": [("5056022001.0", "16010 10000 00001"), ("5056022001", "16010-10000-00002"), ("*** ", None)],
    }
    said: list[str] = []
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as con:
        load_registry(con, registry, lambda _: None)
        records = [(batch, *row) for batch, rows in batches.items() for row in rows]
        for row_no, (batch, apn, permit) in enumerate(records, start=1):
            con.execute(
                """insert into image_record (delivery_id, department, as_of, row_no, image_id, batch_id, apn_raw,
                permit_number_raw, missing_values, mandatory_values, typed_values, invalid_values)
                values ('d', 'ladbs', '2025-01-01', ?, 'i', ?, ?, ?, 0, 0, 0, 0)""",
                [row_no, batch or None, apn, permit],
            )
        resolve_identifiers(con, lambda _: None)
        report = write_batch_damage(con, said.append)
        assert [(each.column, each.transformation, each.rows_affected) for each in report] == [
            ("apn_raw", "leading_zeros", 3), ("apn_raw", "float", 1), ("apn_raw", "malformed", 1),
        ]  # fmt: skip
        assert said[0] == "apn_raw, leading_zeros: 3 records in 1 batches; 2 restored, 1 ambiguous, 0 lost"
        columns = (
            "transformation, is_notation, rows_given, rows_affected, rows_restored, rows_in_registry, rows_by_row,"
            "rows_ambiguous, rows_lost, examples"
        )
        permits = {"16010-10000-00001": "5000003016", "16010-10000-00003": "5056022001"}
        for batch, rows in batches.items():
            values = {"apn": [row[0] for row in rows], "permit": [row[1] for row in rows]}
            for kind, column in (("apn", "apn_raw"), ("permit", "permit_number_raw")):
                support = [permits.get(permit or "") for _, permit in rows] if kind == "apn" else None
                expected = [
                    (
                        each.transformation, each.is_notation, each.rows_given, each.rows_affected, each.rows_restored,
                        each.rows_in_registry, each.rows_by_row, each.rows_ambiguous, each.rows_lost,
                        [{"raw": raw, "meaning": meaning} for raw, meaning in each.examples],
                    )
                    for each in column_damage(
                        column, kind, values[kind], known_from_tables(con, kind), support=support
                    )
                ]  # fmt: skip
                found = con.execute(
                    f"select {columns} from batch_damage where batch_id = ? and column_name = ? order by 1",
                    [batch, column],
                ).fetchall()
                assert found == expected
        given = con.execute("select distinct rows_given from batch_damage where column_name = 'apn_raw'").fetchall()
        assert sorted(given) == [(3,), (4,)]
        again = con.execute("from batch_damage order by all").fetchall()
        write_batch_damage(con, said.append)
        assert con.execute("from batch_damage order by all").fetchall() == again


# ---- real data ------------------------------------------------------------------------------------------------------


@pytest.mark.real
def test_the_damaged_copy_of_the_real_permits(shared: Path) -> None:
    """Every APN restored or called ambiguous, none wrongly; unit ranges and lost digits named with their counts."""
    la = shared / "data" / "la"
    report = forensics_report(str(la / "permits_spreadsheet_damaged.csv"), str(la))
    assert (report.rows, report.rows_of_record) == (3315, 3315)
    assert {each.column: counts([each]) for each in report.identifiers} == {
        "assessor_book + assessor_page + assessor_parcel": {"leading_zeros": (3210, 3210, 3210, 0, 0, 0)},
        "reference_old_permit": {"malformed": (1, 0, 0, 0, 0, 1)},  # 16LA, cut off in the original as well
    }
    found = {(each.column, each.transformation): each for each in report.cells}
    assert {key: (each.rows_restored, each.rows_lost) for key, each in found.items()} == {
        ("assessor_page", "leading_zeros"): (3310, 0),
        ("assessor_parcel", "leading_zeros"): (3082, 0),
        ("census_tract", "trailing_zeros"): (1636, 0),
        ("issue_date", "date_format"): (2822, 0),
        ("lot", "digits_lost"): (0, 1),
        ("source_year", "emptied"): (0, 3315),
        ("status_date", "date_format"): (3315, 0),
        ("unit_range_end", "date_ified"): (15, 0),
        ("unit_range_start", "date_ified"): (62, 0),
        ("valuation", "blanks"): (32, 0),
        ("valuation", "separators"): (3283, 0),
    }


@pytest.mark.real
def test_real_parcels_concatenated_without_their_zeros(shared: Path, tmp_path: Path) -> None:
    """The worst real copy: parts concatenated as numbers. The permits decide the collisions; nothing is wrong."""
    la = shared / "data" / "la"
    with (la / "permits_spreadsheet_damaged.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (la / "permits.csv").open(encoding="utf-8", newline="") as stream:
        parts = ("assessor_book", "assessor_page", "assessor_parcel")
        truth = {row["pcis_permit"]: "".join(row[part] for part in parts) for row in csv.DictReader(stream)}
    rows = [row for row in rows if truth[row["pcis_permit"]].isdigit()]
    damaged = ["".join(row[part] for part in parts) for row in rows]
    every = known("apn", [each for each in truth.values() if each.isdigit()])
    support = [truth[row["pcis_permit"]] for row in rows]
    alone = counts(column_damage("apn", "apn", damaged, every))
    assert alone == {"leading_zeros": (3210, 3206, 3206, 0, 4, 0)}
    assert counts(column_damage("apn", "apn", damaged, every, support=support)) == {
        "leading_zeros": (3210, 3210, 3210, 4, 0, 0)
    }
