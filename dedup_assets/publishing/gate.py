"""What must hold of the city's tables before they are published, whatever the rules say of the data.

A department's defects are published; a ledger that does not add up, a score that no score can be, or records of a
restricted department in the city's warehouse are not. Put here only what would make a publication wrong or unlawful.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dedup_assets.deliveries.department import Department

# Each law with what it says.
LAWS: Mapping[str, str] = {
    "ledger_adds_up": "Every balance adds up, and opens with what the one before it closed with.",
    "scores_possible": "Bounds lie within 0 and 100 and hold the score between them; coverage lies within 0 and 1.",
    "nothing_restricted": "The city's warehouse holds no record, file or finding of a restricted department.",
}


@dataclass(frozen=True)
class Breach:
    """How often a law is broken (rows, or tables that must hold none), and by which departments. No id, no value."""

    law: str
    count: int
    departments: tuple[str, ...]


def breaches(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> list[Breach]:
    """One Breach a law, of 0 where it holds. ``con`` is a connection to the city's pool."""
    restricted = [each.name for each in departments if each.restricted]
    found = {
        "ledger_adds_up": con.execute(query("publishing", "gate_ledger_adds_up")).fetchall(),
        "scores_possible": con.execute(query("publishing", "gate_scores_possible")).fetchall(),
        "nothing_restricted": [(name, count) for name in restricted if (count := _trespassing(con, name))],
    }
    return [Breach(law, sum(n for _, n in rows), tuple(name for name, _ in rows)) for law, rows in found.items()]


def _trespassing(con: duckdb.DuckDBPyConnection, department: str) -> int:
    """How many tables of records hold rows of a department, by the list that its aggregates are released under."""
    return len(con.execute(query("scoring", "release_trespass"), {"department": department}).fetchall())
