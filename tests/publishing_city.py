"""A city as the rooms before publishing leave it: six departments, two of them restricted, six months, hostile texts.

Every number is chosen: findings add up to the ledger, restricted departments have counts on both sides of 11, one
department did not deliver at the newest date. Scores are computed by ``scoring`` from the measures, as in a real run.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from PIL import Image, ImageDraw

from dedup_assets.deliveries.contract import Contract, load_contract
from dedup_assets.deliveries.department import Department, load_departments
from dedup_assets.findings.suites import Rule, load_rules
from dedup_assets.publishing.publication import Source
from dedup_assets.publishing.publish import PublishReport, publish
from dedup_assets.publishing.tier import Tier
from dedup_assets.scoring.policy import Policy, load_policy
from dedup_assets.scoring.score import score
from dedup_assets.settings import PROJECT, Settings

if TYPE_CHECKING:
    from pathlib import Path

DATES = (
    date(2026, 1, 31),
    date(2026, 2, 28),
    date(2026, 3, 31),
    date(2026, 4, 30),
    date(2026, 5, 31),
    date(2026, 6, 30),
)
NEWEST = DATES[-1]
RESTRICTED = ("lapd_booking", "lapd_bwv")
MISSING = "housing_pipeline"

SCRIPT = "<script>alert('x')</script>"
FORMULA = "=cmd|' /C calc'!A0"
TURNED = "gpj.exe\u202etxt.\u2066a"
PATH = "../../../../etc/passwd"
TAG = '"><img src=x onerror=alert(1)>'
HOSTILE = (SCRIPT, FORMULA, TURNED, PATH, TAG)
CANARY = "CANARY-4711"

# Records of each department, and what fails there at the newest date; earlier dates have more of it.
RECORDS = {
    "ladbs_permits": 1204,
    "planning_zimas": 860,
    "la28_venues": 144,
    "housing_pipeline": 420,
    "lapd_booking": 512,
    "lapd_bwv": 640,
}
FAILING: dict[str, dict[str, int]] = {
    "ladbs_permits": {"DUP-001": 42, "PAR-001": 17, "PAR-003": 9, "FIL-001": 4, "TRC-001": 120, "DUP-003": 2},
    "planning_zimas": {"DUP-001": 11, "IDN-001": 15, "PAR-004": 3, "CMP-001": 30},
    "la28_venues": {"DUP-002": 2},
    "housing_pipeline": {"FIL-002": 12, "CMP-001": 9},
    "lapd_booking": {"DUP-001": 37, "FIL-001": 7, "CMP-001": 40, "TRC-001": 12},
    "lapd_bwv": {"BWV-001": 26, "TRC-001": 3},
}
# Which measure each rule's failing records count against.
DIMENSION_OF = {
    "DUP-001": "uniqueness",
    "DUP-002": "uniqueness",
    "BWV-001": "uniqueness",
    "PAR-001": "parcel_accuracy",
    "PAR-003": "referential_consistency",
    "PAR-004": "referential_consistency",
    "IDN-001": "validity",
    "FIL-001": "completeness",
    "FIL-002": "completeness",
    "CMP-001": "completeness",
    "TRC-001": "traceability",
}


@dataclass
class City:
    """One warehouse and everything that ``publish`` takes beside it."""

    root: Path
    con: duckdb.DuckDBPyConnection
    departments: list[Department]
    rules: list[Rule]
    policy: Policy
    pending: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def out(self) -> Path:
        return self.root / "home" / "site"

    @property
    def snapshots(self) -> Path:
        return self.root / "home" / "snapshots"

    @property
    def source(self) -> Source:
        """What ``publish`` takes."""
        contracts = {each.name: contract_of(each.name) for each in self.departments if each.name in RECORDS}
        return Source(self.con, self.departments, contracts, self.rules, self.policy, str(self.landing))

    def publish(self, tier: Tier = Tier.auditor, out: Path | None = None) -> PublishReport:
        """Publish at one place, whatever the tier: the auditors' shows the most of all departments."""
        return publish(self.source, out=out or self.out, tier=tier, snapshots=self.snapshots)

    def insert(self) -> None:
        """Put the pending rows into their tables, all of one table at once."""
        for table, rows in self.pending.items():
            self.con.register("pending", pa.Table.from_pylist(rows))
            self.con.execute(f"insert into {table} by name select * from pending")
        self.pending.clear()

    def rescore(self) -> None:
        score(self.con, self.policy, self.departments)

    def set(self, table: str, values: dict[str, Any], **where: Any) -> None:
        """Change rows of a table; the city stays as it was otherwise."""
        assignments = ", ".join(f"{name} = ?" for name in values)
        condition = " and ".join(f"{name} = ?" for name in where)
        self.con.execute(f"update {table} set {assignments} where {condition}", [*values.values(), *where.values()])


