"""What a tier can read: views in which no hidden column and no record of a restricted department is to be found."""

from __future__ import annotations

import http.client
import io
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from canaries import singing
from dedup_assets.deliveries.contract import CLASSIFICATIONS, COLUMNS, Column, Contract
from dedup_assets.deliveries.department import load_departments
from dedup_assets.errors import UserError
from dedup_assets.publishing.from_home import Installation, publish_tier, site_of
from dedup_assets.publishing.language import chosen
from dedup_assets.publishing.pictures import shrink
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.publish import _put, publish
from dedup_assets.publishing.serve import HOST, ServeError, server
from dedup_assets.publishing.site import EARLIER, Place, PublishError
from dedup_assets.publishing.tier import CLASSES, Tier
from dedup_assets.publishing.tier_views import TierError, tier_reader
from dedup_assets.settings import Settings
from dedup_assets.warehouse import Home
from publishing_city import DATES, FORMULA, NEWEST, RECORDS, SCRIPT, City, contract_of, make_city, open_city
from publishing_html import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


HIDDEN = "CANARY"
LOWER = (Tier.public, Tier.committee, Tier.auditor)
SHIPPED = {each.name: each for each in load_departments(Settings().departments)}
# Tables of records, and for each the columns that say what other columns of the record say.
RECORD_TABLES = ("image_record", "image_file", "image_fact", "finding", "finding_status", "finding_cause",
                 "finding_impact", "ledger_event")  # fmt: skip

_ANY = {"VARCHAR": "ok", "BOOLEAN": False, "DATE": NEWEST}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse whose tables are empty."""
    con = open_city(tmp_path_factory.mktemp("empty")).con
    yield con
    con.close()


def fill(con: duckdb.DuckDBPyConnection, its: Contract) -> None:
    """One record of a department and all that follows from it; a value says its classification, as ``<public>``."""
    department = its.name
    mapped = {each.name: f"<{each.classification}> {each.name}" for each in its.columns}
    said: dict[str, str | None] = {**dict.fromkeys(COLUMNS), **mapped}
    quoted = " ".join(value for name, value in mapped.items() if name != "uploaded_by")  # which nothing quotes
    subject = said["image_id"]
    key = {"department": department, "as_of": NEWEST}
    one = {"delivery_id": f"D {department}", "row_no": 1}
    finding = {"finding_id": f"F-{department}", "rule_id": "DUP-001", "severity": "info"}
    insert(con, "image_record", {**key, **one, **said})
    insert(con, "image_file", {
        "delivery_id": one["delivery_id"], "department": department, "storage_uri": said["storage_uri"] or "",
        "status": "ok", "sha256": said["declared_sha256"], "change_token": said["declared_sha256"],
        "algorithm_version": "1",
    })  # fmt: skip
    insert(con, "finding", {**key, **one, **finding, "subject": subject, "condition": quoted, "evidence": quoted})
    insert(con, "finding_cause", {
        **key, "finding_id": f"F-{department}", "rank": 1, "cause": "placeholder", "support": 1, "considered": 1,
        "occurrence_id": said["batch_id"] or "", "detail": quoted,
    })  # fmt: skip
    insert(con, "finding_impact", {
        **key, **finding, "cause": "placeholder", "image_id": subject, "opened_on": NEWEST, "defect_days": 1,
        "permit_number": said["permit_number_raw"], "unit_key": said["source_record_id"], "venue": said["venue"],
        "federal_funding": said["federal_funding"], "is_federal": False, "disposal": "may", "disposal_basis": "",
    })  # fmt: skip
    insert(con, "ledger_event", {**key, **finding, "event": "opened"})
    insert(
        con,
        "image_fact",
        {
            **key,
            **one,
            "image_id": subject,
            "sha256": said["declared_sha256"],
            "apn": said["apn_raw"],
            "permit_number": said["permit_number_raw"],
        },
    )
    insert(con, "period", {**key, "status": "read", "reason": quoted})


def insert(con: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row; a column that it lacks gets a value of its kind, if it must have one."""
    sql = "select column_name, data_type from duckdb_columns() where table_name = ? and not is_nullable"
    rest = {name: _ANY.get(kind, 0) for name, kind in con.execute(sql, [table]).fetchall() if name not in row}
    con.register("pending", pa.Table.from_pylist([{**rest, **row}]))
    con.execute(f"insert into {table} by name select * from pending")


