"""Reports that a picture is filed on the wrong parcel: the store, and what follows from a report in the next run."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.findings.attribution.explain import explain, told
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.reported import report_outcomes
from dedup_assets.findings.suites import load_rules
from dedup_assets.review.mismatch import FILE, MismatchStore, Reporter, load_mismatch_reports
from dedup_assets.review.subject import DecisionError
from dedup_assets.settings import PROJECT
from findings_kit import judge
from findings_pool import Pool, contract, department, digest

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = "5056022001", "5056022002", "5056022003"
DAYS = {"2026-04-30", "2026-05-31", "2026-06-30"}
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def report(store: MismatchStore, *contents: str, **more: Any) -> Any:
    given = {"filed_apn": A, "to_apn": B, "reason": "my house", "reporter": Reporter.resident, "at": NOON} | more
    return store.report([digest(each) for each in contents or ("house",)], **given)


@pytest.fixture
def store(tmp_path: Path) -> MismatchStore:
    return MismatchStore(tmp_path)


def test_reports_are_added_and_linked_and_only_the_owner_reads_them(store: MismatchStore, tmp_path: Path) -> None:
    assert store.reports() == []
    assert not (tmp_path / FILE).exists()
    made = [report(store), report(store, "barn", "house", to_apn=None)]
    assert store.reports() == made
    assert made[1].previous == made[0].sha256
    assert made[1].contents.split(",") == sorted([digest("barn"), digest("house")])
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"to_apn": A}, "leave one of them out"),
        ({"reason": " "}, "empty"),
        ({"at": NOON.replace(tzinfo=None)}, "time zone"),
    ],
)
def test_what_is_no_report_is_refused(store: MismatchStore, more: dict[str, Any], says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        report(store, **more)
    assert store.reports() == []


@pytest.mark.parametrize(
    "spoil",
    [
        "update mismatch set filed_apn = '5056022009' where report_no = 2",
        "delete from mismatch where report_no = 1",
        "update mismatch set at = '2026-06-16T12:00:00.000000Z' where report_no = 1",
    ],
)
def test_a_changed_report_is_named_and_nothing_follows_from_it(
    store: MismatchStore, tmp_path: Path, spoil: str
) -> None:
    for _ in range(3):
        report(store)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as con:
        con.execute("drop trigger mismatch_is_not_changed")
        con.execute("drop trigger mismatch_is_not_deleted")
        con.execute(spoil)
    pool = Pool()
    with pytest.raises(DecisionError, match=r"report [12] was changed"):
        load_mismatch_reports(pool.con, store)


def test_a_report_is_evidence_a_finding_and_told(store: MismatchStore) -> None:
    pool = Pool()
    pool.parcels(A, B, C)
    pool.delivery([
        {"image_id": "reported", "apn_raw": A, "content": "house", "permit_number_raw": None, "file_name": "x.jpg"},
        {"image_id": "elsewhere", "apn_raw": C, "content": "barn", "permit_number_raw": None, "file_name": "y.jpg"},
    ])  # fmt: skip
    ours, laws = [department()], {"ladbs": contract()}
    build_facts(pool.con, ours, laws)
    silent = explain(pool.con, "reported", "ladbs")["attribution"]["status"]
    assert silent == "unverifiable"

    report(store)
    report(store, "house", "barn", reporter=Reporter.applicant)  # the barn is filed elsewhere than the report says
    assert load_mismatch_reports(pool.con, store) == 2
    assert build_facts(pool.con, ours, laws).computed == 1, "a report must make the facts anew"
    assert (pool.fact("reported")["mismatch_reports"], pool.fact("elsewhere")["mismatch_reports"]) == (2, 0)

    said = explain(pool.con, "reported", "ladbs")
    assert (said["attribution"]["status"], said["attribution"]["parcel"]) == ("contested", B)
    assert (
        "2 reports (by an applicant and by a resident) say that it is not of this parcel, but of parcel 5056-022-002"
        in told(said)
    )
    judge(pool)
    ((subject, condition),) = pool.rows("select subject, condition from finding where rule_id = 'PAR-008'")
    assert subject == "reported"
    assert condition == (
        "Photograph reported is filed on parcel 5056-022-001; since 2026-06-15 it is reported not to be of it, but of "
        "parcel 5056-022-002."
    )


@pytest.mark.parametrize(
    ("reported_on", "told"),
    [
        ("2026-06-15", {"2026-05-31", "2026-06-30"}),
        ("2026-06-30", {"2026-06-30"}),
        ("2026-01-01", DAYS),
        ("2027-01-01", {"2026-06-30"}),
    ],
)
def test_a_report_speaks_from_the_delivery_on_that_was_in_force_when_it_came(
    store: MismatchStore, reported_on: str, told: set[str]
) -> None:
    pool = Pool()
    pool.parcels(A)
    for day in sorted(DAYS):
        pool.delivery([{"image_id": "reported", "apn_raw": A, "content": "house"}], as_of=day)
    report(store, at=datetime.fromisoformat(f"{reported_on}T12:00:00+00:00"))
    load_mismatch_reports(pool.con, store)
    build_facts(pool.con, [department()], {"ladbs": contract()})
    assert {day for day in DAYS if pool.fact("reported", day)["mismatch_reports"]} == told


def test_a_report_does_not_outweigh_independent_evidence(store: MismatchStore) -> None:
    pool = Pool()
    pool.parcels(A, B)
    pool.delivery(
        [{"image_id": "named", "apn_raw": A, "content": "house", "permit_number_raw": None, "file_name": f"{A}.jpg"}]
    )
    report(store)
    load_mismatch_reports(pool.con, store)
    build_facts(pool.con, [department()], {"ladbs": contract()})
    said = explain(pool.con, "named", "ladbs")
    assert said["attribution"]["status"] == "attributed"
    assert "1 report (by a resident) says that it is not of this parcel" in told(said)


@pytest.mark.parametrize(
    ("findings", "first", "state"),
    [
        ({}, "report_alone", "waiting"),
        ({"PAR-008": ("open", "2026-06-30")}, "report_alone", "open"),
        ({"PAR-008": ("closed", "2026-06-30")}, "report_alone", "corrected"),
        ({"PAR-008": ("withdrawn", "2026-06-30")}, "report_alone", "withdrawn"),
        ({"PAR-008": ("open", "2026-06-30"), "PAR-003": ("open", "2026-05-31")}, "product", "open"),
        ({"PAR-008": ("open", "2026-06-30"), "PAR-003": ("open", "2026-06-15")}, "product", "open"),
        ({"PAR-008": ("open", "2026-06-30"), "PAR-003": ("open", "2026-07-31")}, "report", "open"),
        # What is wrong with the record, but not with its parcel, is no answer to the report.
        ({"PAR-008": ("open", "2026-06-30"), "CMP-001": ("open", "2026-05-31")}, "report_alone", "open"),
    ],
)
def test_who_found_it_first(store: MismatchStore, findings: dict[str, tuple[str, str]], first: str, state: str) -> None:
    pool = Pool()
    pool.parcels(A)
    pool.delivery([{"image_id": "reported", "apn_raw": A, "content": "house"}], as_of="2026-06-30")
    report(store)
    load_mismatch_reports(pool.con, store)
    build_facts(pool.con, [department()], {"ladbs": contract()})
    for rule, (status, day) in findings.items():
        about = {"finding_id": f"F-{rule}", "department": "ladbs", "rule_id": rule, "severity": "info"}
        pool.insert("finding", **about, as_of=day, subject="reported", condition="c", evidence="{}")
        pool.insert(
            "finding_status", **about, as_of="2026-07-31", status=status, status_200_511="not corrected",
            first_found_on=day, fiscal_year=2026, opened_on=day, last_seen_on=day, due_on="2026-12-31", is_late=False,
            repeats=0,
        )  # fmt: skip
    (outcome,) = report_outcomes(pool.con, load_rules(PROJECT / "expectations"))
    assert (outcome.first_found_by, outcome.state) == (first, state)
    assert outcome.records == [{"department": "ladbs", "image_id": "reported"}]
