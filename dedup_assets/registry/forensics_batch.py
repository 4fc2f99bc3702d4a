"""Damage forensics of every batch of a pool: the table ``batch_damage``.

Put here when the table is made and what is said of it. Keep out how damage is recognised: the table ``identifier`` says
it of each value, and ``forensics.py`` says what counts as restored. A pool's identifiers stay in its own warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.registry.identity import NOTATION
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb


@dataclass(frozen=True)
class ColumnDamage:
    """One transformation of one column, over all batches of the pool; notation is left out."""

    column: str
    transformation: str
    batches: int
    rows_affected: int
    rows_restored: int
    rows_ambiguous: int
    rows_lost: int


def write_batch_damage(con: duckdb.DuckDBPyConnection, notice: Callable[[str], None]) -> list[ColumnDamage]:
    """Make ``batch_damage`` anew from every record of the pool, in one transaction; its sums, the most frequent first.

    ``identifier`` must hold the meaning of every value (``resolve_identifiers``); a value that it lacks is not counted.
    """
    con.begin()
    try:
        con.execute(query("registry", "batch_damage_clear"))
        con.execute(query("registry", "batch_damage"), {"notation": sorted(NOTATION)})
    except BaseException:
        con.rollback()
        raise
    con.commit()
    found = [ColumnDamage(*row) for row in con.execute(query("registry", "batch_damage_counts")).fetchall()]
    for each in found:
        notice(
            f"{each.column}, {each.transformation}: {each.rows_affected:,} records in {each.batches:,} batches; "
            f"{each.rows_restored:,} restored, {each.rows_ambiguous:,} ambiguous, {each.rows_lost:,} lost"
        )
    return found
