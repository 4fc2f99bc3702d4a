"""Suites and thresholds: the shipped ones are whole, and no bad edit gets past the loader."""

from __future__ import annotations

import json
import shutil
import sys
from subprocess import run
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import load_departments
from dedup_assets.findings.gx import Judge
from dedup_assets.findings.law import law_of
from dedup_assets.findings.suites import COLUMNS, SuiteError, applicable_rules, load_rules, load_suites
from dedup_assets.findings.thresholds import load_thresholds, rules_sha256
from dedup_assets.settings import PACKAGE, PROJECT
from findings_pool import contract, department

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXPECTATIONS = PROJECT / "expectations"
DEPARTMENTS = PACKAGE / "defs" / "departments"
# The ids that scorecards, the sample city's truth and the ledger know, with severity and dimension.
KNOWN = {
    "DEL-001": ("critical", "timeliness"), "DEL-002": ("critical", "timeliness"), "DEL-003": ("warning", "validity"),
    "DUP-001": ("warning", "uniqueness"), "DUP-002": ("info", "uniqueness"), "DUP-003": ("info", "uniqueness"),
    "PAR-001": ("critical", "accuracy"), "PAR-002": ("critical", "consistency"),
    "PAR-003": ("critical", "consistency"), "PAR-004": ("critical", "consistency"),
    "PAR-005": ("warning", "consistency"), "IDN-001": ("warning", "validity"), "CMP-001": ("warning", "completeness"),
    "VAL-001": ("warning", "validity"), "FIL-001": ("warning", "completeness"),
    "FIL-002": ("critical", "completeness"), "FIL-003": ("critical", "traceability"),
    "FIL-004": ("critical", "traceability"), "TRC-001": ("info", "traceability"),
    "BWV-001": ("critical", "uniqueness"), "MIS-001": ("critical", "accuracy"),
    "PAR-006": ("critical", "accuracy"), "PAR-007": ("warning", "consistency"),
    "PAR-008": ("info", "accuracy"), "PAR-009": ("warning", "accuracy"),
}  # fmt: skip


