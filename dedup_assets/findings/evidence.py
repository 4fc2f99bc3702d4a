"""Evidence: what the tables say about the records that fail, gathered in a few queries for a whole delivery.

Put here the fetching, with every list capped and every count exact. Keep out the sentences (``conditions.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb

# Examples in a list of evidence: enough for a reviewer to see the pattern; the queries know it too.
CAP = 10

Row = dict[str, Any]

# The facts whose evidence is who else holds the photograph.
_ABOUT_HOLDERS = {
    "redundant_in_department",
    "redundant_elsewhere",
    "near_candidates",
    "other_subjects",
    "unrelated_parcels",
}
_ABOUT_PLACES = {
    "gps_agreement": "gps",
    "name_agreement": "file_name",
    "parcel_lineage": "lineage",
    "mismatch_reports": "reports",
}
_ABOUT_LINKS = {"permit_agreement", "pin_agreement"}


@dataclass(frozen=True)
class Evidence:
    """What is known beside the failing records themselves.

    ``copies`` by content; ``parcels`` by content and APN; ``near``, ``recordings`` and ``identifiers`` by row number;
    ``links`` by kind and name of a permit or raw PIN; ``places``, what one source says of the parcel, by source and row
    number.
    """

    copies: dict[str, Row] = field(default_factory=dict)
    parcels: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    near: dict[int, list[Row]] = field(default_factory=dict)
    links: dict[tuple[str, str], Row] = field(default_factory=dict)
    recordings: dict[int, Row] = field(default_factory=dict)
    identifiers: dict[int, list[Row]] = field(default_factory=dict)
    places: dict[tuple[str, int], Row] = field(default_factory=dict)


def rows(con: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]) -> list[Row]:
    """The rows of ``findings/<name>.sql`` as dicts."""
    result = con.execute(query("findings", name), parameters)
    columns = [each[0] for each in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def gather(con: duckdb.DuckDBPyConnection, delivery_id: str, facts: Collection[str]) -> Evidence:
    """Evidence about the records of ``delivery_id`` in the temporary table ``finding_failing``.

    ``facts`` are the columns that the failing rules judge; what none of them needs is not asked for. The temporary
    tables of ``fact_member.sql`` and ``fact_macro.sql`` must stand.
    """
    given = {"delivery_id": delivery_id}
    found = Evidence()
    if _ABOUT_HOLDERS.intersection(facts):
        _find_holders(con, delivery_id)
        found.copies.update({row["content"]: row for row in rows(con, "evidence_copies", {})})
        for row in rows(con, "evidence_parcels", given):
            found.parcels[row["content"], row["apn"]] = row["parcels"]
        found.near.update({row["row_no"]: row["photographs"] for row in rows(con, "evidence_near", given)})
    if _ABOUT_LINKS.intersection(facts):
        found.links.update({(row["kind"], row["name"]): row for row in rows(con, "evidence_link", given)})
    sources = sorted(_ABOUT_PLACES[fact] for fact in _ABOUT_PLACES.keys() & facts)
    if sources:
        for row in rows(con, "evidence_place", {**given, "sources": sources}):
            found.places[row["source"], row["row_no"]] = {**json.loads(row["detail"]), "points_to": row["apn"]}
    if "duplicate_metadata" in facts:
        found.recordings.update({row["row_no"]: row for row in rows(con, "evidence_metadata", given)})
    if "malformed_identifiers" in facts:
        for row in rows(con, "evidence_identifier", given):
            found.identifiers.setdefault(row.pop("row_no"), []).append(row)
    return found


def _find_holders(con: duckdb.DuckDBPyConnection, delivery_id: str) -> None:
    """Who holds the failing photographs, what looks like them, and which of their parcels are related."""
    given = {"delivery_id": delivery_id}
    con.execute(query("findings", "finding_content"), given)
    con.execute(query("findings", "finding_own"), given)
    con.execute(query("findings", "fact_look"))
    con.execute(query("findings", "finding_content_seen"))
    con.execute(query("findings", "finding_own"), given)
    con.execute(query("findings", "finding_contradicted"))
    for step in ("holder", "photograph", "parcel", "related", "pair"):
        con.execute(query("findings", f"fact_{step}"))
