"""Which columns each column follows from, from the manifest to the score: what Dagster draws as column lineage.

Put here one declaration a table. Keep out what a department calls its columns: that is its contract's, from which the
first step is derived. A column of a table without asset of its own (``measure``, ``finding``) is followed through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.components.city import pool_of
from dedup_assets.deliveries.contract import COLUMNS, IDENTIFIERS
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

# Tables that an asset of the whole pool fills; every other asset is the department's own.
POOLED = ("identifier", "match", "parcel")
# Tables that a step fills beside the one that its asset is named after.
BESIDE = ("finding", "measure")

_DEFECTS = (
    "image_fact.permit_agreement image_fact.pin_agreement image_fact.gps_agreement image_fact.name_agreement "
    "image_fact.unrelated_parcels image_fact.redundant_in_department image_fact.redundant_elsewhere "
    "image_fact.duplicate_metadata "
    "image_fact.parcel_status image_fact.permit_status image_fact.missing_values image_fact.file_status "
    "image_fact.untraceable image_fact.checksum_status image_fact.invalid_values image_fact.malformed_identifiers"
)
_HOLDERS = "image_file.sha256 match.sha256_a match.sha256_b match.verdict"
_CASE = "identifier.canonical image_record.subject_ref image_record.photo_role image_record.replaces_image_id"
_JUDGED = (
    "image_fact.redundant_in_department image_fact.redundant_elsewhere image_fact.other_subjects "
    "image_fact.near_candidates image_fact.unrelated_parcels image_fact.parcel_status image_fact.permit_status "
    "image_fact.permit_agreement image_fact.pin_agreement image_fact.gps_agreement image_fact.name_agreement "
    "image_fact.malformed_identifiers image_fact.missing_values image_fact.invalid_values "
    "image_fact.file_status image_fact.checksum_status "
    "image_fact.untraceable image_fact.duplicate_metadata"
)
_MOVED = "finding.finding_id finding.as_of rule_result.status"
_BALANCE = "ledger_balance.closing ledger_balance.as_of"

# Table, its columns, and the columns (table.column, blanks between) that each follows from.
# Empty: made by the step itself (a policy's version, a key of the pool).
LINEAGE: dict[str, dict[str, str]] = {
    "image_file": {
        "delivery_id": "image_record.delivery_id",
        "department": "image_record.department",
        "storage_uri": "image_record.storage_uri",
        **dict.fromkeys(("status", "reason", "sha256", "byte_size", "change_token"), "image_record.storage_uri"),
        "algorithm_version": "",
    },
    "identifier": {
        "kind": "",
        "raw": "image_record.apn_raw image_record.pin_raw image_record.permit_number_raw",
        **dict.fromkeys(
            ("canonical", "status", "repairs", "candidates", "in_registry"),
            "image_record.apn_raw image_record.pin_raw image_record.permit_number_raw parcel.apn",
        ),
    },
    "match": dict.fromkeys(("sha256_a", "sha256_b", "distance", "verdict", "evidence"), "image_file.sha256"),
    "image_fact": {
        **{name: f"image_record.{name}" for name in ("delivery_id", "department", "as_of", "row_no", "image_id")},
        "sha256": "image_file.sha256",
        "apn": "image_record.apn_raw identifier.canonical",
        "permit_number": "image_record.permit_number_raw identifier.canonical",
        "file_status": "image_record.storage_uri image_file.status image_file.reason",
        "checksum_status": "image_record.declared_sha256 image_file.sha256",
        "copies_in_department": "image_file.sha256",
        "copies_elsewhere": "image_file.sha256",
        "redundant_in_department": f"{_HOLDERS} {_CASE} image_record.captured_at image_record.uploaded_at",
        "redundant_elsewhere": f"{_HOLDERS} {_CASE}",
        "legitimate_reuse": f"{_HOLDERS} {_CASE}",
        "unrelated_parcels": f"{_HOLDERS} image_record.apn_raw identifier.canonical",
        "other_subjects": f"{_HOLDERS} image_record.subject_ref",
        "near_candidates": f"{_HOLDERS} image_record.photo_role image_record.replaces_image_id",
        "parcel_status": "image_record.apn_raw identifier.status identifier.in_registry image_record.as_of",
        "permit_status": "image_record.permit_number_raw identifier.status identifier.in_registry",
        **dict.fromkeys(
            ("identifiers", "malformed_identifiers"),
            "image_record.apn_raw image_record.pin_raw image_record.permit_number_raw identifier.status",
        ),
        "permit_agreement": "image_record.permit_number_raw image_record.apn_raw identifier.canonical",
        "pin_agreement": "image_record.pin_raw image_record.apn_raw identifier.canonical",
        "gps_agreement": "image_file.sha256 image_record.apn_raw identifier.canonical parcel.latitude parcel.longitude",
        **{
            name: f"image_record.{name}"
            for name in ("missing_values", "mandatory_values", "invalid_values", "typed_values")
        },
        "untraceable": "image_record.declared_sha256 image_record.source_system image_record.batch_id",
        "duplicate_metadata": (
            "image_record.device_serial image_record.captured_at image_record.duration_seconds "
            "image_record.declared_sha256"
        ),
        "mismatch_reports": "image_file.sha256 identifier.canonical",
        "name_agreement": (
            "image_record.file_name image_record.storage_uri image_record.apn_raw identifier.canonical parcel.apn"
        ),
    },
    "rule_result": {
        "department": "image_fact.department",
        "as_of": "image_fact.as_of",
        **dict.fromkeys(("rule_id", "severity", "dimension", "mostly", "suite", "rules_sha256"), ""),
        **dict.fromkeys(("status", "evaluated", "failing", "reason"), _JUDGED),
    },
    "finding": {
        "finding_id": "rule_result.rule_id rule_result.failing image_fact.image_id",
        "as_of": "rule_result.as_of",
        "severity": "rule_result.severity",
    },
    "ledger_balance": {
        "department": "rule_result.department",
        "as_of": "rule_result.as_of",
        "severity": "finding.severity",
        **dict.fromkeys(("opening", "new", "reopened", "closed", "withdrawn", "closing"), _MOVED),
    },
    "measure": {
        "defects": _DEFECTS,
        "measured": f"{_DEFECTS} image_fact.near_candidates image_fact.typed_values image_fact.mandatory_values",
        "population": "image_record.row_no image_record.typed_values image_record.mandatory_values",
    },
    "score_history": {
        "department": "ledger_balance.department",
        "as_of": "ledger_balance.as_of",
        "policy_version": "",
        "score": "measure.defects measure.measured",
        "coverage": "measure.measured measure.population",
        **dict.fromkeys(("lower", "upper"), "measure.defects measure.measured measure.population"),
        **dict.fromkeys(("grade", "reason"), f"measure.defects measure.measured measure.population {_BALANCE}"),
        "images": "image_record.row_no",
        "open_findings": "ledger_balance.closing",
    },
}


def column_lineage(table: str, department: Department, contract: Contract) -> dg.TableColumnLineage:
    """What the columns of one department's part of ``table`` follow from, by the assets that its contract gives it."""
    if table == "image_record":
        return _of_manifest(department, contract)
    return _lineage(
        {column: _deps(sources.split(), department, contract) for column, sources in LINEAGE[table].items()}
    )