ABOUT_PICTURES = {
    "DUP-001", "DUP-002", "DUP-003", "PAR-001", "FIL-001", "FIL-002", "FIL-003", "FIL-004", "MIS-001", "PAR-006",
    "PAR-008", "PAR-009",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped suites to spoil."""
    shutil.copytree(EXPECTATIONS, tmp_path / "expectations")
    return tmp_path / "expectations"


def edit(path: Path, change: Callable[[Any], object]) -> None:
    """Change a JSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_the_shipped_rules_are_the_known_ones() -> None:
    rules = load_rules(EXPECTATIONS)
    assert {rule.id: (rule.severity, rule.dimension) for rule in rules} == KNOWN
    assert {rule.column for rule in rules} == {column for columns in COLUMNS.values() for column in columns}
    assert set(load_thresholds(EXPECTATIONS, load_suites(EXPECTATIONS), department())) == set(KNOWN)


def test_great_expectations_reads_every_shipped_rule() -> None:
    for suite in load_suites(EXPECTATIONS):
        Judge(suite, set(KNOWN))


def test_reading_rules_does_not_import_great_expectations() -> None:
    code = (
        "import sys; from pathlib import Path; import dedup_assets.findings.rules; "
        "from dedup_assets.findings.suites import load_rules; load_rules(Path(sys.argv[1])); "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert run([sys.executable, "-c", code, str(EXPECTATIONS)], check=False).returncode == 0


def first(document: Any) -> Any:
    """The first expectation: DUP-001."""
    return document["expectations"][0]


# What Great Expectations would drop with a log line, coerce, or let pass; and what the loader must say.
SPOILED: list[tuple[Callable[[Any], object], str]] = [
    (lambda d: first(d).update(type="expect_column_values_to_be_betwen"), "rule DUP-001.*does not match any"),
    (lambda d: first(d).update(type="expect_column_values_to_be_unique"), "rule DUP-001.*does not match any"),
    (lambda d: first(d).update(severity="high"), "rule DUP-001.*severity.*'critical', 'warning' or 'info'"),
    (lambda d: first(d).pop("severity"), "rule DUP-001.*severity: Field required"),
    (lambda d: first(d)["kwargs"].update(mostly=98), "rule DUP-001.*mostly"),
    (lambda d: first(d)["kwargs"].update(mostly="0.9"), "rule DUP-001.*mostly"),
    (lambda d: first(d)["kwargs"].update(mostly=0.9), "rule DUP-001.*mostly"),
    (lambda d: first(d)["kwargs"].update(mostly={"$PARAMETER": "dup_002_mostly"}), "DUP-001: mostly must be.*dup_001"),
    (lambda d: first(d)["kwargs"].update(colum="x"), "rule DUP-001.*colum: Extra inputs"),
    (lambda d: first(d)["kwargs"].pop("column"), "rule DUP-001.*column: Field required"),
    (lambda d: first(d)["kwargs"].update(column="copies"), "rule DUP-001: no fact is called 'copies'"),
    (lambda d: first(d)["kwargs"].update(max_value="0"), "rule DUP-001.*max_value"),
    (lambda d: first(d)["kwargs"].update(max_value=None), "rule DUP-001.*max_value"),
    (lambda d: first(d)["kwargs"].pop("max_value"), "rule DUP-001.*max_value: Field required"),
    (lambda d: d["expectations"][4]["kwargs"].update(value_set=[]), "rule PAR-002.*value_set"),
    (lambda d: first(d).update(notes="x"), "rule DUP-001.*notes: Extra inputs"),
    (lambda d: first(d).update(expectation_type=first(d).pop("type")), "rule DUP-001.*discriminator 'type'"),
    (lambda d: first(d)["meta"].pop("rule"), "expectation 1.*rule: Field required"),
    (lambda d: first(d).pop("meta"), "expectation 1.*meta: Field required"),
    (lambda d: first(d)["meta"].update(rule="dup-1"), "rule dup-1.*pattern"),
    (lambda d: first(d)["meta"].pop("effect"), "rule DUP-001.*effect: Field required"),
    (lambda d: first(d)["meta"].update(purpose="   "), "rule DUP-001.*purpose"),
    (lambda d: first(d)["meta"].update(dimension="size"), "rule DUP-001.*dimension"),
    (lambda d: first(d)["meta"]["applies_when"].update(image=True), "rule DUP-001.*image: Extra inputs"),
    (lambda d: d["expectations"].append(first(d)), "rule DUP-001 asks the same"),
    (lambda d: d["expectations"][1]["meta"].update(rule="DUP-001"), "mostly must be"),
    (lambda d: d.update(expectations=[]), "expectations"),
    (lambda d: d.update(name="other"), "its name is 'other'"),
    (lambda d: d.update(version=2), "version: Extra inputs"),
    (lambda d: d["expectations"].append("x"), "expectation 23"),
]


@pytest.mark.parametrize(("change", "says"), SPOILED)
def test_a_spoiled_suite_is_refused_with_its_file_and_rule(
    folder: Path, change: Callable[[Any], object], says: str
) -> None:
    edit(folder / "image_fact.json", change)
    with pytest.raises(SuiteError, match=f"image_fact.json.*{says}"):
        load_rules(folder)


def test_one_rule_id_for_two_questions_is_refused(folder: Path) -> None:
    def rename(document: Any) -> None:
        document["expectations"][1]["meta"]["rule"] = "DUP-001"
        document["expectations"][1]["kwargs"]["mostly"] = {"$PARAMETER": "dup_001_mostly"}

    edit(folder / "image_fact.json", rename)
    with pytest.raises(SuiteError, match="rule DUP-001 stands twice"):
        load_rules(folder)


@pytest.mark.parametrize("name", ["image_fact.json", "thresholds.json"])
def test_one_key_twice_is_refused(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text('{"meta": {}, ' + path.read_text(encoding="utf-8").lstrip()[1:], encoding="utf-8")
    with pytest.raises(SuiteError, match=f"{name}: the key 'meta' stands twice"):
        load_thresholds(folder, load_suites(folder), department())


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_json_object_is_refused(folder: Path, text: str) -> None:
    (folder / "delivery.json").write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"delivery\.json"):
        load_rules(folder)


def test_a_suite_that_is_absent_or_that_nothing_would_judge_is_refused(folder: Path) -> None:
    shutil.copy(folder / "delivery.json", folder / "deliveries.json")
    with pytest.raises(SuiteError, match=r"deliveries\.json: no facts are known"):
        load_rules(folder)
    (folder / "deliveries.json").unlink()
    (folder / "delivery.json").unlink()
    with pytest.raises(SuiteError, match=r"delivery\.json.*No such file"):
        load_rules(folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["mostly"].pop("FIL-002"), "no share for FIL-002"),
        (lambda d: d["mostly"].update({"DUP-009": 1.0}), "no suite has a rule DUP-009"),
        (lambda d: d["mostly"].update({"DUP-001": 98}), "DUP-001.*less than or equal to 1"),
        (lambda d: d["mostly"].update({"DUP-001": -0.1}), "DUP-001.*greater than or equal to 0"),
        (lambda d: d["mostly"].update({"DUP-001": "0.9"}), "DUP-001.*valid number"),
        (lambda d: d["mostly"].update({"DUP-001": True}), "DUP-001.*valid number"),
        (lambda d: d["mostly"].update({"DUP-001": float("nan")}), "DUP-001"),
        (lambda d: d.update(mostly=[]), "mostly"),
        (lambda d: d.update(most=1), "most: Extra inputs"),
    ],
)
def test_spoiled_thresholds_are_refused(folder: Path, change: Callable[[Any], object], says: str) -> None:
    edit(folder / "thresholds.json", change)
    with pytest.raises(SuiteError, match=f"thresholds.json: .*{says}"):
        load_thresholds(folder, load_suites(folder), department())


