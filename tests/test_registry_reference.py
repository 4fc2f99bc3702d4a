"""Reading a registry folder: layouts, what is kept, what is rejected and counted, what makes the tables anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import fsspec
import pytest

from dedup_assets.registry import reference
from dedup_assets.registry.folder import find_files
from dedup_assets.registry.membership import known_from_files
from dedup_assets.registry.reference import RegistryError, load_registry, registry_version
from dedup_assets.registry.resolve import known_from_tables, resolve_identifiers
from dedup_assets.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

OLD = (
    "Assessor Book,Assessor Page,Assessor Parcel,PCIS Permit #,Status,Status Date,Permit Type,Issue Date,Address Start,"
    "Street Direction,Street Name,Street Suffix,Zip Code,Valuation,# of Residential Dwelling Units,Zone,"
    "Council District,Latitude/Longitude,Applicant First Name\n"
)
PERMITS = (
    OLD + "5056,022,001,16010-10000-00001,Issued,02/16/2013 12:00:00 AM,Bldg-New,02/16/2013,1660,W,VENICE,BLVD,90006,"
    '$470000.00,12,C2-1,1,"(34.04407, -118.29097)",MARY\n'
    '5056,022,001,16010-10001-00001,Issued,2/20/2014 0:00,Bldg-New,2014-03-01,1660,W,VENICE,BLVD,90007,"$1,000.50 ",,'
    ",1,,MARY\n"
    "5056,022,002,16010-20001-00001,Issued,03/01/2013,Bldg-New,03/01/2013,1662,W,VENICE,BLVD,90006,$5.00,-1,C2-1,1,,MARY\n"
    "5067,***,***,16014-10000-00002,Issued,,Bldg-Addition,13-Feb,1,,MAIN,ST,90012,,,,1,,MARY\n"
    ",,,16014-10000-00003,Issued,,Bldg-Addition,,1,,MAIN,ST,90012,,,,1,,MARY\n"
)
NEW = (
    "permit_nbr,primary_address,zip_code,cd,pin_nbr,apn,zone,cpa,permit_type,issue_date,status_desc,status_date,valuation,"
    "du_changed,lat,lon,applicant\n"
)
PINS = (
    "pin,apn,lat,long\n090A199   116,5067005021,34.05,-118.34\n090A199 116,5067005022,,\n"
    "148-5A195 118,***,,\nno,5067005023,,\n"
)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "registry"
    made.mkdir()
    return made


def write(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def load(con: duckdb.DuckDBPyConnection, registry: str) -> tuple[reference.RegistryReport, list[str]]:
    said: list[str] = []
    return load_registry(con, registry, said.append), said


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


def test_old_layout(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    report, said = load(con, write(folder, permits=PERMITS))
    assert (report.loaded, report.changed, report.permits, report.parcels) == (True, True, 5, 2)
    assert said == ["permits.csv (ladbs_55): 5 of 5 rows", "APNs of the permits: 1 missing, 3 ok, 1 unresolved"]
    found = con.execute("from permit order by permit_number").fetchdf().set_index("permit_number").astype(object)
    first, supplement = found.loc["16010-10000-00001"], found.loc["16010-10001-00001"]
    assert (first["apn"], first["apn_raw"], first["apn_status"]) == ("5056022001", "5056-022-001", "ok")
    assert (first["family"], first["is_supplement"], supplement["is_supplement"]) == ("16010-00001", False, True)
    assert (first["valuation"], first["dwelling_units"], supplement["valuation"]) == (470000.0, 12, 1000.5)
    assert (first["latitude"], first["longitude"]) == (34.04407, -118.29097)
    assert (first["address"], first["zip_code"]) == ("1660 W VENICE BLVD", "90006")
    dates = rows(con, "select permit_number, issue_date::text, status_date::text from permit order by 1")
    assert dates == [
        ("16010-10000-00001", "2013-02-16", "2013-02-16"),
        ("16010-10001-00001", "2014-03-01", "2014-02-20"),
        ("16010-20001-00001", "2013-03-01", "2013-03-01"),
        ("16014-10000-00002", None, None),
        ("16014-10000-00003", None, None),
    ]
    units = rows(con, "select dwelling_units from permit order by permit_number")
    assert units == [(12,), (None,), (-1,), (None,), (None,)]
    wild, none = found.loc["16014-10000-00002"], found.loc["16014-10000-00003"]
    assert (wild["apn_status"], wild["apn_raw"]) == ("unresolved", "5067-***-***")
    assert rows(con, "select apn from permit where apn_status in ('unresolved', 'missing')") == [(None,), (None,)]
    assert none["apn_status"] == "missing"


def test_a_parcel_is_seeded_from_its_newest_permits(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Each value from the newest permit that states it: the supplement has a zip code, but neither zone nor point."""
    load(con, write(folder, permits=PERMITS, pin_apn_crosswalk=PINS))
    assert rows(con, "select apn, zip_code, zone, latitude, source from parcel order by apn") == [
        ("5056022001", "90007", "C2-1", 34.04407, "permits.csv"),
        ("5056022002", "90006", "C2-1", None, "permits.csv"),
        ("5067005021", None, None, 34.05, "pin_apn_crosswalk.csv"),
        ("5067005022", None, None, None, "pin_apn_crosswalk.csv"),
    ]


