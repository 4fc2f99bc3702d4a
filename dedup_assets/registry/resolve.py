"""What every identifier of the image records means: the table ``identifier``.

Put here which values are read and when. Keep out what a value means (``apn.py``, ``pin.py``, ``permit.py``) and what
follows for a record (findings).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.registry.lineage_tables import lineage_from_tables
from dedup_assets.registry.membership import PARSERS, known
from dedup_assets.registry.reference import registry_version
from dedup_assets.registry.standing import Standing
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

    from dedup_assets.registry.identity import Identity, Kind, Known

# The kinds that image records have a column of. What a subject's reference is (a booking, a report) its department
# decides, and no registry holds any.
RECORD_KINDS: tuple[Kind, ...] = ("apn", "pin", "permit")
_BATCH = 50_000
_SCHEMA = pa.schema(
    {
        "kind": pa.string(),
        "raw": pa.string(),
        "canonical": pa.string(),
        "status": pa.string(),
        "repairs": pa.list_(pa.string()),
        "candidates": pa.list_(pa.string()),
        "in_registry": pa.bool_(),
    }
)


@dataclass(frozen=True)
class IdentifierReport:
    """``rows`` of the table, how many of them were ``read`` now, and ``by_status``: rows by kind and status."""

    rows: int
    read: int
    anew: bool
    by_status: dict[str, int]


def resolve_identifiers(con: duckdb.DuckDBPyConnection, notice: Callable[[str], None]) -> IdentifierReport:
    """Read every distinct APN, PIN and permit number of ``image_record`` against the registry in force.

    Values read before are kept, unless the registry changed: then all are read anew. One transaction of its own.
    """
    version = registry_version(con)
    con.begin()
    try:
        done = con.execute(query("registry", "registry_version"), {"part": "identifier"}).fetchall()
        anew = bool(done) and done[0][0] != version
        if anew:
            con.execute(query("registry", "identifier_clear"))
        read = sum(_resolve(con, kind) for kind in RECORD_KINDS)
        con.execute(query("registry", "registry_state"), {"part": "identifier", "version": version})
    except BaseException:
        con.rollback()
        raise
    con.commit()
    counted = con.execute(query("registry", "identifier_counts")).fetchall()
    by_status = {f"{kind}_{status}": rows for kind, status, rows in counted}
    report = IdentifierReport(sum(by_status.values()), read, anew, by_status)
    notice(f"{read:,} identifiers read{' anew, the registry changed' if anew else ''}; {_words(counted)}")
    return report


def known_from_tables(con: duckdb.DuckDBPyConnection, kind: Kind) -> Known:
    """What the registry's tables hold of one kind; parcels are a complete roll when a parcel file gave them."""
    rows = con.execute(query("registry", "known"), {"kind": kind}).fetchall()
    return known(kind, (entry for entry, _ in rows), complete=bool(rows) and rows[0][1])


def standing_from_tables(con: duckdb.DuckDBPyConnection) -> Standing:
    """What the registry's tables say of parcels beyond that they exist: lineage and jurisdiction."""
    elsewhere = con.execute(query("registry", "other_jurisdiction")).fetchall()
    return Standing(lineage_from_tables(con), (apn for (apn,) in elsewhere))


def _resolve(con: duckdb.DuckDBPyConnection, kind: Kind) -> int:
    raws = [raw for (raw,) in con.execute(query("registry", "identifier_raw"), {"kind": kind}).fetchall()]
    if not raws:
        return 0
    entries, parse, standing = known_from_tables(con, kind), PARSERS[kind], standing_from_tables(con)
    for start in range(0, len(raws), _BATCH):
        _insert(con, [standing.of(parse(raw, entries)) for raw in raws[start : start + _BATCH]])
    return len(raws)


def _insert(con: duckdb.DuckDBPyConnection, identities: Sequence[Identity]) -> None:
    columns = {name: [getattr(each, name) for each in identities] for name in _SCHEMA.names}
    con.from_arrow(pa.table(columns, schema=_SCHEMA)).insert_into("identifier")


def _words(counted: Sequence[tuple[str, str, int]]) -> str:
    """``3 repaired, 2 malformed``: what is not ok, for the log."""
    totals: Counter[str] = Counter()
    for _, status, rows in counted:
        totals[status] += rows
    return ", ".join(f"{totals[status]:,} {status}" for status in sorted(totals)) or "there are none"
