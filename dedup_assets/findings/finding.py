"""Findings: one row per failing record and rule, with an id that stays the same from date to date.

Put here how failing rows become rows of ``finding``. Criteria, effect and recommendation stand with the rule; the cause
is undetermined until evidence of a whole batch speaks for one. Sentences stand in ``conditions.py``.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.findings.conditions import condition, counted
from dedup_assets.findings.evidence import CAP, Row, gather, rows
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule

_SCHEMA = pa.schema(
    [
        ("finding_id", pa.string()),
        ("department", pa.string()),
        ("as_of", pa.date32()),
        ("rule_id", pa.string()),
        ("subject", pa.string()),
        ("delivery_id", pa.string()),
        ("row_no", pa.int64()),
        ("severity", pa.string()),
        ("condition", pa.string()),
        ("evidence", pa.string()),
    ]
)


# The facts that count cells; which cells these are, the contract knows.
ABOUT_CELLS = {"missing_values", "invalid_values"}


class EvidenceError(RuntimeError):
    """A record fails a rule, but what the rule saw is not in the tables; the message names both."""


def finding_id(department: str, rule_id: str, subject: str) -> str:
    """``F-`` and the first 16 hex digits of sha256(department|rule|subject): the same at every date."""
    return f"F-{hashlib.sha256(f'{department}|{rule_id}|{subject}'.encode()).hexdigest()[:16]}"


def image_findings(
    con: duckdb.DuckDBPyConnection,
    department: Department,
    contract: Contract,
    delivery_id: str,
    failing: Mapping[Rule, Sequence[int]],
) -> list[Row]:
    """Findings of one delivery's records; ``failing`` gives the row numbers that fail each rule.

    The temporary tables of ``fact_macro.sql`` and ``fact_member.sql`` must stand.

    Raises EvidenceError when the tables do not bear out a fact.
    """
    by_id = {rule.id: rule for rule, row_nos in failing.items() if row_nos}
    if not by_id:
        return []
    _state_failing(con, failing)
    found = gather(con, delivery_id, {rule.column for rule in by_id.values()})
    records = rows(con, "finding_record", {"delivery_id": delivery_id})
    about_cells = [each for each in records if by_id[each["rule_id"]].column in ABOUT_CELLS]
    if about_cells:
        _name_cells(con, delivery_id, about_cells, contract)
    made = []
    for record in records:
        rule = by_id[record["rule_id"]]
        try:
            says, evidence = condition(rule.column, record, found, picture=department.has_images)
        except (KeyError, IndexError) as error:
            raise EvidenceError(
                f"{rule.id} fails for {record['image_id']} of {department.name} at {record['as_of']}, but the tables "
                f"hold no evidence for it ({error!r}); its facts are of other tables than these: build the facts again"
            ) from error
        made.append(_finding(rule, record, record["image_id"], says, evidence))
    return made


def delivery_findings(con: duckdb.DuckDBPyConnection, period: Row, failing: Iterable[Rule]) -> list[Row]:
    """Findings about a whole delivery, which is their subject by its date. ``period``: a row of ``rule_period.sql``."""
    return [
        _finding(rule, {**period, "row_no": None}, period["as_of"].isoformat(), *_delivery_condition(con, rule, period))
        for rule in failing
    ]


def insert_findings(con: duckdb.DuckDBPyConnection, found: Sequence[Row]) -> None:
    """Write findings; those that stood for their department and date must be gone already."""
    con.register("new_finding", pa.Table.from_pylist(list(found), schema=_SCHEMA))
    con.execute(query("findings", "finding"))
    con.unregister("new_finding")


def _finding(rule: Rule, at: Mapping[str, Any], subject: str, says: str, evidence: Mapping[str, Any]) -> Row:
    return {
        "finding_id": finding_id(at["department"], rule.id, subject),
        "department": at["department"],
        "as_of": at["as_of"],
        "rule_id": rule.id,
        "subject": subject,
        "delivery_id": at["delivery_id"],
        "row_no": at["row_no"],
        "severity": rule.severity,
        "condition": says,
        "evidence": json.dumps(evidence, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    }


def _state_failing(con: duckdb.DuckDBPyConnection, failing: Mapping[Rule, Sequence[int]]) -> None:
    pairs = [(rule.id, row_no) for rule, row_nos in failing.items() for row_no in row_nos]
    table = pa.table({"rule_id": [rule for rule, _ in pairs], "row_no": [row_no for _, row_no in pairs]})
    con.register("failing_row", table)
    con.execute("create or replace temp table finding_failing as select * from failing_row")
    con.unregister("failing_row")


def _name_cells(con: duckdb.DuckDBPyConnection, delivery_id: str, records: Sequence[Row], contract: Contract) -> None:
    """Tell the records that lack values, or have broken ones, which these are, by the department's column names."""
    cells = {}
    for row in rows(
        con, "finding_cell", {"delivery_id": delivery_id, "rules": sorted({each["rule_id"] for each in records})}
    ):
        cells[row["row_no"]] = row
    for record in records:
        own = cells[record["row_no"]]
        record["blank"] = [
            column.source for column in contract.columns if column.mandatory and not (own[column.name] or "").strip()
        ]
        record["broken"] = {}
    for column in contract.columns:
        if column.format is not None and column.on_break == "count":
            values = [cells[record["row_no"]][column.name] for record in records]
            broken = column.format.broken(pa.array([value or None for value in values], pa.string()))
            for record, value, is_broken in zip(records, values, broken, strict=True):
                if is_broken:
                    record["broken"][column.source] = value


def _delivery_condition(con: duckdb.DuckDBPyConnection, rule: Rule, period: Row) -> tuple[str, Row]:
    when = period["as_of"].isoformat()
    why = f": {period['reason'].rstrip('.')}" if period["reason"] else ""
    evidence = {"as_of": when, "status": period["status"], "reason": period["reason"]}
    if rule.column == "delivery_status":
        return f"No new delivery was handed in for {when}{why}.", evidence
    if rule.column == "manifest_status":
        return f"The delivery for {when} cannot be used, its manifest is {period['status']}{why}.", evidence
    rejected = rows(con, "evidence_rejected", {"delivery_id": period["delivery_id"]})
    of_all = f"{period['rows_rejected']:,} of {counted(period['rows_in'], 'row')}"
    says = f"The contract rejected {of_all} of the manifest for {when}."
    return says, {
        "rows_in": period["rows_in"],
        "rows_rejected": period["rows_rejected"],
        "by_column": rejected[:CAP],
        "columns_in_all": len(rejected),
    }
