"""Contracts: the six of the city hold, and one that states what would go unchecked is refused."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from dedup_assets.deliveries.contract import COLUMNS, FORMATS, IDENTIFIERS, Contract, ContractError, load_contract
from dedup_assets.deliveries.department import load_departments
from deliveries_kit import DEPARTMENTS, SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["housing_pipeline", "la28_venues", "ladbs_permits", "lapd_booking", "lapd_bwv", "planning_zimas"]


def contract(name: str) -> Contract:
    return load_contract(DEPARTMENTS / name / "contract.yaml")


def test_every_department_has_a_contract_of_its_own_name() -> None:
    departments = load_departments(DEPARTMENTS)
    assert [each.name for each in departments] == NAMES
    for each in departments:
        found = contract(each.name)
        assert found.name == each.name
        assert set(found.formats) == set(FORMATS)
        assert found.has("storage_uri") == each.has_images
        assert bool(found.restricted_columns) == each.restricted


@pytest.mark.parametrize("name", NAMES)
def test_a_row_goes_to_the_departments_names_and_back(name: str) -> None:
    found = contract(name)
    row = {column.name: f"value of {column.name}" for column in found.columns}
    sent = found.to_source(row)
    assert list(sent) == [column.source for column in found.columns]
    assert {column.name: sent[column.source] for column in found.columns} == row


def test_to_source_leaves_out_what_the_contract_lacks_and_gives_every_column() -> None:
    found = contract("lapd_bwv")
    sent = found.to_source({"image_id": "E1", "apn_raw": "5016003016"})
    assert sent["evidenceId"] == "E1"
    assert sent["deviceSerial"] is None
    assert len(sent) == len(found.columns)
    assert not found.has("apn_raw")


@pytest.mark.parametrize("name", NAMES)
def test_only_what_identifies_a_row_can_reject_it(name: str) -> None:
    columns = contract(name).columns
    assert {c.name for c in columns if c.required} <= {"image_id", "storage_uri"}
    assert {c.name for c in columns if c.on_break == "reject"} == {"image_id"}
    assert all(c.format is None for c in columns if c.name in IDENTIFIERS)


def test_whatever_identifies_a_person_is_restricted() -> None:
    assert set(contract("lapd_booking").restricted_columns) == {
        "image_id", "storage_uri", "file_name", "captured_at", "declared_sha256", "subject_ref",
    }  # fmt: skip
    assert {"image_id", "device_serial", "captured_at", "duration_seconds", "declared_sha256"} <= set(
        contract("lapd_bwv").restricted_columns
    )


def test_our_columns_are_those_of_image_record() -> None:
    ddl = (SCHEMA / "image_record.sql").read_text(encoding="utf-8")
    key = {"delivery_id", "department"}
    assert [name for name in re.findall(r"^ {4}(\w+) +text", ddl, re.MULTILINE) if name not in key] == list(COLUMNS)


def test_the_digest_is_that_of_the_file() -> None:
    path = DEPARTMENTS / "la28_venues" / "contract.yaml"
    assert load_contract(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


GOOD: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "x",
    "name": "x",
    "version": "2.1.0",
    "status": "active",
    "customProperties": [{"property": "manifestFormats", "value": ["csv"]}],
    "schema": [
        {
            "name": "image_record",
            "properties": [
                {
                    "name": "image_id",
                    "physicalName": "ID",
                    "logicalType": "string",
                    "required": True,
                    "unique": True,
                    "classification": "public",
                },
                {
                    "name": "captured_at",
                    "physicalName": "Taken",
                    "logicalType": "timestamp",
                    "logicalTypeOptions": {"format": "yyyy-MM-dd"},
                    "classification": "internal",
                    "customProperties": [{"property": "onBreak", "value": "count"}],
                },
            ],
        }
    ],
}


def load(tmp_path: Path, *changes: tuple[str, Any]) -> Contract:
    """The good contract with changes: a dotted path and its new value, None to take it out."""
    document = yaml.safe_load(yaml.safe_dump(GOOD))
    for path, value in changes:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        at = document
        for step in way:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value
    file = tmp_path / "contract.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return load_contract(file)


def test_the_smallest_contract_loads(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert (found.version, found.formats) == ("2.1.0", ("csv",))
    assert found.columns[1].on_break == "count"


KEY, TIME = "schema.0.properties.0", "schema.0.properties.1"


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("apiVersion", "v3.0.0", "v3.1.0"),
        ("version", None, "version"),
        ("kind", "Contract", "kind"),
        ("surprise", "yes", "surprise"),
        (f"{KEY}.requierd", True, "requierd"),
        (f"{KEY}.name", "picture_id", "picture_id"),
        (f"{KEY}.physicalName", None, "physicalName"),
        (f"{KEY}.classification", "secret", "classification"),
        (f"{KEY}.unique", False, "image_id"),
        (f"{KEY}.required", False, "image_id"),
        (f"{KEY}.enum", [{"value": "a"}], "enum would go unchecked"),
        (f"{KEY}.logicalType", "boolean", "boolean"),
        (f"{KEY}.logicalTypeOptions", {"maxLength": 3}, "maxLength would go unchecked"),
        (f"{KEY}.logicalTypeOptions", {"pattern": "(?=a)"}, "cannot be used"),
        (f"{KEY}.logicalTypeOptions", {"pattern": "^a$"}, "onBreak"),
        (f"{KEY}.customProperties", [{"property": "onBreak", "value": "reject"}], "no format"),
        (f"{TIME}.customProperties", [{"property": "onBreak", "value": "warn"}], "onBreak: reject or count"),
        (f"{TIME}.logicalTypeOptions", {"format": "yyyy-MM-dd QQ"}, "QQ"),
        (f"{TIME}.logicalTypeOptions", {"format": "yyyy-MM[-dd"}, "bracket"),
        (f"{TIME}.logicalTypeOptions", {"format": "yyyy-MM"}, "day"),
        (f"{TIME}.logicalTypeOptions", None, "format"),
        (f"{TIME}.physicalName", "i d", "stands twice"),
        ("customProperties.0.value", ["csv", "ods"], "manifestFormats"),
        ("customProperties.0.value", [], "manifestFormats"),
        ("schema", [], "exactly one table"),
    ],
)
def test_a_contract_that_cannot_be_held_to_is_refused(tmp_path: Path, path: str, value: Any, says: str) -> None:
    with pytest.raises(ContractError, match=re.escape(says)) as error:
        load(tmp_path, (path, value))
    assert str(error.value).startswith(str(tmp_path / "contract.yaml"))


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_an_identifier_with_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    # A pattern here would reject the damaged keys that the registry exists to mend.
    with pytest.raises(ContractError, match="registry"):
        load(
            tmp_path,
            (f"{TIME}.name", name),
            (f"{TIME}.logicalType", "string"),
            (f"{TIME}.logicalTypeOptions", {"pattern": "^[0-9]{10}$"}),
        )


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: [", b"just text", b""])
def test_a_file_that_is_no_contract_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "contract.yaml"
    file.write_bytes(content)
    with pytest.raises(ContractError, match=re.escape(str(file))):
        load_contract(file)
    with pytest.raises(ContractError, match="absent"):
        load_contract(tmp_path / "absent.yaml")