def test_new_layout(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    text = (
        NEW + "20010-10000-00001,1 MAIN ST,90012,14,127-5A207 331,5056022001,R1,Central City,Bldg-New,"
        "2021-03-04T00:00:00.000,Issued,2021-03-05,100.5,3,34.05,-118.24,JOHN\n"
        "20010 10000 00002,2 MAIN ST,90012,14,,5056022009,R1,,Bldg-New,,Issued,,,,0,0,JOHN\n"
    )
    report, _ = load(con, write(folder, permits=text))
    assert report.files[0].layout == "ladbs_2020"
    columns = "permit_number, apn, address, dwelling_units, latitude, issue_date::text"
    assert rows(con, f"select {columns} from permit order by permit_number") == [
        ("20010-10000-00001", "5056022001", "1 MAIN ST", 3, 34.05, "2021-03-04"),
        ("20010-10000-00002", "5056022009", "2 MAIN ST", None, None, None),
    ]  # fmt: skip
    assert rows(con, "from parcel_pin") == [("127-5A207 331", "5056022001", "permits.csv")]
    assert rows(con, "select community_plan_area from parcel where apn = '5056022001'") == [("Central City",)]


@pytest.mark.parametrize("text", [PERMITS, NEW + "20010-10000-00001,,,,,5056022001,,,,,,,,,,,MARY\n"])
def test_names_of_people_are_never_read(con: duckdb.DuckDBPyConnection, folder: Path, text: str) -> None:
    load(con, write(folder, permits=text))
    for (table,) in rows(con, "select table_name from duckdb_tables()"):
        assert "MARY" not in str(con.table(table).fetchall()), table


def test_a_parcel_file_is_the_whole_roll(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    parcels = (
        "AIN,address,zip_code,zone,council_district,community_plan_area,latitude,longitude,geometry_group\n"
        "5056-022-001,1 A ST,90012,R1,1,Central City,34.05,-118.24,G1\n"
        "5056022002,1 A ST,90012,R1,1,Central City,34.05,-118.24,G1\n"
        "5056022002,again,90012,R1,1,Central City,34.05,-118.24,G1\n"
        "no parcel,,,,,,,,\n"
        "5056022003,,,,,,0,0,G2\n"
    )
    report, said = load(con, write(folder, parcels=parcels, permits=PERMITS))
    assert said[0] == "parcels.csv (parcels): 3 of 5 rows; 2 rejected (APN: 1, APN seen before: 1)"
    assert report.parcels == 3
    assert rows(con, "select apn, address, latitude, geometry_group from parcel order by apn") == [
        ("5056022001", "1 A ST", 34.05, "G1"),
        ("5056022002", "1 A ST", 34.05, "G1"),
        ("5056022003", None, None, "G2"),
    ]
    assert known_from_tables(con, "apn").complete


def test_damaged_reference_rows_are_mended_against_the_sound_ones(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    header = "permit_nbr,apn\n"
    text = header + "16010-10000-00001,5056022001\n16010-10000-00002,505622001\n16010-10000-00003,505699001\n"
    load(con, write(folder, permits=text))
    assert rows(con, "select apn, apn_status from permit order by permit_number") == [
        ("5056022001", "ok"),
        ("5056022001", "repaired"),
        (None, "ambiguous"),
    ]


def test_related_parcels(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A group needs two parcels; a permit number that is listed once a lot relates its lots."""
    lots = "permit_nbr,apn\n16010-10000-00009,5000001001\n16010-10000-00009,5000001002\n"
    write(folder, permits=lots, parcel_pin="pin,apn\n090A199   116,5000001001\n090A199   116,5000001003\n")
    report, said = load(con, str(folder))
    assert "permits.csv (ladbs_2020): 1 of 2 rows; 1 rejected (permit number seen before: 1)" in said
    assert report.permits == 1
    assert rows(con, "from parcel_group order by all") == [
        ("5000001001", "permit_family", "16010-00009"),
        ("5000001001", "pin", "090A199   116"),
        ("5000001002", "permit_family", "16010-00009"),
        ("5000001003", "pin", "090A199   116"),
    ]
    write(folder, parcels="apn,geometry_group\n5000001001,A\n5000001002,A\n5000001003,B\n")
    load(con, str(folder))
    assert rows(con, "select apn, group_id from parcel_group where group_kind = 'geometry' order by all") == [
        ("5000001001", "A"),
        ("5000001002", "A"),
    ]


def test_supplements_on_another_lot_relate_the_lots(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    load(con, write(folder, permits=PERMITS))
    assert rows(con, "from parcel_group order by all") == [
        ("5056022001", "permit_family", "16010-00001"),
        ("5056022002", "permit_family", "16010-00001"),
    ]


def test_every_row_is_accounted_for(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    lines = [
        "permit_nbr,apn,status_desc,status_date,issue_date",
        "16010-10000-00001,5056022001,old,01/02/2020,",
        "160101000000001,5056022001,newest,02/02/2020,",  # the same permit number in another notation
        "16010-10000-00001,5056022001,no date,,03/03/2021",
        "not a number,5056022001,,,",
        ",5056022001,,,",
        "16010-10000-00002,5056022001",  # cells missing
        "16010-10000-00003,5056022001,,,,,more",
        "16010-10000-00004,5056022001,,,,,,",  # blank cells beyond the header do no harm
        "",
        "10010100000002,5056022001,,,",  # a zero is lost, and nothing supports it
    ]
    report, said = load(con, write(folder, permits="\n".join(lines)))
    assert said[0] == (
        "permits.csv (ladbs_2020): 2 of 9 rows; "
        "7 rejected (permit number: 3, permit number seen before: 2, cells do not fit the header: 2)"
    )
    file = report.files[0]
    assert (file.rows_in, file.rows_accepted, file.rows_rejected) == (9, 2, 7)
    assert rows(con, "select rows_in, rows_accepted, rows_rejected from reference_file") == [(9, 2, 7)]
    assert rows(con, "select permit_number, status from permit order by 1") == [
        ("16010-10000-00001", "newest"),
        ("16010-10000-00004", None),
    ]


def test_a_lost_row_is_noticed(con: duckdb.DuckDBPyConnection, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The balance is asserted: if the statement that counts rejects forgot some, nothing is kept."""
    registry = write(folder, permits=PERMITS)
    load(con, registry)
    before = registry_version(con)
    write(folder, permits=PERMITS + "5056,022,001,nothing,,,,,,,,,,,,,,,\n")
    real = reference.query
    empty = "select 'permits.csv', 'forgotten', 0::bigint"
    monkeypatch.setattr(reference, "query", lambda room, name: empty if name == "stage_rejected" else real(room, name))
    with pytest.raises(AssertionError, match="6 rows in, 5 accepted, 0 rejected"):
        load(con, registry)
    assert registry_version(con) == before
    assert rows(con, "select count(*) from permit") == [(5,)]


def test_pins(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    cases = "case_number,pin,status\n1,148-5A195 119,O\n2,,O\n3,148-5A195119,O\n"
    report, said = load(con, write(folder, parcel_pin=PINS, code_enforcement_pin=cases))
    assert said == [
        "parcel_pin.csv (parcel_pin): 3 of 4 rows; 1 rejected (PIN: 1)",
        "code_enforcement_pin.csv (code_enforcement): 2 of 3 rows; 1 rejected (PIN: 1)",
    ]
    assert report.pins == 3
    assert rows(con, "from parcel_pin order by all") == [
        ("090A199   116", "5067005021", "parcel_pin.csv"),
        ("090A199   116", "5067005022", "parcel_pin.csv"),
        ("148-5A195 118", None, "parcel_pin.csv"),
        ("148-5A195 119", None, "code_enforcement_pin.csv"),
    ]


def test_unchanged_files_are_not_loaded_again(
    con: duckdb.DuckDBPyConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = write(folder, permits=PERMITS)
    first, _ = load(con, registry)
    tables = {name: con.table(name).order("all").fetchall() for name in ("parcel", "permit", "reference_file")}
    second, said = load(con, registry)
    assert (second.changed, said) == (False, [f"registry {registry} is unchanged"])
    assert (second.version, second.files, second.permits) == (first.version, first.files, first.permits)
    write(folder, code_enforcement_pin="pin\n148-5A195 119\n")
    third, _ = load(con, registry)
    assert third.changed
    assert third.version != first.version == second.version
    (folder / "code_enforcement_pin.csv").unlink()
    fourth, _ = load(con, registry)
    assert (fourth.changed, fourth.version) == (True, first.version)
    assert {name: con.table(name).order("all").fetchall() for name in tables} == tables
    monkeypatch.setattr(reference, "REGISTRY_VERSION", "another")
    assert load(con, registry)[0].changed


def test_no_registry_folder_leaves_the_tables_empty(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    load(con, write(folder, permits=PERMITS))
    report, said = load(con, str(folder / "absent"))
    assert (report.loaded, report.changed, report.parcels, report.permits, report.files) == (False, True, 0, 0, ())
    assert said == [f"there is no registry folder {folder / 'absent'}: parcels and permits will not be checked"]
    assert rows(con, "select count(*) from parcel_group") == [(0,)]
    assert known_from_tables(con, "apn").near(0, 10**10) == set()


def test_a_folder_with_no_reference_file(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"registry holds no reference file; .*parcels\.csv, permits\.csv"):
        load(con, str(folder))
    with pytest.raises(RegistryError, match="there is no registry folder"):
        load(con, str(folder / "notes.txt"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("permits", "pcis_permit,assessor_book\n", r"assessor_page, assessor_parcel \(layout ladbs_55\) or permit_nbr"),
        ("permits", "", r"permits\.csv lacks the columns .*; it has no header"),
        ("parcels", "number,address\n", r"parcels\.csv lacks the columns apn .*; it has number, address"),
        ("parcel_pin", "pin\n", r"lacks the columns apn"),
        ("permits", "permit_nbr,apn\n16010-10000-00001,\"" + "x" * 200_000, r"permits\.csv, about line .*UTF-8"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(RegistryError, match=message):
        load(con, write(folder, **{name: text}))


def test_a_broken_file_leaves_the_tables_as_they_were(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    registry = write(folder, permits=PERMITS)
    load(con, registry)
    (folder / "permits.csv").write_bytes(PERMITS.replace("VENICE", "VENÉCE").encode("cp1252"))
    with pytest.raises(
        RegistryError, match=r"permits\.csv, about line \d+: .*save it as comma-separated text in UTF-8"
    ):
        load(con, registry)
    assert rows(con, "select count(*) from permit") == [(5,)]
    (folder / "permits.csv").write_text(PERMITS, encoding="utf-8")
    (folder / "city_boundary.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"city_boundary\.geojson is no GeoJSON feature collection"):
        load(con, registry)


def test_a_folder_behind_an_fsspec_url(con: duckdb.DuckDBPyConnection) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/reference/permits.csv", ("\ufeff" + PERMITS).encode())
    memory.pipe("/reference/city_boundary.geojson", b'{"type": "FeatureCollection", "features": [{}]}')
    try:
        report, _ = load(con, "memory://reference")
    finally:
        memory.rm("/reference", recursive=True)
    assert [(each.name, each.rows_accepted) for each in report.files] == [
        ("city_boundary.geojson", 1),
        ("permits.csv", 5),
    ]


def test_files_and_tables_hold_the_same_identifiers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """`dedup identify` reads the files, the pipeline the tables: they must not differ."""
    # A sound APN in a row without a usable key must not support the damaged one in another.
    more_permits = "5056,022,009,unusable,,,,,,,,,,,,,,,\n5056,22,9,16014-10000-00009,,,,,,,,,,,,,,,\n"
    write(folder, permits=PERMITS + more_permits, parcel_pin=PINS)
    for more in ({}, {"parcels": "apn\n5056022001\n5056022077\n"}):
        load(con, write(folder, **more))
        files = find_files(str(folder))
        for kind, table in (("apn", "parcel.apn"), ("pin", "parcel_pin.pin"), ("permit", "permit.permit_number")):
            name, column = table.split(".")
            held = {value for (value,) in con.table(name).select(column).distinct().fetchall()}
            known = known_from_files(kind, files)
            assert len(known) == len(held)
            assert all(value in known for value in held)
            assert known.complete == known_from_tables(con, kind).complete == (kind == "apn" and bool(more))


def records(con: duckdb.DuckDBPyConnection, *values: tuple[str | None, str | None, str | None]) -> None:
    for row_no, (apn, pin, permit) in enumerate(values, start=1):
        con.execute(
            """insert into image_record (delivery_id, department, as_of, row_no, image_id, apn_raw, pin_raw,
            permit_number_raw, missing_values, mandatory_values, typed_values, invalid_values)
            values (?, 'ladbs_permits', '2025-01-01', ?, 'i', ?, ?, ?, 0, 0, 0, 0)""",
            [f"d{con.execute('select count(*) from image_record').fetchall()[0][0]}", row_no, apn, pin, permit],
        )


def test_identifiers_are_resolved_once_and_anew_with_another_registry(
    con: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    said: list[str] = []
    records(
        con,
        ("5056-22-1", "090A199 116", "16010 10000 00001"),
        ("5056-22-1", None, ""),
        ("5067-***-***", "nothing", "16010-10000-00001"),
    )
    load(con, str(folder / "absent"))
    report = resolve_identifiers(con, said.append)
    assert (report.rows, report.read, report.anew) == (6, 6, False)
    assert rows(con, "select distinct in_registry from identifier") == [(None,)]
    assert report.by_status == {
        "apn_ambiguous": 1, "apn_unresolved": 1, "permit_ok": 2, "pin_malformed": 1, "pin_repaired": 1,
    }  # fmt: skip
    assert resolve_identifiers(con, said.append).read == 0

    load(con, write(folder, permits=PERMITS))
    anew = resolve_identifiers(con, said.append)
    assert (anew.read, anew.anew) == (6, True)
    assert said[-1] == "6 identifiers read anew, the registry changed; 1 malformed, 2 ok, 2 repaired, 1 unresolved"
    assert rows(con, "from identifier where kind in ('apn', 'pin') order by kind, raw") == [
        ("apn", "5056-22-1", "5056022001", "repaired", ["leading_zeros"], [], True),
        ("apn", "5067-***-***", None, "unresolved", [], [], False),
        ("pin", "090A199 116", "090A199   116", "repaired", ["blanks_lost"], [], None),
        ("pin", "nothing", None, "malformed", [], [], None),
    ]
    records(con, ("5056022002", None, None), ("5056-22-1", None, None))
    assert (resolve_identifiers(con, said.append).read, len(rows(con, "from identifier"))) == (1, 7)