def pool_lineage(table: str, members: Iterable[tuple[Department, Contract]]) -> dg.TableColumnLineage:
    """What the columns of a table that a pool shares follow from, in all of its departments together."""
    found: dict[str, list[dg.TableColumnDep]] = {column: [] for column in LINEAGE[table]}
    for department, contract in members:
        for column, deps in column_lineage(table, department, contract).deps_by_column.items():
            found[column] += [each for each in deps if each not in found[column]]
    return _lineage(found)


def city_lineage(departments: Iterable[Department]) -> dg.TableColumnLineage:
    """What the columns of the city's score follow from: the same columns of its departments."""
    scores = [dg.AssetKey([each.name, "score_history"]) for each in departments]
    return _lineage(
        {
            column: [dg.TableColumnDep(asset_key=key, column_name=column) for key in scores]
            for column in LINEAGE["score_history"]
        }
    )


def site_lineage(departments: Iterable[Department]) -> dg.TableColumnLineage:
    """What the scores on a published site follow from: the city's and its departments'."""
    scores = [dg.AssetKey([name, "score_history"]) for name in (CITY, *(each.name for each in departments))]
    return _lineage(
        {
            column: [dg.TableColumnDep(asset_key=key, column_name=column) for key in scores]
            for column in ("as_of", "policy_version", "score", "lower", "upper", "coverage", "grade")
        }
    )


def manifest_schema(contract: Contract) -> dg.TableSchema:
    """The columns of a manifest under the department's own names, as the contract describes them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                each.source,
                "text",
                description=f"{each.name} ({each.classification})",
                constraints=dg.TableColumnConstraints(nullable=not each.required, unique=each.unique),
            )
            for each in contract.columns
        ]
    )


def _of_manifest(department: Department, contract: Contract) -> dg.TableColumnLineage:
    key = dg.AssetKey([department.name, "manifest"])
    mandatory = [each.source for each in contract.columns if each.mandatory]
    typed = [each.source for each in contract.columns if each.format]
    sources = {each.name: [each.source] for each in contract.columns}
    sources |= {"missing_values": mandatory, "mandatory_values": mandatory}
    sources |= {"typed_values": typed, "invalid_values": typed}
    return _lineage(
        {
            column: [dg.TableColumnDep(asset_key=key, column_name=each) for each in names]
            for column, names in sources.items()
        }
    )


def _deps(sources: Iterable[str], department: Department, contract: Contract) -> list[dg.TableColumnDep]:
    """The columns named, once each, without those that this department has not."""
    found: dict[str, dg.TableColumnDep] = {}
    for source in _followed(sources):
        table, column = source.split(".")
        if _has(table, column, department, contract):
            owner = pool_of(department) if table in POOLED else department.name
            found[source] = dg.TableColumnDep(asset_key=dg.AssetKey([owner, table]), column_name=column)
    return list(found.values())


def _followed(sources: Iterable[str]) -> Iterator[str]:
    """The sources, those in a table without asset through to what they follow from."""
    for source in sources:
        table, column = source.split(".")
        if table in BESIDE:
            yield from _followed(LINEAGE[table][column].split())
        else:
            yield source


def _has(table: str, column: str, department: Department, contract: Contract) -> bool:
    if table in {"image_file", "match"}:
        return department.has_images
    if table in {"identifier", "parcel"}:
        return has_identifiers(contract)
    return table != "image_record" or column not in COLUMNS or contract.has(column)


def has_identifiers(contract: Contract) -> bool:
    """Whether the contract maps an identifier, so that the pool needs a registry."""
    return any(contract.has(column) for column in IDENTIFIERS)


def _lineage(deps: dict[str, list[dg.TableColumnDep]]) -> dg.TableColumnLineage:
    """A column that follows from nothing named is left out: Dagster would draw it without a source."""
    return dg.TableColumnLineage({column: each for column, each in deps.items() if each})