def contract(name: str, classes: Mapping[str, str]) -> Contract:
    columns = tuple(
        Column(each, each.upper(), each == "image_id", False, each == "image_id", kind, None, None)
        for each, kind in classes.items()
    )
    return Contract(name, "1", "0" * 64, ("csv",), columns)


def everything(reader: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What every view and table that the reader knows says, as text."""
    names = [row[0] for row in reader.execute("select view_name from duckdb_views() where not internal "
                                              "and database_name = 'tier_views'").fetchall()]  # fmt: skip
    return {name: str(reader.table(name).fetchall()) for name in names}


def check(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Fill the tables by these contracts, and look into every view of every lower tier."""
    departments = [SHIPPED[name] for name in contracts]
    try:
        for its in contracts.values():
            fill(con, its)
        for tier in LOWER:
            with tier_reader(con, tier, departments, contracts) as reader:
                said = everything(reader)
            assert len(said) > len(RECORD_TABLES)
            hidden = [f"<{each}>" for each in CLASSIFICATIONS if each not in CLASSES[tier]]
            assert [name for name, text in said.items() if any(word in text for word in hidden)] == []
            for department in departments:
                if department.restricted:
                    assert [name for name in RECORD_TABLES if f"'{department.name}'" in said[name]] == []
            if tier is Tier.public:
                assert {said[name] for name in RECORD_TABLES} == {"[]"}
    finally:
        for table in (*RECORD_TABLES, "period"):
            con.execute(f"delete from {table}")


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_no_hidden_column_of_a_shipped_contract_is_in_a_lower_tier(empty: duckdb.DuckDBPyConnection, name: str) -> None:
    check(empty, {name: contract_of(name)})


@given(
    st.lists(st.sampled_from(CLASSIFICATIONS), min_size=len(COLUMNS), max_size=len(COLUMNS)),
    st.lists(st.sampled_from(CLASSIFICATIONS), min_size=len(COLUMNS), max_size=len(COLUMNS)),
)
@settings(max_examples=8, deadline=None)
def test_nor_of_any_contract(empty: duckdb.DuckDBPyConnection, one: list[str], other: list[str]) -> None:
    kinds = {"ladbs_permits": one, "lapd_booking": other}
    check(empty, {name: contract(name, dict(zip(COLUMNS, its, strict=True))) for name, its in kinds.items()})


def test_what_is_not_hidden_is_there(empty: duckdb.DuckDBPyConnection) -> None:
    name = "ladbs_permits"
    open_contract = contract(name, dict.fromkeys(COLUMNS, "public") | {"uploaded_by": "restricted"})
    fill(empty, open_contract)
    try:
        with tier_reader(empty, Tier.committee, [SHIPPED[name]], {name: open_contract}) as reader:
            found = reader.execute("select apn_raw, uploaded_by from image_record").fetchall()
            condition = reader.execute("select condition from finding").fetchall()
        assert found == [("<public> apn_raw", None)]
        assert len(condition) == 1  # no rule reads who uploaded a picture, so no sentence can quote it
        with tier_reader(empty, Tier.committee, [SHIPPED[name]], {}) as reader:  # no contract: nothing is known
            assert reader.execute("select * from image_record").fetchall() == []
        with tier_reader(empty, Tier.department, [SHIPPED["planning_zimas"]], {}) as reader:
            assert reader.execute("select * from finding").fetchall() == []
    finally:
        for table in (*RECORD_TABLES, "period"):
            empty.execute(f"delete from {table}")


def test_a_table_without_a_view_cannot_be_read(empty: duckdb.DuckDBPyConnection) -> None:
    with tier_reader(empty, Tier.auditor, list(SHIPPED.values()), {}) as reader:
        for table in ("rejected_row", "decision", "main.decision"):
            with pytest.raises(duckdb.CatalogException):
                reader.execute(f"select * from {table}")
        with pytest.raises(TierError), tier_reader(empty, Tier.public, [], {}):
            pass
    # The views are gone with their reader, and the warehouse is as it was.
    assert empty.execute("select count(*) from duckdb_databases() where database_name = 'tier_views'").fetchall() == [
        (0,)
    ]


class TestSites:
    """Three tiers of one small city, and a department's own, with hostile words where a person chose them."""

    @pytest.fixture(scope="class")
    @staticmethod
    def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
        city = make_city(tmp_path_factory.mktemp("city"), DATES[-2:], ("la28_venues", "lapd_booking", "planning_zimas"))
        city.departments = [
            each.model_copy(update={"title": f"{FORMULA} {SCRIPT}", "system": SCRIPT}) if not each.restricted else each
            for each in city.departments
        ]
        yield city
        city.con.close()

    @pytest.fixture(scope="class")
    @staticmethod
    def sites(made: City) -> dict[Tier, Path]:
        return {tier: made.publish(tier, made.root / tier.value).version for tier in LOWER}

    def test_ids_begin_with_the_committee_and_pictures_with_the_auditor(self, sites: dict[Tier, Path]) -> None:
        page = {tier: (site / "planning_zimas.html").read_text(encoding="utf-8") for tier, site in sites.items()}
        assert {tier: "PL-CMP-001-0000" in page[tier] for tier in LOWER} == {
            Tier.public: False, Tier.committee: True, Tier.auditor: True,
        }  # fmt: skip
        assert {tier: (site / "pictures").is_dir() for tier, site in sites.items()} == {
            Tier.public: False, Tier.committee: False, Tier.auditor: True,
        }  # fmt: skip

    def test_no_tier_tells_what_a_picture_or_a_person_said_of_it(self, sites: dict[Tier, Path]) -> None:
        for site in sites.values():
            assert singing(site) == []

    def test_hostile_words_are_harmless_everywhere(self, sites: dict[Tier, Path]) -> None:
        for site in sites.values():
            for path in site.rglob("*.html"):
                page = read_page(path)
                assert not page.all("script")
                assert not [each for each in page.all("img") if "onerror" in each.attributes]
            for path in [*site.rglob("*.svg")]:
                assert b"<script" not in path.read_bytes()
            for path in site.rglob("*.csv"):
                cells = [cell.strip('"') for row in path.read_text("utf-8").splitlines() for cell in row.split(",")]
                assert not [cell for cell in cells if cell[:1] in {"=", "@", "\t"} or cell.startswith(("+c", "-c"))]
            text = (site / "scorecard.json").read_text(encoding="ascii")
            assert json.loads(text)["departments"]
            assert all(path.name.isprintable() and ".." not in path.name for path in site.rglob("*"))

    def test_small_counts_are_public_of_no_department(self, sites: dict[Tier, Path]) -> None:
        document = json.loads((sites[Tier.public] / "scorecard.json").read_text(encoding="ascii"))
        for department in document["departments"]:
            counts = [department[key] for key in ("images", "open_findings", "critical_findings", "overdue_findings")]
            counts += [each["failing"] for each in department["findings"] if not each["rule"].startswith("DEL")]
            counts += [value for line in department["ledger"] for key, value in line.items() if key != "as_of"]
            assert [each for each in counts if isinstance(each, int) and each < 11] == []
        zimas = next(each for each in document["departments"] if each["name"] == "planning_zimas")
        assert [each["failing"] for each in zimas["findings"] if isinstance(each["failing"], int)]  # it says something

    def test_both_languages_are_there(self, sites: dict[Tier, Path]) -> None:
        for site in sites.values():
            own = {path.relative_to(site) for path in site.glob("*.html")}
            assert {path.relative_to(site / "es") for path in (site / "es").glob("*.html")} == own

    def test_a_restricted_departments_own_site_stays_in_its_enclave(self, made: City, tmp_path: Path) -> None:
        home = Home(tmp_path / "home")
        booking = next(each for each in made.departments if each.restricted)
        place = site_of(home, made.departments, Tier.department, booking.name)
        assert place.parent == home.pool(booking.name)
        assert place.parent.stat().st_mode & 0o777 == 0o700
        assert site_of(home, made.departments, Tier.auditor).parent.stat().st_mode & 0o777 == 0o700
        own = Installation(
            home, lambda _: pytest.fail("nothing is to be read"), made.departments, {}, [], made.policy, ""
        )
        with pytest.raises(PublishError, match="stays in its enclave"):
            publish_tier(own, Tier.department, department=booking.name, out=tmp_path / "elsewhere")


@pytest.mark.parametrize("name", ["../out.html", "/etc/passwd", "a/../../b.html", "a\0b.html", "", "a\nb.html"])
def test_no_page_leads_out_of_its_site(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError):
        _put(tmp_path / "site", [Page(name, "text")])
    assert list(tmp_path.rglob("*.html")) == []


class TestServe:
    @pytest.fixture(scope="class")
    @staticmethod
    def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
        """A server of a site with an earlier one, beside a file that is not published."""
        folder = tmp_path_factory.mktemp("home")
        (folder / "secret.txt").write_text("secret", encoding="utf-8")
        (folder / "secret").mkdir()
        (folder / "secret" / "index.html").write_text("secret", encoding="utf-8")
        place = Place(folder / "site")
        for as_of, text in zip(DATES[-2:], ("may", "june"), strict=True):
            building = place.begin()
            _put(building, [Page("index.html", text), Page("data/x.csv", text)])
            earlier = place.earlier_than(as_of)
            if earlier:
                (building / EARLIER).symlink_to(f"../{earlier.name}", target_is_directory=True)
                (building / "out").symlink_to(folder / "secret", target_is_directory=True)
            place.put(building, as_of)
        running = server(place.out, 0)
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield HOST, running.server_address[1]
        running.shutdown()
        running.server_close()
        thread.join()

    def ask(self, address: tuple[str, int], path: str, host: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host or f"{address[0]}:{address[1]}")
        connection.endheaders()
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def test_serves_the_site_and_the_one_before(self, address: tuple[str, int]) -> None:
        assert self.ask(address, "/") == (200, b"june")
        assert self.ask(address, "/data/x.csv") == (200, b"june")
        assert self.ask(address, f"/{EARLIER}/index.html") == (200, b"may")

    @pytest.mark.parametrize(
        "path",
        [
            "/data/",
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/out/",
            "/out/index.html",
            "/none",
            "/%00",
            f"/{'n' * 300}",
        ],
    )
    def test_serves_nothing_else(self, address: tuple[str, int], path: str) -> None:
        status, text = self.ask(address, path)
        assert status == 404
        assert b"secret" not in text.replace(path.encode(), b"")

    def test_a_page_from_elsewhere_cannot_read_it_through_a_browser(self, address: tuple[str, int]) -> None:
        status, text = self.ask(address, "/", host="rebound.example")
        assert status == 421
        assert b"june" not in text

    def test_says_what_to_do_where_nothing_is_published(self, address: tuple[str, int], tmp_path: Path) -> None:
        with pytest.raises(ServeError, match="dedup publish"):
            server(tmp_path / "site", 0)
        _put(tmp_path / "site", [Page("index.html", "text")])
        with pytest.raises(ServeError, match="--port"):
            server(tmp_path / "site", address[1])


def test_a_thumbnail_has_pixels_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x013B] = HIDDEN
    data = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(
        data, "JPEG", exif=exif, comment=HIDDEN.encode(), icc_profile=HIDDEN.encode() * 40
    )
    assert data.getvalue().count(HIDDEN.encode()) > 3
    small = shrink(data.getvalue())
    assert small is not None
    assert HIDDEN.encode() not in small
    with Image.open(io.BytesIO(small)) as image:
        assert not {"exif", "icc_profile", "comment"} & image.info.keys()


def test_a_site_is_published_in_the_languages_that_are_named(tmp_path: Path) -> None:
    city, out = make_city(tmp_path / "city", DATES[-1:], ("la28_venues",)), tmp_path / "site"
    publish(replace(city.source, languages=("en",)), out=out)
    assert not (out / "es").exists()
    assert "usa-language" not in (out / "index.html").read_text(encoding="utf-8").split("<main", 1)[0]


@pytest.mark.parametrize(
    ("codes", "says"), [("en fr", "there is no fr"), ("es", "en is missing"), ("", "en is missing")]
)
def test_languages_that_cannot_be_published_are_refused(codes: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        chosen(codes)
    assert chosen("es en") == ("en", "es")
