"""Samples that anybody can draw again, and results of auditors on their way back to the rules."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from dedup_assets.deliveries.department import Department
from dedup_assets.evidence.sampling.draw import SampleError, draw
from dedup_assets.evidence.sampling.results import enter_results
from dedup_assets.evidence.sampling.sample import Drawn, draw_sample, precision_sentence, precision_so_far
from dedup_assets.findings.precision import Precision, precision, precision_by_department
from dedup_assets.publishing.audited import audited
from dedup_assets.publishing.tier import Tier
from dedup_assets.review.audit_load import load_audit_results
from dedup_assets.review.audit_store import audits_of
from dedup_assets.review.subject import DecisionError
from dedup_assets.settings import Settings
from dedup_assets.warehouse import CITY, Home, query
from evidence_kit import row

if TYPE_CHECKING:
    from pathlib import Path


MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
NOW, TODAY = datetime(2026, 7, 20, 12, tzinfo=UTC), date(2026, 7, 20)
OPEN, OTHER, RESTRICTED = "ladbs_permits", "planning_zimas", "lapd_booking"
FLAGGED, RECORDS = 12, 30
RULES = Settings().expectations


def department(name: str) -> Department:
    return Department(
        name=name, title=f"Title {name}", system="a system", owner="team:records", restricted=name == RESTRICTED
    )


DEPARTMENTS = [department(each) for each in (OPEN, OTHER, RESTRICTED)]


def fill(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """A delivery of 30 records of a department; the first 12 have an open finding, the 13th one that is closed."""
    con.execute("begin")
    row(con, "period", department=name, as_of=JUNE, delivery_id=f"d-{name}", status="read")
    row(
        con, "delivery", delivery_id=f"d-{name}", department=name, as_of=JUNE, version=1, in_force=True, status="read",
        uri=f"{name}/2026-06-30/manifest.csv", sha256="5" * 64, rows_in=RECORDS, rows_accepted=RECORDS,
    )  # fmt: skip
    for number in range(1, RECORDS + 1):
        subject = f"{name}-{number:02d}"
        row(
            con, "image_record", delivery_id=f"d-{name}", department=name, as_of=JUNE, row_no=number, image_id=subject,
            storage_uri=f"images/{number}.jpg", address="<b>1 & 2 MAIN ST</b>",
        )  # fmt: skip
        row(
            con, "image_file", delivery_id=f"d-{name}", department=name, storage_uri=f"images/{number}.jpg",
            status="ok", sha256=f"{number:064x}", byte_size=4321,
        )  # fmt: skip
        if number <= FLAGGED + 1:
            about: dict[str, Any] = {"department": name, "rule_id": "DUP-001", "finding_id": f"F-{name}-{number:02d}"}
            row(
                con, "finding", **about, as_of=JUNE, subject=subject, delivery_id=f"d-{name}", row_no=number,
                condition=f"{subject} is stored twice.", evidence='{"copies":2,"others":["x"]}',
            )  # fmt: skip
            status = "open" if number <= FLAGGED else "closed"
            row(con, "finding_status", **about, as_of=JUNE, status=status, last_seen_on=JUNE)
    con.execute("commit")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("sampling") / "home")
    with home.warehouse(CITY).connect() as con:
        fill(con, OPEN)
        fill(con, OTHER)
    with home.warehouse(RESTRICTED).connect() as con:
        fill(con, RESTRICTED)
    return home


@pytest.fixture
def home(filled: Home) -> Home:
    """The home with stores of its own test."""
    for path in filled.root.rglob("audits.sqlite*"):
        path.unlink()
    return filled


def drawn(home: Home, out: Path, *, name: str | None = None, seed: int = 7, per_stratum: int = 4) -> Drawn:
    return draw_sample(home, DEPARTMENTS, RULES, department=name, seed=seed, per_stratum=per_stratum, out=out, at=NOW)


def filled_in(out: Path, target: Path, answers: dict[int, dict[str, str]]) -> Path:
    """The results.csv of a sample with some rows (from 1) filled in."""
    rows = list(csv.DictReader((out / "results.csv").open(newline="")))
    for number, said in answers.items():
        rows[number - 1] |= {"auditor": "B. Ames", "date": "2026-07-15"} | said
    with target.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_whoever_knows_the_seed_and_the_ids_draws_the_same_cases(filled: Home) -> None:
    with filled.warehouse(CITY).read() as con:
        sample = draw(con, [OPEN], 7, 4)
        other = draw(con, [OPEN], 8, 4)
    ids = [f"F-{OPEN}-{number:02d}" for number in range(1, FLAGGED + 1)]
    expected = sorted(ids, key=lambda each: hashlib.sha256(f"7|{each}".encode()).hexdigest())[:4]
    assert [each.case_id for each in sample.cases if each.kind == "finding"] == expected
    assert {each.population for each in sample.cases if each.kind == "finding"} == {FLAGGED}
    assert sample.sample_id != other.sample_id
    assert {each.case_id for each in sample.cases} != {each.case_id for each in other.cases}


def test_records_are_drawn_from_those_without_an_open_finding(filled: Home) -> None:
    with filled.warehouse(CITY).read() as con:
        cases = [each for each in draw(con, [OPEN, OTHER], 1, 100).cases if each.kind == "record"]
    for name in (OPEN, OTHER):
        subjects = sorted(each.subject for each in cases if each.department == name)
        assert subjects == [f"{name}-{number:02d}" for number in range(FLAGGED + 1, RECORDS + 1)]
    one = next(each for each in cases if each.row_no == 20 and each.department == OPEN)
    assert one.case_id == "N-" + hashlib.sha256(f"{OPEN}|d-{OPEN}|20".encode()).hexdigest()[:16]


def test_a_sheet_leads_to_the_source_and_runs_nothing(home: Home, tmp_path: Path) -> None:
    made = drawn(home, tmp_path / "out")
    assert (made.findings, made.records, made.is_new) == (8, 8, True)
    page = (tmp_path / "out" / f"sheets-{OPEN}.html").read_text()
    assert page.count("<h2") == 8
    for said in (f"{OPEN}/2026-06-30/manifest.csv", "5" * 64, f"{OPEN}/images/", "is stored twice.", "not confirmed"):
        assert said in page
    assert "<b>1" not in page
    assert "&lt;b&gt;1 &amp; 2 MAIN ST" in page
    assert RESTRICTED not in "".join(each.read_text() for each in made.files)
    again = drawn(home, tmp_path / "again")
    assert [each.read_bytes() for each in again.files] == [each.read_bytes() for each in made.files]
    assert not again.is_new
    with pytest.raises(SampleError, match="not an empty folder"):
        drawn(home, tmp_path / "out")


def test_a_restricted_department_is_drawn_inside_its_enclave_alone(home: Home, tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="may not leave its enclave"):
        drawn(home, tmp_path / "out", name=RESTRICTED)
    assert not (tmp_path / "out").exists()
    inside = home.pool(RESTRICTED) / "audit"
    assert drawn(home, inside, name=RESTRICTED).findings == 4
    assert list(audits_of(home, CITY).samples()) == []
    assert len(audits_of(home, RESTRICTED).samples()) == 1


def test_results_give_the_precision_of_a_rule(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    drawn(home, out)
    store = audits_of(home, CITY)
    # In the order of the file: findings of one department, its records, then the other department.
    answers = {each: {"outcome": "Confirmed"} for each in (1, 2, 3)}
    answers |= {4: {"outcome": "not confirmed", "note": "two houses"}, 5: {"outcome": "confirmed"}}
    answers |= {9: {"outcome": "cannot tell"}}
    path = filled_in(out, tmp_path / "filled.csv", answers)
    assert enter_results(path, store, today=TODAY, at=NOW) == (6, 0)
    assert enter_results(path, store, today=TODAY, at=NOW) == (0, 6)
    rule, records = precision_so_far(store)
    assert rule == Precision("DUP-001", None, 3, 1, 1)
    assert rule.interval == pytest.approx((0.3006, 0.9544), abs=1e-4)  # Wilson, 3 of 4, from a table
    assert precision_sentence(rule) == (
        "DUP-001: auditors confirmed 3 of 4 findings they drew; precision 30.1 to 95.4 %; of 1 more they could not tell"
    )
    assert records == Precision(None, None, 1, 0, 0)
    with home.warehouse(CITY).connect() as con:
        assert load_audit_results(con, store) == 6
        assert precision(con) == [rule, records]
        assert [each.department for each in precision_by_department(con)] == [OPEN, OTHER, OPEN]
        assert con.execute("select note, audited_on from audit_result where note <> ''").fetchall() == [
            ("two houses", date(2026, 7, 15))
        ]


@pytest.mark.parametrize(
    ("tier", "confirmed", "not_confirmed", "cannot_tell", "said"),
    [
        (Tier.committee, 18, 2, 0, ["Auditors confirmed 18 of 20 findings they drew: precision 69.8% to 97.2%."]),
        (
            Tier.committee, 1, 0, 1,
            [
                "Auditors confirmed 1 of 1 findings they drew: precision 20.6% to 100%.",
                "Of 1 more finding they could not tell.",
            ],
        ),
        (
            Tier.public, 18, 2, 3,
            ["Auditors traced 20 findings they drew to their source: precision 69.8% to 97.2%."],
        ),
        (Tier.public, 10, 0, 5, []),
        (Tier.public, 20, 5, 0, []),  # more than the page says there are: the sample would say how many there were
        (Tier.committee, 0, 0, 5, []),
    ],
)  # fmt: skip
def test_a_page_tells_what_its_tier_may_hear(
    tier: Tier, confirmed: int, not_confirmed: int, cannot_tell: int, said: list[str]
) -> None:
    outcomes = ["confirmed"] * confirmed + ["not confirmed"] * not_confirmed + ["cannot tell"] * cannot_tell
    with duckdb.connect() as con:
        con.execute(query("warehouse.schema", "audit_result"))
        for number, outcome in enumerate(outcomes):
            row(
                con, "audit_result", entry_no=number, case_id=f"F-{number}", kind="finding", department=OPEN,
                rule_id="DUP-001", outcome=outcome, audited_on=JUNE,
            )  # fmt: skip
        assert audited(con, tier, {("DUP-001", OPEN): 24}).get("DUP-001", []) == said
        assert tier is not Tier.public or audited(con, tier, {("DUP-001", OTHER): 24}) == {}


def test_of_two_results_about_one_finding_the_later_counts(home: Home, tmp_path: Path) -> None:
    store = audits_of(home, CITY)
    drawn(home, tmp_path / "one", per_stratum=1)
    drawn(home, tmp_path / "two", per_stratum=2)
    first = filled_in(tmp_path / "one", tmp_path / "1.csv", {1: {"outcome": "confirmed"}})
    second = filled_in(tmp_path / "two", tmp_path / "2.csv", {1: {"outcome": "not confirmed"}})
    enter_results(first, store, today=TODAY, at=NOW)
    enter_results(second, store, today=TODAY, at=NOW)
    assert precision_so_far(store) == [Precision("DUP-001", None, 0, 1, 0)]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"case_id": "F-nobody"}, r"row 2: 'F-nobody' is no case of S-"),
        ({"sample_id": "S-other"}, r"row 2: the sample 'S-other' was not drawn here"),
        ({"seed": "8"}, r"row 2: seed '8' is not that of S-\w+, which is 7"),
        ({"outcome": "maybe"}, r"row 2: 'maybe' is no outcome"),
        ({"outcome": ""}, r"row 2: it has no outcome"),
        ({"date": "07/15/2026"}, r"row 2: '07/15/2026' is no date; write it as 2026-07-20"),
        ({"date": "2026-07-21"}, r"row 2: 2026-07-21 has not come yet"),
        ({"auditor": ""}, r"row 2: the auditor is empty"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_nothing_is_entered(
    home: Home, tmp_path: Path, said: dict[str, str], refused: str
) -> None:
    out, store = tmp_path / "out", audits_of(home, CITY)
    drawn(home, out)
    path = filled_in(out, tmp_path / "f.csv", {1: {"outcome": "confirmed"}, 2: {"outcome": "confirmed"} | said})
    with pytest.raises(SampleError, match=refused):
        enter_results(path, store, today=TODAY, at=NOW)
    assert store.results() == []


def test_a_case_twice_or_changed_afterwards_is_refused(home: Home, tmp_path: Path) -> None:
    out, store = tmp_path / "out", audits_of(home, CITY)
    drawn(home, out)
    path = filled_in(out, tmp_path / "f.csv", {1: {"outcome": "confirmed"}})
    lines = path.read_text().splitlines()
    (tmp_path / "twice.csv").write_text("\n".join([*lines, lines[1]]))
    with pytest.raises(SampleError, match=r"row 17: F-\S+ stands in row 1 already"):
        enter_results(tmp_path / "twice.csv", store, today=TODAY, at=NOW)
    enter_results(path, store, today=TODAY, at=NOW)
    changed = filled_in(out, tmp_path / "changed.csv", {1: {"outcome": "not confirmed"}})
    with pytest.raises(SampleError, match=r"row 1: F-\S+ was entered before, as confirmed by B\. Ames"):
        enter_results(changed, store, today=TODAY, at=NOW)


def test_a_file_that_is_no_file_of_results_is_refused(home: Home, tmp_path: Path) -> None:
    store = audits_of(home, CITY)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SampleError, match="has no column sample_id"):
        enter_results(tmp_path / "other.csv", store, today=TODAY, at=NOW)
    (tmp_path / "other.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SampleError, match="save it as CSV in UTF-8"):
        enter_results(tmp_path / "other.csv", store, today=TODAY, at=NOW)


def test_semicolons_of_a_spreadsheet_are_read(home: Home, tmp_path: Path) -> None:
    out, store = tmp_path / "out", audits_of(home, CITY)
    drawn(home, out)
    path = filled_in(out, tmp_path / "f.csv", {1: {"outcome": "confirmed"}})
    path.write_text("\ufeff" + path.read_text().replace(",", ";"))
    assert enter_results(path, store, today=TODAY, at=NOW) == (1, 0)


def test_a_result_that_was_changed_in_the_store_is_named(home: Home, tmp_path: Path) -> None:
    out, store = tmp_path / "out", audits_of(home, CITY)
    drawn(home, out)
    answers = {1: {"outcome": "not confirmed"}, 2: {"outcome": "confirmed"}}
    enter_results(filled_in(out, tmp_path / "f.csv", answers), store, today=TODAY, at=NOW)
    with sqlite3.connect(store.path) as con:
        with pytest.raises(sqlite3.DatabaseError, match="never changed"):
            con.execute("update audit set content = '{}'")
        con.execute("drop trigger audit_is_not_changed")
        (content,) = con.execute("select content from audit where entry_no = 2").fetchone()
        improved = json.dumps(json.loads(content) | {"outcome": "confirmed"})
        con.execute("update audit set content = ? where entry_no = 2", [improved])
    con.close()
    with pytest.raises(DecisionError, match="entry 2 was changed"):
        precision_so_far(store)


def test_nothing_to_draw_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.warehouse(CITY).connect() as con, pytest.raises(SampleError, match="run `dedup run` first"):
        draw(con, [OPEN], 1, 1)