@cache
def contract_of(name: str) -> Contract:
    """The contract of a shipped department."""
    return load_contract(Settings().departments / name / "contract.yaml")


def open_city(root: Path) -> City:
    """An empty city below ``root``; the caller closes ``con``."""
    settings = Settings()
    (root / "home").mkdir(parents=True)
    con = duckdb.connect()
    con.execute("attach ':memory:' as warehouse")  # what the database of every pool is called
    con.execute("use warehouse")
    for file in sorted(resources.files("dedup_assets.warehouse").joinpath("schema").iterdir(), key=str):
        con.execute(file.read_text(encoding="utf-8"))
    return City(
        root=root,
        con=con,
        departments=load_departments(settings.departments),
        rules=load_rules(PROJECT / "expectations"),
        policy=load_policy(settings.policy),
    )


def make_city(root: Path, dates: tuple[date, ...] = DATES, names: tuple[str, ...] = tuple(RECORDS)) -> City:
    """The city, scored, with photographs of the unrestricted departments in its landing zone.

    Fewer dates and departments make a smaller city for tests that need no more.
    """
    city = open_city(root)
    city.departments = [each for each in city.departments if each.name in names]
    for department in city.departments:
        for place, as_of in enumerate(dates):
            _add_delivery(city, department, as_of, place, dates)
    for name in ("ladbs_permits", "planning_zimas", "la28_venues"):
        if name in names:
            _add_records(city, name, dates[-1])
    _add_search(city)
    city.insert()
    city.rescore()
    return city


def _add_search(city: City) -> None:
    """A search that cut some of what it found."""
    same = {"algorithm_version": "v1", "search": "s", "page": 0, "degree": 0}
    for number in range(12):
        _insert(city, "searched_page", sha256=f"{number:064x}", **same)
    for channel, distance, total, kept in (("hash", 4, 9, 9), ("hash", 22, 1200, 40), ("turned", -1, 3, 3)):
        _insert(city, "candidate_count", channel=channel, distance=distance, total=total, kept=kept)
    for number, verdict in enumerate(["same_image", "same_image", "undecided"]):
        sides = {"sha256_a": f"{number:064x}", "sha256_b": f"{number + 1:064x}"}
        _insert(city, "match", **sides, distance=4, verdict=verdict, evidence="{}")


def _missing(name: str, as_of: date) -> bool:
    return name == MISSING and as_of in {DATES[2], DATES[5]}


def _failing(name: str, rule: str, place: int, dates: tuple[date, ...]) -> int:
    """More in the past than now: by an eighth for every month."""
    now = FAILING[name].get(rule, 0)
    return now + now * (len(dates) - 1 - place) // 8


def _add_delivery(city: City, department: Department, as_of: date, place: int, dates: tuple[date, ...]) -> None:
    name = department.name
    missing = _missing(name, as_of)
    rows = 0 if missing else RECORDS[name]
    delivery_id = hashlib.sha256(f"{name}{as_of}".encode()).hexdigest()[:16]
    status, reason = ("missing", f"no manifest {SCRIPT}") if missing else ("read", None)
    _insert(
        city,
        "period",
        department=name,
        as_of=as_of,
        delivery_id=None if missing else delivery_id,
        status=status,
        reason=reason,
    )
    if not missing:
        _insert(
            city, "delivery", delivery_id=delivery_id, department=name, as_of=as_of, version=1,
            uri=f"{name}/{as_of}/manifest.csv", format="csv", sha256=hashlib.sha256(delivery_id.encode()).hexdigest(),
            byte_size=1000, status="read", reason=None, in_force=True, contract_version="1.0.0",
            contract_sha256="0" * 64, rows_in=rows + 2, rows_accepted=rows, rows_rejected=2,
        )  # fmt: skip
    _add_measures(city, name, as_of, place, dates, missing=missing)
    _add_rules_and_ledger(city, name, as_of, place, dates, missing=missing)


