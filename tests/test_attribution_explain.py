"""``dedup explain``: the evidence about one record in plain words, and clear answers to what cannot be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from attribution_kit import RETIRED, at, deliver, placed, retire
from dedup_assets.cli import explain as panel
from dedup_assets.errors import UserError
from dedup_assets.findings.attribution.explain import explain, told
from dedup_assets.findings.attribution.report import attribution_counts
from dedup_assets.findings.attribution.rule import SOURCES, TABLE
from dedup_assets.findings.attribution.words import _SEEN, MEANS, NAMES, STATUS
from dedup_assets.warehouse.connection import SCHEMA_VERSION
from findings_kit import PERMIT, PIN, A, B, C, D, build
from findings_pool import Pool, department

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORDS: list[dict[str, Any]] = [
    {"image_id": "LB-000001", "apn_raw": D, "permit_number_raw": PERMIT, "gps": at(A, east=-7),
     "file_name": "IMG_1.jpg"},
    {"image_id": "LB-000002", "apn_raw": "5000-000-002", "content": "x", "pin_raw": PIN, "gps": at(C, north=4)},
    {"image_id": "LB-000003", "apn_raw": C, "content": "x", "file_name": f"{C}.jpg"},
    {"image_id": "LB-000004", "apn_raw": RETIRED, "gps": (0.0, 0.0)},
    {"image_id": "LB-000005", "apn_raw": "5056-022-***", "permit_number_raw": "16010-10000-55555"},
    {"image_id": "LB-000006", "apn_raw": "5999999999", "file_name": "5999999999.jpg", "gps": (48.2081743, 16.3738189)},
]  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Two deliveries with evidence of every kind."""
    pool = placed()
    retire(pool, RETIRED, C)
    pool.identify("apn", "5056-022-***", "unresolved")
    pool.identify("apn", "5000-000-002", canonical=B)
    deliver(pool, RECORDS)
    pool.delivery([{"image_id": "LB-000001", "apn_raw": A, "content": "LB-000001"}], "2025-02-01")
    pool.delivery([{"image_id": "LB-000003"}, {"image_id": "H-1", "apn_raw": A}], name="housing")
    build(pool, "ladbs", "housing")
    return pool


