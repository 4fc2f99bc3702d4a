"""The correction list: every image record to be looked at, from which parcel to which, why, and what to do.

Put here the rows, ready for a table or a CSV file, and the recommendation in words. Keep out pages and files
(publishing) and any writing into a department's system: a department works its list off itself, and the next delivery
shows it.

Where the record belongs is taken from the strongest that there is: the re-alignment of a shifted batch, the attribution
by all evidence, the permit's parcel of record, the PIN's, the parcel that a retired one has become. Nothing of these:
the list says so, and a person finds the parcel.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.causes.words import advise, say
from dedup_assets.findings.conditions import dashed
from dedup_assets.findings.suites import load_rules
from dedup_assets.settings import settings
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.findings.suites import Rule

# Facts whose findings are put right by filing a record elsewhere, or as a copy of another one.
CORRECTED = (
    "unrelated_parcels", "permit_agreement", "pin_agreement", "gps_agreement", "parcel_lineage", "parcel_status",
    "malformed_identifiers", "redundant_in_department", "mismatch_reports", "name_agreement",
)  # fmt: skip

_BASIS = {
    "batch_shift": "the batch re-aligned",
    "attribution": "all its evidence together",
    "permit_of_record": "its permit's parcel of record, unless the permit number is what is wrong",
    "pin_of_record": "its PIN's parcel of record",
    "parcel_lineage": "the parcel that the retired one has become",
}


@dataclass(frozen=True)
class Correction:
    """One image record to be corrected. ``from_parcel`` and ``to_parcel`` are APNs of ten digits.

    ``from_parcel`` is None where ``from_parcel_raw`` cannot be read; ``to_parcel`` where nothing tells one.
    ``to_parcel_basis``: batch_shift, attribution, permit_of_record, pin_of_record, parcel_lineage. ``copy_of``: the
    image that is proposed to stay, of a copy. ``evidence``, ``cause_in_words`` and ``recommendation`` are sentences.
    """

    image_id: str
    as_of: date
    severity: str
    due_on: date
    rules: tuple[str, ...]
    findings: tuple[str, ...]
    from_parcel_raw: str | None
    from_parcel: str | None
    to_parcel: str | None
    to_parcel_basis: str | None
    evidence: str
    cause: str
    batch_id: str | None
    copy_of: str | None
    cause_in_words: str
    recommendation: str


def corrections(
    con: duckdb.DuckDBPyConnection, department: str, rules: Sequence[Rule] | None = None
) -> list[Correction]:
    """The correction list of one department at its newest date, the most urgent first.

    ``con`` is a connection to the department's pool, with ledger and causes; ``rules`` are those that made the findings
    (the installation's own if not given). The rows hold identifiers: as restricted as the department.
    """
    known = load_rules(settings().expectations) if rules is None else rules
    con.execute("create or replace temp table impact_rule (rule_id text, fact text)")
    con.executemany("insert into impact_rule values (?, ?)", [[each.id, each.column] for each in known])
    con.execute(query("findings.impact", "correction_attribution"), {"department": department})
    given = {"department": department, "facts": list(CORRECTED)}
    result = con.execute(query("findings.impact", "correction"), given)
    columns = [each[0] for each in result.description or []]
    return [_correction(dict(zip(columns, row, strict=True))) for row in result.fetchall()]


def _correction(row: dict[str, Any]) -> Correction:
    detail = json.loads(row.pop("cause_detail"))
    row["rules"], row["findings"] = tuple(row["rules"]), tuple(row["findings"])
    recommendation = " ".join(part for part in (advise(row["cause"], detail), _about_parcel(row)) if part)
    return Correction(**row, cause_in_words=say(row["cause"], detail), recommendation=recommendation)


def _about_parcel(row: dict[str, Any]) -> str:
    if row["to_parcel"]:
        return (
            f"Look at the picture and file it on parcel {dashed(row['to_parcel'])}: {_BASIS[row['to_parcel_basis']]}."
        )
    if row["cause"] == "placeholder":
        return "It shows no parcel: ask for the photograph it stands for."
    if row["copy_of"]:
        return f"See whether it is needed beside {row['copy_of']}; if not, mark it as its copy. Delete nothing."
    return "Find out from the picture and the case file which parcel it shows; nothing on record tells."