def _add_measures(city: City, name: str, as_of: date, place: int, dates: tuple[date, ...], *, missing: bool) -> None:
    records = RECORDS[name]
    for dimension in city.policy.weights:
        if dimension == "parcel_accuracy" and name == "lapd_bwv":
            continue
        whole = records * 4 if dimension in {"completeness", "validity"} else records
        checked = 0 if missing else whole
        if dimension == "timeliness":
            whole = checked = 1
        elif dimension == "parcel_accuracy":
            checked = checked * (8 if name == "ladbs_permits" else 9) // 10
        defects = sum(_failing(name, rule, place, dates) for rule, its in DIMENSION_OF.items() if its == dimension)
        if dimension == "timeliness":
            defects = int(missing)
        _insert(
            city, "measure", department=name, as_of=as_of, dimension=dimension,
            defects=min(defects, checked), measured=checked, population=whole,
        )  # fmt: skip


def _add_rules_and_ledger(
    city: City, name: str, as_of: date, place: int, dates: tuple[date, ...], *, missing: bool
) -> None:
    open_before = dict.fromkeys(("critical", "warning", "info"), 0)
    open_now = dict(open_before)
    for rule in city.rules:
        for_delivery = rule.suite == "delivery"
        failing = _failing(name, rule.id, place, dates)
        evaluated = 1 if for_delivery else RECORDS[name]
        mostly = 1.0 if for_delivery else 0.98
        status = "pass" if failing <= evaluated * (1 - mostly) + 1e-9 else "fail"
        if rule.id == "DEL-001" and missing:
            failing, status = 1, "fail"
        elif missing:
            failing, evaluated, status = 0, 0, "no_data"
        elif rule.id == "BWV-001" and name != "lapd_bwv":
            failing, evaluated, status = 0, 0, "not_applicable"
        _insert(
            city, "rule_result", department=name, as_of=as_of, rule_id=rule.id, status=status,
            severity=rule.severity, dimension=rule.dimension, evaluated=evaluated, failing=failing, mostly=mostly,
            suite=rule.suite, rules_sha256="0" * 64, reason=None,
        )  # fmt: skip
        # What a missing delivery does not show stays open: nothing closes without being looked at.
        still = _failing(name, rule.id, place - 1 if missing else place, dates) + (failing if for_delivery else 0)
        open_now[rule.severity] += still
        if place:
            late = place - 1 if _missing(name, dates[place - 1]) else place
            before = _failing(name, rule.id, late - 1, dates)
            open_before[rule.severity] += before + int(rule.id == "DEL-001" and _missing(name, dates[place - 1]))
    for severity, closing in open_now.items():
        opening = open_before[severity]
        gone, came = max(opening - closing, 0), max(closing - opening, 0)
        back = 1 if gone and name == "ladbs_permits" else 0
        _insert(
            city, "ledger_balance", department=name, as_of=as_of, severity=severity, opening=opening,
            new=came, reopened=back, closed=gone + back, withdrawn=0, closing=closing,
        )  # fmt: skip
        overdue = closing // 4 if severity == "critical" else 0
        _insert(city, "overdue", department=name, as_of=as_of, severity=severity, overdue=overdue)


def _add_records(city: City, name: str, as_of: date) -> None:
    """Findings of the newest date with their records; the first records of each rule have a photograph."""
    delivery_id = hashlib.sha256(f"{name}{as_of}".encode()).hexdigest()[:16]
    row_no = 0
    for rule in city.rules:
        failing = FAILING[name].get(rule.id, 0)
        ids = [f"{name[:2].upper()}-{rule.id}-{each:04d}" for each in range(failing)]
        if name == "planning_zimas" and rule.id == "IDN-001":
            ids[: len(HOSTILE)] = HOSTILE
        for place, image_id in enumerate(ids):
            row_no += 1
            twin = ids[place - 1] if place % 2 else (ids[place + 1] if place + 1 < failing else None)
            lost = rule.id.startswith("FIL")
            photograph = None if lost else _photograph(city, name, f"{rule.id}-{place // 2}", row_no)
            condition = f"The record {image_id} breaks {rule.id}"
            condition += f": the photograph is also filed as {twin}." if twin else "."
            evidence = {"parcels": [{"apn": "5068012034", "image_id": twin}]} if twin and "FIL" not in rule.id else {}
            _insert_record(
                city, delivery_id, name, as_of, row_no, image_id, photograph, rule, condition, evidence,
            )  # fmt: skip


