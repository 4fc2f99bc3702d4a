"""The whole way from a landing zone to scorecards, as a stranger runs it: by the command line, on a sample city."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from canaries import singing
from city import DEDUP, dedup, environment, rows, run_city, tables, truth, warehouses
from dedup_assets.deliveries.department import load_departments
from dedup_assets.engines import SilentProgress
from dedup_assets.evidence.bundle import Asked, Signing, bundle
from dedup_assets.evidence.keys import generate, private_key
from dedup_assets.evidence.reperform import reperform
from dedup_assets.findings.suites import load_rules
from dedup_assets.publishing.cause_words import cause_words
from dedup_assets.publishing.condition_words import condition_words
from dedup_assets.publishing.disposal_words import disposal_words
from dedup_assets.publishing.language import language, using
from dedup_assets.settings import Settings, settings
from dedup_assets.warehouse import Home
from pictures import photograph

CANARY = b"CANARY"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample city."""
    folder = tmp_path_factory.mktemp("city") / "city"
    dedup("sample", folder, "--images", 110, "--deliveries", 5)
    return folder


@pytest.fixture(scope="module")
def home(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of one uninterrupted run over it."""
    folder = tmp_path_factory.mktemp("home") / "home"
    run_city(city, folder, DEDUP_LANGUAGES="en es")
    return folder


def finding_dates(home: Path) -> dict[tuple[str, str, str], set[str]]:
    """The dates that show each finding, by department, rule and subject."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for path in warehouses(home).values():
        for department, rule, subject, as_of in rows(
            path, "select department, rule_id, subject, as_of::text from finding"
        ):
            found[department, rule, subject].add(as_of)
    return found


def subject(plant: dict[str, str]) -> tuple[str, str, str]:
    """Department, rule and subject of a planted finding; a finding about a delivery has its date for a subject."""
    return plant["department"], plant["rule_id"], plant["image_id"] or plant["as_of_first"]


def test_every_planted_defect_is_found_when_it_comes_and_gone_when_it_is_mended(city: Path, home: Path) -> None:
    found = finding_dates(home)
    spells: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for plant in truth(city):
        if plant["expected"] == "finding":
            spells[subject(plant)].append((plant["as_of_first"], plant["as_of_last"] or "9999"))
    assert len(spells) > 80
    assert [each for each, when in spells.items() if any(first not in found[each] for first, _ in when)] == []
    assert [
        (each, date)
        for each, when in spells.items()
        for date in found[each]
        if not any(first <= date <= last for first, last in when)
    ] == []


def test_what_is_planted_as_right_raises_no_finding(city: Path, home: Path) -> None:
    found = finding_dates(home)
    right = [each for each in truth(city) if each["expected"] == "silent"]
    assert len({each["kind"] for each in right}) > 5
    assert [each for each in right if found.get(subject(each))] == []


def test_nothing_is_found_that_was_not_planted(city: Path, home: Path) -> None:
    planted = {subject(each) for each in truth(city)}
    assert sorted(set(finding_dates(home)) - planted) == []


def test_rows_and_images_balance_in_every_pool(home: Path) -> None:
    for path in warehouses(home).values():
        assert rows(path, "select count(*) from delivery where rows_in <> rows_accepted + rows_rejected") == [(0,)]
        listed = rows(
            path,
            """select d.delivery_id, count(distinct r.storage_uri),
                      (select count(*) from image_file f where f.delivery_id = d.delivery_id)
               from delivery d join image_record r using (delivery_id) where d.in_force and d.status = 'read'
               group by d.delivery_id""",
        )
        assert all(images == files for _, images, files in listed)
        assert rows(
            path, "select count(*) from ledger_balance where opening + new + reopened - closed - withdrawn <> closing"
        ) == [(0,)]


def test_a_second_run_reads_no_image_and_changes_no_table(city: Path, home: Path, tmp_path: Path) -> None:
    # Every image is overwritten with zeros under its old size and time: whoever reads a byte of one gets other tables.
    blanked, again = tmp_path / "city", tmp_path / "home"
    shutil.copytree(city, blanked)
    shutil.copytree(home, again, symlinks=True)
    images = [path for path in (blanked / "landing").glob("*/images/**/*") if path.is_file()]
    for path in images:
        stat = path.stat()
        path.write_bytes(bytes(stat.st_size))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert len(images) > 100
    run_city(blanked, again)
    assert tables(again) == tables(home)


def test_a_killed_run_two_at_once_and_a_late_delivery_give_the_tables_of_one_run_in_order(
    city: Path, home: Path, tmp_path: Path
) -> None:
    """All that can come between, one after the other: each costs a run of the city, so they share theirs."""
    late, other = tmp_path / "city", tmp_path / "home"
    shutil.copytree(city, late)
    held_back = sorted((late / "landing" / "ladbs_permits").glob("2*"))[2]
    shutil.move(held_back, tmp_path / "held_back")

    killed = start_run(late, other, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(other.glob("units/**/*")) and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert killed.poll() is None, "the run ended before it could be killed"
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()

    both = [start_run(late, other) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert any("waiting for another run" in text for text in said)
    assert not any("IOException" in text or "Traceback" in text for text in said)

    shutil.move(tmp_path / "held_back", held_back)
    run_city(late, other)
    leave = {name for name in tables(home) if name.endswith(("searched_content",))}
    assert {k: v for k, v in tables(other).items() if k not in leave} == {
        k: v for k, v in tables(home).items() if k not in leave
    }


def test_what_was_seen_and_why_can_be_said_in_another_language(home: Path) -> None:
    rules = {each.id: each.column for each in load_rules(settings().expectations)}
    with using(language("es")):
        for pool, path in warehouses(home).items():
            seen = rows(path, "select rule_id, subject, condition, evidence from finding")
            said = [condition_words(rules[rule], *its, picture=pool != "lapd_bwv") for rule, *its in seen]
            why = rows(path, "select distinct cause, detail from finding_cause")
            said += [cause_words(cause, json.loads(detail)) for cause, detail in why]
            law = rows(path, "select distinct disposal_basis from finding_impact where disposal_basis <> ''")
            said += [disposal_words(basis) for (basis,) in law]
            assert len(said) > len(why)
            assert [each for each in said if "<span" in each] == []  # words that were left as they are stored


def start_run(city: Path, home: Path, **options: Any) -> subprocess.Popen[str]:
    """``dedup run`` over a sample city, not waited for."""
    arguments = ["run", "--landing", city / "landing", "--registry", city / "registry", "--home", home]
    return subprocess.Popen(
        [*DEDUP, *map(str, arguments)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        **options,
    )


def test_no_canary_of_a_restricted_department_leaves_its_enclave(city: Path, home: Path) -> None:
    planted = [path for path in (city / "landing").rglob("*") if path.is_file() and CANARY in path.read_bytes()]
    assert planted, "the sample city plants no canary, so this test would prove nothing"
    assert any(CANARY in path.read_bytes() for path in (home / "enclaves").rglob("*.duckdb"))
    leaked = [
        path
        for path in home.rglob("*")
        if path.is_file() and "enclaves" not in path.parts and CANARY in path.read_bytes()
    ]
    assert leaked == []


def test_no_canary_sings_in_a_publication_of_a_lower_tier(city: Path, home: Path, tmp_path: Path) -> None:
    made = dedup(
        "publish", "--home", home, "--tier", "auditor", "--out", tmp_path / "site", DEDUP_LANDING=str(city / "landing")
    )
    assert made.stdout.strip() == str(tmp_path / "site" / "index.html")
    assert list((tmp_path / "site" / "pictures").glob("*.jpg"))
    published = (home / "site", home / "tiers" / "committee", tmp_path / "site", home / "snapshots")
    for folder in published:
        assert singing(folder.resolve(), CANARY) == []
    own = dedup("publish", "--home", home, "--tier", "department", "--department", "lapd_booking", cwd=tmp_path)
    place = Path(own.stdout.strip()).parent
    assert place.parent == home / "enclaves" / "lapd_booking"
    assert singing(place.resolve(), CANARY)  # the department itself reads its own: the search does find what is there
    shutil.rmtree(place.parent / "site-versions")
    place.unlink()


def test_no_image_id_or_hash_of_a_restricted_department_leaves_its_enclave(home: Path) -> None:
    secrets: set[str] = set()
    for pool, path in warehouses(home).items():
        if pool != "city":
            secrets |= {value for (value,) in rows(path, "select distinct image_id from image_record")}
            secrets |= {value for (value,) in rows(path, "select distinct sha256 from content")}
    text = re.compile(b"|".join(re.escape(value.encode()) for value in sorted(secrets)))
    outside = [path for path in home.rglob("*") if path.is_file() and "enclaves" not in path.parts]
    assert len(secrets) > 20
    assert [path for path in outside if text.search(path.read_bytes())] == []


def test_an_enclave_can_be_entered_by_its_owner_alone(home: Path) -> None:
    folders = [home / "enclaves", *(home / "enclaves").iterdir()]
    assert len(folders) == 3
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_status_tells_departments_ledger_site_and_warehouse(home: Path) -> None:
    now = json.loads(dedup("status", "--home", home, "--json").stdout)
    assert len(now["departments"]) == 6
    assert {"name", "score", "grade", "coverage", "open_findings", "last_delivery"} <= set(now["departments"][0])
    for row in now["ledger"]:
        balance = row["opening"] + row["new"] + row["reopened"] - row["closed"] - row["withdrawn"]
        assert balance == row["closing"]
    assert Path(now["published"]).exists()
    assert Path(now["warehouse"]).exists()


def test_a_picture_brought_to_the_counter_is_found_on_the_parcel_that_it_is_filed_on(
    city: Path, home: Path, tmp_path: Path
) -> None:
    department, image_id, apn, uri = rows(
        home / "warehouse.duckdb",
        """select department, image_id, apn, storage_uri
           from image_fact join image_record using (delivery_id, row_no, department, as_of, image_id)
           where as_of = (select max(as_of) from image_fact) and file_status = 'ok' and unrelated_parcels = 0
               and near_candidates = 0 and copies_in_department = 1 and not legitimate_reuse and parcel_status = 'known'
           order by 1, 2 limit 1""",
    )[0]
    original, altered = city / "landing" / department / uri, tmp_path / "altered.jpg"
    with Image.open(original) as picture:
        smaller = ImageOps.mirror(picture.convert("RGB")).resize((picture.width * 2 // 3, picture.height * 2 // 3))
        smaller.save(altered, quality=60)
    unknown = tmp_path / "unknown.png"
    photograph(seed=987).save(unknown)
    where = {"DEDUP_HOME": str(home), "DEDUP_LANDING": str(city / "landing")}

    def ask(file: Path, parcel: str, *more: str) -> tuple[int, dict[str, Any], str]:
        done = dedup("check-image", file, "--apn", parcel, "--json", *more, check=False, **where)
        return done.returncode, json.loads(done.stdout), done.stdout + done.stderr

    code, said, _ = ask(original, apn)
    assert (code, said["answer"]) == (0, "same_parcel")
    other = next(
        each for (each,) in rows(home / "warehouse.duckdb", "select apn from parcel order by 1") if each != apn
    )
    code, said, printed = ask(altered, other)
    assert (code, said["answer"], said["records"]) == (1, "other_parcel", None)
    assert image_id not in printed
    assert apn not in printed
    code, said, _ = ask(altered, other, "--tier", "department")
    assert [(each["image_id"], each["apn"], each["verdict"]) for each in said["records"]] == [
        (image_id, apn, "same_image")
    ]
    code, said, _ = ask(unknown, apn)
    assert (code, said["answer"]) == (0, "not_filed")


def test_departments_that_never_delivered_are_missing_and_not_rated(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "landing").mkdir()
    dedup("run", "--landing", tmp_path / "landing", "--home", home)
    statuses = dict(rows(home / "warehouse.duckdb", "select department, status from period"))
    assert set(statuses.values()) == {"missing"}
    assert {key[0] for key in finding_dates(home) if key[1] == "DEL-001"} == set(statuses)
    now = json.loads(dedup("status", "--home", home, "--json").stdout)
    assert [each["grade"] for each in now["departments"]] == ["NR"] * 6
    assert [each["score"] for each in now["departments"]] == [None] * 6


@pytest.mark.parametrize("arguments", [["run", "--landin", "x"], ["match"], ["nonsense"], ["identify", "--kind", "x"]])
def test_a_mistyped_command_is_a_usage_error(arguments: list[str]) -> None:
    done = dedup(*arguments, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_results_are_made_again_without_dagster(city: Path, home: Path, tmp_path: Path) -> None:
    # The first period alone: a tenth of the images. What the run did step by step, reperform does room by room.
    own = Settings(home=home)
    departments, first = load_departments(own.departments), min(each.name for each in (city / "landing").glob("*/2*"))
    generate(tmp_path / "key")
    signing, out = Signing(private_key(tmp_path / "key")), tmp_path / "bundles"
    path = bundle(Home(home), departments, own, Asked(first), signing, out=out, runs={}).path
    found = reperform(
        path, city / "landing", city / "registry", own, tmp_path / "work", show=3, progress=SilentProgress(),
        notice=lambda _: None,
    )  # fmt: skip
    assert [(each.table, each.shown) for each in found.tables if not each.equal] == []
    assert {each.table: each.rows for each in found.tables}["finding"] > 10