@pytest.fixture(scope="module")
def home(pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This pool as the city, and an enclave that holds the same under another name."""
    folder = tmp_path_factory.mktemp("explain") / "home"
    save(pool, folder / "warehouse.duckdb")
    enclave = folder / "enclaves" / "lapd_booking" / "warehouse.duckdb"
    save(pool, enclave)
    with duckdb.connect(str(enclave)) as con:
        con.execute("update image_record set department = 'lapd_booking', image_id = 'CANARY-' || image_id")
    return folder


@pytest.fixture
def ask(home: Path) -> Callable[..., Any]:
    """``dedup explain`` in that home."""
    app = typer.Typer()
    panel.register(app)

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, [*words, "--home", str(home)])

    return run


def save(pool: Pool, path: Path) -> None:
    path.parent.mkdir(parents=True)
    pool.con.execute(f"attach '{path}' as saved")
    pool.con.execute("copy from database memory to saved")
    pool.con.execute("create table saved.schema_version as select $version as version", {"version": SCHEMA_VERSION})
    pool.con.execute("detach saved")


def test_every_word_of_the_rule_can_be_said() -> None:
    assert set(NAMES) == set(MEANS) == set(_SEEN) == set(SOURCES)
    assert {line.status for line in TABLE} == set(STATUS)
    assert all(line.because for line in TABLE)


def test_a_contradiction_is_told_with_what_was_seen_and_the_rule(pool: Pool) -> None:
    assert told(explain(pool.con, "LB-000001", as_of="2025-01-01")) == (
        "LB-000001 of ladbs, delivery of 2025-01-01, row 1\n"
        "Filed on parcel 5000-000-004.\n"
        "\n"
        "Result: contradicted, because the camera stood elsewhere.\n"
        "Most supported: parcel 5000-000-001.\n"
        "Decided by: GPS of the picture and permit of record.\n"
        "Rule: version 2, line A04; the first line that fits decides.\n"
        "\n"
        "What was seen\n"
        "  contradicts  GPS of the picture: The camera stood 2.1 km from the parcel, where parcels "
        "5000-000-001 and 5000-000-002 lie.\n"
        "               It tells where the camera stood: up to 30 m is this parcel or a neighbour of it, beyond "
        "120 m it is another place.\n"
        "  contradicts  permit of record: Permit 16010-10000-00001 is for parcel 5000-000-001.\n"
        "               A permit is issued for a place; but its number is typed in the same row and slips with it.\n"
        "  inconclusive registry: The number is a parcel of record.\n"
        "               Being on record does not say that the picture is of it."
    )


@pytest.mark.parametrize(
    ("image_id", "says"),
    [
        ("LB-000002", ["Filed on parcel 5000-000-002 (given as '5000-000-002')", "PIN '129B193    42' relates to this",
                       "stood 4 m from parcel 5000-000-003, which belongs with it", "1 other record holds this",
                       "legitimate reuse: no defect"]),
        ("LB-000004", ["filed under a retired number", "Most supported: parcel 5000-000-003", "The camera had no fix",
                       "was retired on 2024-06-01; the land is now 5000-000-003"]),
        ("LB-000005", ["Filed on '5056-022-***', which names no single parcel", "filed on no parcel",
                       "Permit 16010-10000-55555 is not on record", "stands for many parcels"]),
        ("LB-000006", ["filed on no parcel of record", "is named after 5999999999, which is not on record",
                       "far from every parcel of record", "The number is no parcel of record."]),
    ],
)  # fmt: skip
def test_every_source_has_its_sentence(pool: Pool, image_id: str, says: list[str]) -> None:
    text = told(explain(pool.con, image_id, "ladbs"))
    assert [each for each in says if each.replace(" (given as '5000-000-002')", "") not in text] == []


def test_the_command_tells_the_newest_delivery_or_the_one_of_a_date(ask: Callable[..., Any]) -> None:
    newest = json.loads(ask("LB-000001", "--json").stdout)
    assert (newest["record"]["as_of"], newest["attribution"]["status"]) == ("2025-02-01", "attributed")
    assert "contradicted" in ask("LB-000001", "--as-of", "2025-01-01").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["LB-00003"], "there is no image record LB-00003; did you mean LB-000003 or "),
        (["nothing like it"], "there is no image record nothing like it; its key stands in the column image_id"),
        (["LB-000003"], "LB-000003 is a record of housing and ladbs; say which with --department"),
        (["LB-000001", "--department", "housing"], "no image record LB-000001 of housing; it is one of ladbs"),
        (["LB-000001", "--as-of", "2025-03-01"], "listed in the deliveries of 2025-01-01 and 2025-02-01, not of 2025"),
        (["CANARY-LB-000001"], "restricted departments are asked by name: --department lapd_booking"),
    ],
)
def test_what_cannot_be_told_says_what_to_ask(ask: Callable[..., Any], words: list[str], says: str) -> None:
    done = ask(*words)
    assert isinstance(done.exception, UserError)
    assert says in str(done.exception)


def test_a_restricted_department_is_read_in_its_enclave_only_when_it_is_named(ask: Callable[..., Any]) -> None:
    hidden = ask("CANARY-LB-000001")
    assert "permit" not in str(hidden.exception)
    done = ask("CANARY-LB-000001", "--department", "lapd_booking", "--as-of", "2025-01-01")
    assert done.exit_code == 0
    assert "lapd_booking is restricted" in done.stderr
    assert "CANARY-LB-000001 of lapd_booking" in done.stdout


def test_before_the_first_run_and_after_another_version(tmp_path: Path) -> None:
    app = typer.Typer()
    panel.register(app)
    done = CliRunner().invoke(app, ["LB-000001", "--home", str(tmp_path / "none")])
    assert "run `dedup run` first" in str(done.exception)
    assert not (tmp_path / "none").exists()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create table schema_version as select $version as version", {"version": SCHEMA_VERSION - 1})
    done = CliRunner().invoke(app, ["LB-000001", "--home", str(tmp_path)])
    assert "written by another version" in str(done.exception)


def test_records_without_facts_and_departments_without_parcels() -> None:
    pool = placed()
    pool.delivery([{"image_id": "H-1"}], name="housing")
    build(pool, "housing")
    pool.delivery([{"image_id": "new", "apn_raw": A}], "2025-03-01")
    with pytest.raises(UserError, match="of ladbs for 2025-03-01 is not computed yet"):
        explain(pool.con, "new")
    pool.con.execute("delete from attribution where image_id = 'H-1'")
    assert "files by no parcel number" in told(explain(pool.con, "H-1"))


def test_how_many_records_are_what(pool: Pool) -> None:
    counts = attribution_counts(pool.con, [department("ladbs"), department("housing")])
    newest = {(name, str(day)): each for (name, day), each in counts.items()}
    assert newest["ladbs", "2025-01-01"] == {
        "attributed": 2, "contradicted": 1, "stale": 1, "no_parcel": 1, "unknown_parcel": 1, "legitimate_reuse": 2,
    }  # fmt: skip
    assert newest["housing", "2025-01-01"] == {"no_parcel": 1, "unverifiable": 1, "legitimate_reuse": 0}


def test_without_permits_of_record_a_permit_cannot_be_looked_up() -> None:
    pool = placed()
    pool.con.execute("delete from permit")
    deliver(pool, [{"image_id": "1", "apn_raw": A, "permit_number_raw": PERMIT}])
    build(pool)
    assert "cannot be looked up, the registry holds no permits" in told(explain(pool.con, "1"))