def _insert_record(  # noqa: PLR0917  # one record of five tables
    city: City,
    delivery_id: str,
    name: str,
    as_of: date,
    row_no: int,
    image_id: str,
    photograph: tuple[str, str, int] | None,
    rule: Rule,
    condition: str,
    evidence: dict[str, Any],
) -> None:
    uri, sha256, size = photograph or (f"{as_of}/lost-{row_no}.jpg", None, None)
    _insert(
        city, "image_record", delivery_id=delivery_id, department=name, as_of=as_of, row_no=row_no, image_id=image_id,
        storage_uri=uri, apn_raw=f"5068{row_no:06d}", missing_values=0, mandatory_values=4, typed_values=3,
        invalid_values=0,
    )  # fmt: skip
    _insert(
        city, "image_file", delivery_id=delivery_id, department=name, storage_uri=uri,
        status="ok" if photograph else "missing", reason=None, sha256=sha256, byte_size=size, change_token="1",
        algorithm_version="1",
    )  # fmt: skip
    _insert(
        city, "image_fact", delivery_id=delivery_id, department=name, as_of=as_of, row_no=row_no, image_id=image_id,
        sha256=sha256, apn=f"5068{row_no:06d}", permit_number=None, file_status="ok" if photograph else "missing",
        checksum_status="agrees", copies_in_department=1, copies_elsewhere=0, redundant_in_department=0,
        redundant_elsewhere=0, legitimate_reuse=False, unrelated_parcels=0, near_candidates=0, parcel_status="known",
        permit_status="known", identifiers=1, malformed_identifiers=0, permit_agreement="agrees",
        pin_agreement="agrees", gps_agreement="no_gps",
        missing_values=0, mandatory_values=4, invalid_values=0, typed_values=3,
        untraceable=0, duplicate_metadata=0, mismatch_reports=0, name_agreement="no_name",
    )  # fmt: skip
    key = hashlib.sha256(f"{name}{rule.id}{image_id}".encode()).hexdigest()[:16]
    if image_id in HOSTILE:  # examples are taken in the order of ids: these come first
        key = f"{HOSTILE.index(image_id):016d}"
    _insert(
        city, "finding", finding_id=f"F-{key}", department=name, as_of=as_of, rule_id=rule.id, subject=image_id,
        delivery_id=delivery_id, row_no=row_no, severity=rule.severity, condition=condition,
        evidence=json.dumps(evidence),
    )  # fmt: skip


def _photograph(city: City, name: str, subject: str, row_no: int) -> tuple[str, str, int]:
    """A drawn house, equal for equal subjects: URI, SHA-256 and size. Its EXIF names a place and a person."""
    uri = f"{NEWEST}/images/{row_no}.jpg"
    path = city.landing / name / uri
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = int(hashlib.sha256(f"{name}{subject}".encode()).hexdigest()[:6], 16)
    image = Image.new("RGB", (480, 360), (120 + seed % 90, 160 + seed % 60, 220))
    draw = ImageDraw.Draw(image)
    left = 60 + seed % 120
    draw.rectangle((0, 270, 480, 360), fill=(90, 130 + seed % 50, 80))
    draw.rectangle((left, 150, left + 220, 290), fill=(180 - seed % 80, 140, 100 + seed % 100))
    draw.polygon(((left - 20, 150), (left + 110, 60), (left + 240, 150)), fill=(110, 50 + seed % 40, 40))
    draw.rectangle((left + 90, 210, left + 130, 290), fill=(70, 50, 40))
    exif = Image.Exif()
    exif[0x013B] = CANARY  # artist
    image.save(path, "JPEG", quality=85, exif=exif)
    data = path.read_bytes()
    return uri, hashlib.sha256(data).hexdigest(), len(data)


def _insert(city: City, table: str, **values: Any) -> None:
    city.pending.setdefault(table, []).append(values)
