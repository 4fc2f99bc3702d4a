"""The landing zone: what is found, what is left alone, and the city's calendar."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from upath import UPath

from dedup_assets.deliveries import landing as zone
from dedup_assets.deliveries.department import Department
from dedup_assets.deliveries.read import read_deliveries
from dedup_assets.settings import settings
from deliveries_kit import LADBS, LADBS_CONTRACT, Landing, manifest, ours, pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER = Department(name="other_city", title="Other", system="another system", owner="team:other")


@pytest.fixture(params=["folder", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A landing zone as a folder and as an fsspec URL."""
    if request.param == "folder":
        yield str(tmp_path)
        return
    url = f"memory://{uuid.uuid4().hex}"
    yield url
    if UPath(url).exists():
        UPath(url).fs.rm(UPath(url).path, recursive=True)


def put(root: str, path: str, content: bytes = b"x") -> None:
    file = UPath(root) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_manifests_are_found_by_date_and_version(root: str) -> None:
    for path in [
        "2025-02-28/manifest.2.csv", "2025-02-28/manifest.csv", "2025-02-28/manifest.10.xlsx",
        "2025-01-31/Manifest.JSONL", "2025-03-31/manifest.parquet",
    ]:  # fmt: skip
        put(root, f"ladbs_permits/{path}")
    found = zone.survey(root, "ladbs_permits").manifests
    assert [(str(file.as_of), file.version, file.format, file.uri) for file in found] == [
        ("2025-01-31", 1, "jsonl", "ladbs_permits/2025-01-31/Manifest.JSONL"),
        ("2025-02-28", 1, "csv", "ladbs_permits/2025-02-28/manifest.csv"),
        ("2025-02-28", 2, "csv", "ladbs_permits/2025-02-28/manifest.2.csv"),
        ("2025-02-28", 10, "xlsx", "ladbs_permits/2025-02-28/manifest.10.xlsx"),
        ("2025-03-31", 1, "parquet", "ladbs_permits/2025-03-31/manifest.parquet"),
    ]


def test_what_is_no_manifest_is_left_alone_and_told(root: str) -> None:
    for path in [
        "images/a.jpg", "2025-02-30/manifest.csv", "20250131/manifest.csv", "2025-04-30/manifest.1.csv",
        "2025-04-30/manifest.csv.bak", "2025-04-30/manifest.ods", "2025-05-31/manifest.csv/inner.txt", "readme.txt",
        "2025-06-30/manifest.xlsx", "2025-06-30/manifest.csv",
    ]:  # fmt: skip
        put(root, f"ladbs_permits/{path}")
    found = zone.survey(root, "ladbs_permits")
    assert [file.uri for file in found.manifests] == ["ladbs_permits/2025-06-30/manifest.csv"]
    assert found.no_dates == ["2025-02-30", "20250131", "images"]
    assert found.no_manifests == ["2025-04-30", "2025-05-31"]
    assert found.strays == ["ladbs_permits/2025-06-30/manifest.xlsx"]
    report = read_deliveries(pool(), root, LADBS, LADBS_CONTRACT, [date(2025, 6, 30)], lambda _: None)
    assert len(report.notes) == 3
    assert '"images"' in report.notes[0]


def test_a_landing_zone_that_is_not_there_holds_nothing(root: str) -> None:
    assert zone.survey(root + "/nowhere", "ladbs_permits").manifests == []
    con = pool()
    report = read_deliveries(con, root + "/nowhere", LADBS, LADBS_CONTRACT, [date(2025, 1, 31)], lambda _: None)
    assert report.manifests_seen == 0
    assert con.execute("select status from period").fetchall() == [("missing",)]


def test_the_calendar_is_every_date_of_any_department(root: str) -> None:
    put(root, "ladbs_permits/2025-02-28/manifest.csv")
    put(root, "ladbs_permits/2025-02-28/manifest.2.csv")
    put(root, "other_city/2025-01-15/manifest.csv")
    put(root, "other_city/2025-09-30/notes.txt")
    put(root, "unknown_department/2024-01-01/manifest.csv")
    assert zone.calendar(root, [LADBS, OTHER], None) == [date(2025, 1, 15), date(2025, 2, 28)]
    assert zone.calendar(root, [LADBS], date(2025, 1, 1)) == [date(2025, 1, 1), date(2025, 2, 28)]


def test_the_calendar_of_nothing_is_the_extra_date_or_today(root: str) -> None:
    assert zone.calendar(root, [LADBS], date(2025, 1, 1)) == [date(2025, 1, 1)]
    before = datetime.now(ZoneInfo("America/Los_Angeles")).date()
    assert before <= zone.calendar(root, [LADBS], None)[0] <= datetime.now(ZoneInfo("America/Los_Angeles")).date()


def test_today_is_the_citys_wherever_it_lies(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    today = []
    for furthest in ("Etc/GMT+12", "Pacific/Kiritimati"):  # 26 hours apart: never the same day
        monkeypatch.setenv("DEDUP_TIME_ZONE", furthest)
        settings.cache_clear()
        today += zone.calendar(root, [LADBS], None)
    monkeypatch.undo()
    settings.cache_clear()
    assert today[0] < today[1]


def test_a_manifest_is_read_from_either(root: str) -> None:
    put(root, "ladbs_permits/2025-01-31/manifest.csv", manifest("csv", [ours(1), ours(2, image_id=None)]))
    con = pool()
    report = read_deliveries(con, root, LADBS, LADBS_CONTRACT, zone.calendar(root, [LADBS], None), lambda _: None)
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert con.execute("select uri, status from delivery").fetchall() == [
        ("ladbs_permits/2025-01-31/manifest.csv", "read")
    ]


def test_digest_and_snapshot_are_of_the_same_bytes(root: str, tmp_path: Path) -> None:
    content = b"0123456789" * 300_000
    put(root, "ladbs_permits/2025-01-31/manifest.csv", content)
    path = zone.survey(root, "ladbs_permits").manifests[0].path
    expected = hashlib.sha256(content).hexdigest()
    assert zone.digest(path) == (expected, len(content))
    copy, sha256 = zone.snapshot(path, str(tmp_path))
    with copy:
        assert (copy.read(), sha256) == (content, expected)


def test_a_restricted_departments_names_stay_in_its_enclave(tmp_path: Path) -> None:
    restricted = LADBS.model_copy(update={"restricted": True})
    landing = Landing(tmp_path, restricted)
    landing.put("doe john 1234567", b"")
    header = [column.source for column in LADBS_CONTRACT.columns]
    landing.put("2025-01-31", manifest("csv", [ours(1)], header=[*header, "1234567"]))
    landing.put("2025-02-28", b"1234567,doe\n")
    report = landing.read()
    said = " ".join([*report.notes, *landing.notices])
    assert "folders not named after a date (YYYY-MM-DD): 1" in said
    assert "columns left out, as the contract lacks them: 1" in said
    assert "1234567" not in said
    assert "doe" not in said
