"""A department's data contract: how its manifest's columns become ours, and what they must hold.

The document is an Open Data Contract Standard 3.1 YAML (https://bitol-io.github.io/open-data-contract-standard/), read
fail-closed: what it states is either checked or refused here, never silently ignored. Put here what a contract says.
Keep out the readers of manifests and the checking of rows (``checks.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import ValidationError

from dedup_assets.deliveries.formats import Format, FormatError, make_format
from dedup_assets.deliveries.header import loosely

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from open_data_contract_standard.model import CustomProperty, SchemaProperty

API_VERSION = "v3.1.0"
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
CLASSIFICATIONS = ("public", "internal", "restricted")
ON_BREAK = ("reject", "count")

# Our column names: the text columns of image_record after its key (a test holds this against image_record.sql).
COLUMNS = (
    "image_id", "storage_uri", "file_name", "media_type", "byte_size", "declared_sha256", "captured_at", "uploaded_at",
    "uploaded_by", "upload_channel", "source_system", "source_record_id", "batch_id", "batch_row_no",
    "permit_number_raw", "apn_raw", "pin_raw", "address", "photo_role", "replaces_image_id", "record_status",
    "subject_ref", "device_serial", "duration_seconds", "venue", "federal_funding", "dwelling_units", "queue_date",
)  # fmt: skip

# Damage to identifiers is judged by the registry, which can often mend it, so a contract must not reject it first.
IDENTIFIERS = ("permit_number_raw", "apn_raw", "pin_raw")

# What a property of the contract may say. The standard knows more (enum, quality, ...), which nothing here would check.
_HONOURED = {
    "id", "name", "physicalName", "physicalType", "businessName", "description", "examples", "tags", "logicalType",
    "logicalTypeOptions", "required", "unique", "classification", "criticalDataElement", "customProperties",
    "authoritativeDefinitions",
}  # fmt: skip


class ContractError(ValueError):
    """A contract cannot be used; the message names the file and what to mend."""


@dataclass(frozen=True)
class Column:
    """One column of a manifest.

    ``name`` is ours, ``source`` the department's. A row without a ``required`` value is rejected; a ``mandatory`` one
    is counted when it is missing. A value that breaks ``format`` rejects its row or is counted, as ``on_break`` says.
    """

    name: str
    source: str
    required: bool
    mandatory: bool
    unique: bool
    classification: str
    format: Format | None
    on_break: str | None


@dataclass(frozen=True)
class Contract:
    """What one department's manifests must hold. ``formats`` are the manifest formats accepted, the usual one first."""

    name: str
    version: str
    sha256: str
    formats: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def restricted_columns(self) -> tuple[str, ...]:
        """Our names of the columns that must not leave the department's enclave."""
        return tuple(column.name for column in self.columns if column.classification == "restricted")

    def has(self, column: str) -> bool:
        """Whether the contract maps our ``column``."""
        return any(each.name == column for each in self.columns)

    def to_source(self, row: Mapping[str, str | None]) -> dict[str, str | None]:
        """A row under our names as the department would send it: its own names, every column, in contract order.

        A column that ``row`` lacks is None; a name of ours that the contract does not map is left out (``has`` tells).
        """
        return {column.source: row.get(column.name) for column in self.columns}


def load_contract(path: Path) -> Contract:
    """The contract in ``path``.

    Raises ContractError when the file cannot be read, breaks the standard, or states what would go unchecked.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
        document = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: {error}. It must be a YAML file in UTF-8.") from error
    try:
        return _contract(document, text, hashlib.sha256(content).hexdigest())
    except (ContractError, FormatError) as error:
        raise ContractError(f"{path}: {error}") from error


def _contract(document: object, text: str, sha256: str) -> Contract:
    _hold_to_standard(document)
    try:
        odcs = OpenDataContractStandard.from_string(text)
    except ValidationError as error:
        raise ContractError(str(error)) from error
    if odcs.apiVersion != API_VERSION:
        raise ContractError(f"apiVersion is {odcs.apiVersion}; write {API_VERSION}")
    if not odcs.name or not odcs.version:
        raise ContractError("name and version must be given")
    tables = odcs.schema_ or []
    if len(tables) != 1:
        raise ContractError(f"schema must describe exactly one table, the manifest; it describes {len(tables)}")
    columns = tuple(_column(each) for each in tables[0].properties or [])
    _hold_together(columns)
    return Contract(odcs.name, odcs.version, sha256, _formats(odcs), columns)


def _hold_to_standard(document: object) -> None:
    # The package's model lets unknown keys of a property pass, so a misspelt `requierd: true` would be lost;
    # the standard's own JSON schema, which the package carries, does not.
    found = {f"{error.json_path}: {error.message}" for error in _validator().iter_errors(document)}
    if found:
        raise ContractError("breaks the Open Data Contract Standard: " + "; ".join(sorted(found)))


@cache
def _validator() -> Draft201909Validator:
    schema = resources.files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    return Draft201909Validator(json.loads(schema))


def _column(stated: SchemaProperty) -> Column:
    name, source = stated.name, stated.physicalName
    if name not in COLUMNS:
        raise ContractError(f"property {name!r} is no column of image_record; it has {', '.join(COLUMNS)}")
    if not source or not source.strip():
        raise ContractError(f"property {name}: physicalName must give the department's own column name")
    unchecked = sorted(stated.model_fields_set - _HONOURED)
    if unchecked:
        raise ContractError(f"property {name}: {', '.join(unchecked)} would go unchecked; take it out")
    if stated.classification not in CLASSIFICATIONS:
        raise ContractError(f"property {name}: classification must be one of {', '.join(CLASSIFICATIONS)}")
    try:
        form = make_format(stated.logicalType or "string", stated.logicalTypeOptions or {})
    except FormatError as error:
        raise ContractError(f"property {name}: {error}") from error
    if form and name in IDENTIFIERS:
        raise ContractError(f"property {name}: the registry judges identifiers, so it must be a string without pattern")
    return Column(
        name=name,
        source=source,
        required=bool(stated.required),
        mandatory=bool(stated.criticalDataElement),
        unique=bool(stated.unique),
        classification=stated.classification,
        format=form,
        on_break=_on_break(name, form, stated.customProperties),
    )


def _on_break(name: str, form: Format | None, properties: list[CustomProperty] | None) -> str | None:
    value = _custom(properties, "onBreak")
    if form is None and value is not None:
        raise ContractError(f"property {name}: onBreak is given, but there is no format that could break")
    if form is not None and value not in ON_BREAK:
        raise ContractError(
            f"property {name} has a format, so customProperties must say onBreak: {' or '.join(ON_BREAK)}"
        )
    return str(value) if form else None


def _formats(odcs: OpenDataContractStandard) -> tuple[str, ...]:
    value = _custom(odcs.customProperties, "manifestFormats")
    if not isinstance(value, list) or not value or any(each not in FORMATS for each in value):
        raise ContractError(f"customProperties must give manifestFormats: a list out of {', '.join(FORMATS)}")
    return tuple(value)


def _custom(properties: list[CustomProperty] | None, name: str) -> object:
    return next((each.value for each in properties or [] if each.property == name), None)


def _hold_together(columns: tuple[Column, ...]) -> None:
    for what, names in (
        ("name", [each.name for each in columns]),
        ("physicalName", [loosely(each.source) for each in columns]),
    ):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise ContractError(f"{what} {', '.join(twice)} stands twice; each column must have one of its own")
    key = next((each for each in columns if each.name == "image_id"), None)
    if key is None or not (key.required and key.unique):
        raise ContractError("image_id must be there, required and unique: every later step refers to it")