def test_a_department_states_its_own_share() -> None:
    suites = load_suites(EXPECTATIONS)
    city = load_thresholds(EXPECTATIONS, suites, department())
    own = load_thresholds(EXPECTATIONS, suites, department(thresholds={"DUP-001": 0.5}))
    assert own == {**city, "DUP-001": 0.5}
    assert rules_sha256(suites, own) != rules_sha256(suites, city)


@pytest.mark.parametrize(
    ("stated", "says"), [({"DUP-1": 0.5}, "no suite has a rule DUP-1"), ({"DUP-001": 98.0}, "DUP-001 is 98.0")]
)
def test_a_departments_bad_threshold_names_the_department(stated: dict[str, float], says: str) -> None:
    with pytest.raises(SuiteError, match=f"department fire.*{says}"):
        load_thresholds(EXPECTATIONS, load_suites(EXPECTATIONS), department("fire", thresholds=stated))


def test_the_digest_follows_every_byte_of_a_suite(folder: Path) -> None:
    before = rules_sha256(load_suites(folder), {})
    (folder / "delivery.json").write_bytes((folder / "delivery.json").read_bytes() + b"\n")
    assert rules_sha256(load_suites(folder), {}) != before


def test_every_shipped_department_has_a_law_it_can_be_judged_by() -> None:
    laws = {
        each.name: law_of(each, load_contract(DEPARTMENTS / each.name / "contract.yaml"), EXPECTATIONS)
        for each in load_departments(DEPARTMENTS)
    }
    assert {name for name, law in laws.items() if "BWV-001" in law.applicable} == {"lapd_bwv"}
    assert {name for name, law in laws.items() if "DUP-002" not in law.applicable} == {"lapd_bwv", "lapd_booking"}
    assert {name for name, law in laws.items() if "PAR-004" in law.applicable} == {"planning_zimas"}
    assert all({"DEL-001", "CMP-001", "TRC-001"} <= law.applicable for law in laws.values())


@pytest.mark.parametrize(
    ("traits", "without", "left_out"),
    [
        ({}, (), {"BWV-001"}),
        ({}, ("permit_number_raw",), {"BWV-001", "PAR-003", "PAR-005"}),
        ({}, ("apn_raw",), {"BWV-001", *(f"PAR-00{n}" for n in (1, 2, 3, 4, 6, 7, 8, 9))}),
        (
            {},
            ("apn_raw", "permit_number_raw", "pin_raw"),
            {"BWV-001", *(f"PAR-00{n}" for n in range(1, 10)), "IDN-001"},
        ),
        ({}, ("declared_sha256",), {"BWV-001", "FIL-003"}),
        ({"restricted": True}, (), {"BWV-001", "DUP-002"}),
        ({}, ("subject_ref",), {"BWV-001", "MIS-001"}),
        (
            {"has_images": False},
            (),
            ABOUT_PICTURES,
        ),
        (
            {"has_images": False},
            ("device_serial",),
            {"BWV-001"} | ABOUT_PICTURES,
        ),
    ],
)
def test_which_rules_apply(traits: dict[str, Any], without: tuple[str, ...], left_out: set[str]) -> None:
    applicable = applicable_rules(load_rules(EXPECTATIONS), department(**traits), contract(without=without))
    assert {rule.id for rule in applicable} == set(KNOWN) - left_out
