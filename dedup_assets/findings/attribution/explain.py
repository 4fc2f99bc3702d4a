"""Everything that is known about whose parcel one image record is, in plain words: what ``dedup explain`` prints.

Put here the look-up of one record and its telling. Keep out printing, which is the command line's, and who may ask:
a pool's evidence is read from that pool and stays there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.findings.attribution.rule import LINES, SOURCES
from dedup_assets.findings.attribution.words import MEANS, NAMES, STATUS, seen
from dedup_assets.findings.conditions import dashed, listed
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
# How alike (Jaro-Winkler, 0 to 1) another identifier must be to be offered in place of an unknown one.
ALIKE = 0.85


class ExplainError(UserError):
    """The record that was asked for cannot be told; the message says what to ask instead."""


def explain(
    con: duckdb.DuckDBPyConnection, image_id: str, department: str | None = None, as_of: str | None = None
) -> Row:
    """One image record and its evidence, as JSON has it: ``record``, ``attribution``, ``evidence``, ``findings``.

    ``con`` is a connection to one pool. Without ``as_of`` (ISO date) the newest delivery that lists the record is told.

    Raises ExplainError when the pool knows no such record, or one in several departments, and before facts were built.
    """
    record = _chosen(con, image_id, department, as_of)
    at = {"delivery_id": record["delivery_id"], "row_no": record["row_no"]}
    attributions = _rows(con, "explain_attribution", at)
    if not attributions and not _rows(con, "explain_computed", {"delivery_id": record["delivery_id"]}):
        raise ExplainError(
            f"the evidence of {record['department']} for {record['as_of']} is not computed yet; run `dedup run`"
        )
    evidence = sorted(_rows(con, "explain_evidence", at), key=lambda each: SOURCES.index(each["source"]))
    return {
        "record": {**record, "as_of": record["as_of"].isoformat()},
        "attribution": _attribution(attributions[0]) if attributions else None,
        "evidence": [_evidence(each) for each in evidence],
        "findings": _rows(con, "explain_finding", at),
    }


def told(explanation: Row) -> str:
    """An explanation as a person reads it, without a final line break."""
    record, found = explanation["record"], explanation["attribution"]
    lines = [f"{record['image_id']} of {record['department']}, delivery of {record['as_of']}, row {record['row_no']:,}"]
    if found is None:
        return "\n".join([*lines, "This department files by no parcel number, so there is no evidence about a parcel."])
    lines += [_filed(record, found), "", f"Result: {STATUS[found['status']]}, because {found['because']}."]
    if found["parcel"] and found["parcel"] != found["apn"]:
        lines.append(f"Most supported: parcel {dashed(found['parcel'])}.")
    elif not found["parcel"]:
        lines.append("Most supported: no parcel, or several equally.")
    if found["sources"]:
        lines.append(f"Decided by: {listed([NAMES[each] for each in found['sources']])}.")
    lines.append(
        f"Rule: version {found['rule_version']}, line {found['decided_by']}; the first line that fits decides."
    )
    if record["legitimate_reuse"]:
        lines.append("Its photograph is held more than once, and that is legitimate reuse: no defect.")
    lines += ["", "What was seen"]
    for each in explanation["evidence"]:
        lines += [f"  {each['stance']:13}{each['called']}: {each['seen']}", f"  {'':13}{each['means']}"]
    for each in explanation["findings"]:
        lines += ["", f"Finding {each['finding_id']} ({each['rule_id']}): {each['condition']}"]
    return "\n".join(lines)


def _chosen(con: duckdb.DuckDBPyConnection, image_id: str, department: str | None, as_of: str | None) -> Row:
    listings = _rows(con, "explain_record", {"image_id": image_id})
    departments = sorted({each["department"] for each in listings})
    if department is not None:
        listings = [each for each in listings if each["department"] == department]
    if not listings:
        raise ExplainError(_unknown(con, image_id, department, departments))
    if len({each["department"] for each in listings}) > 1:
        raise ExplainError(f"{image_id} is a record of {listed(departments)}; say which with --department")
    if as_of is None:
        return listings[0]
    dated = [each for each in listings if each["as_of"].isoformat() == as_of]
    if not dated:
        dates = listed(sorted(each["as_of"].isoformat() for each in listings))
        raise ExplainError(f"{image_id} is listed in the deliveries of {dates}, not of {as_of}")
    return dated[0]


def _unknown(con: duckdb.DuckDBPyConnection, image_id: str, department: str | None, departments: list[str]) -> str:
    where = f" of {department}" if department else ""
    if departments:
        return f"there is no image record {image_id}{where}; it is one of {listed(departments)}"
    given = {"image_id": image_id, "department": department, "alike": ALIKE}
    alike = [each["image_id"] for each in _rows(con, "explain_similar", given)]
    hint = f"did you mean {' or '.join(alike)}?" if alike else "its key stands in the column image_id of the manifest"
    return f"there is no image record {image_id}{where}; {hint}"


def _filed(record: Row, found: Row) -> str:
    raw = record["apn_raw"]
    if found["apn"] is None:
        return f"Filed on '{raw}', which names no single parcel." if raw else "Filed on no parcel."
    given = "" if raw in (found["apn"], dashed(found["apn"])) else f" (given as '{raw}')"
    return f"Filed on parcel {dashed(found['apn'])}{given}."


def _attribution(row: Row) -> Row:
    return {**row, "because": LINES[row["decided_by"]].because}


def _evidence(row: Row) -> Row:
    detail = json.loads(row["detail"])
    says = seen(row["source"], row["stance"], row["apn"], detail)
    return {**row, "called": NAMES[row["source"]], "seen": says, "means": MEANS[row["source"]], "detail": detail}


def _rows(con: duckdb.DuckDBPyConnection, name: str, given: Row) -> list[Row]:
    result = con.execute(query("findings.attribution", name), given)
    columns = [each[0] for each in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
