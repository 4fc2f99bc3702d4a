"""Evidence and attribution of the deliveries of one pass, on the temporary tables that facts are made of.

Put here the order of the queries. Keep out which deliveries are computed (``findings/facts.py``), the thresholds on
distances (``place.py``) and the rule (``rule.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.findings.attribution.names import read_names
from dedup_assets.findings.attribution.place import forget_places
from dedup_assets.findings.attribution.rule import PARCEL, RULE_VERSION, SOURCES, STANCES, decide
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

# Parcels that must show the same offset before a run of slipped rows is believed; two may meet by chance on a street.
FEWEST_PARCELS = 3
# Rows that keys may slip by. Offsets beyond this are other causes.
FARTHEST_ROWS = 50
# How far away in its batch a neighbour's evidence still tells of a record.
REACH_ROWS = 5

_WORDS = {"sources": list(SOURCES), "stances": list(STANCES)}
_DECIDED = pa.schema(
    {
        "pattern_parcel": pa.string(),
        "pattern_said": pa.int64(),
        "line": pa.string(),
        "status": pa.string(),
        "supported": pa.string(),
        "sources": pa.list_(pa.string()),
    }
)


def gather_evidence(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables that the evidence is written from.

    Expects the temporary tables of ``findings/fact_*.sql``, up to the related parcels, for the targets of one pass, and
    what ``judge_places`` makes.
    """
    read_names(con)
    for step in ("file_name", "name_said", "record", "copy"):
        con.execute(query("findings.attribution", f"attribution_{step}"))


def write_attribution(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``parcel_evidence`` and ``attribution`` of the targets of one pass; what stood for them must be gone.

    AssertionError when a record has no attribution, or one that its evidence does not bear out.
    """
    con.execute(query("findings.attribution", "parcel_evidence"))
    for step in ("pointer", "spent", "row"):
        con.execute(query("findings.attribution", f"attribution_{step}"))
    forget_places(con)
    con.execute(
        query("findings.attribution", "attribution_shift"), {"farthest": FARTHEST_ROWS, "fewest": FEWEST_PARCELS}
    )
    con.execute(query("findings.attribution", "attribution_neighbour"), {"reach": REACH_ROWS})
    con.execute(query("findings.attribution", "attribution_pattern"), _WORDS)
    _decide(con)
    con.execute(query("findings.attribution", "attribution"), {"sources": list(SOURCES), "version": RULE_VERSION})
    con.unregister("attribution_decided")
    wrong = con.execute(query("findings.attribution", "attribution_broken")).fetchall()
    assert not wrong, f"the attribution of {wrong[0][2]}, delivery {wrong[0][1]} of {wrong[0][0]}, contradicts itself"


def forget_attribution(con: duckdb.DuckDBPyConnection, deliveries: Sequence[str]) -> None:
    """Remove evidence and attribution of ``deliveries``."""
    for table in ("parcel_evidence", "attribution"):
        con.execute(query("findings.attribution", f"{table}_forget"), {"deliveries": list(deliveries)})


def _decide(con: duckdb.DuckDBPyConnection) -> None:
    """Ask the rule about every pattern that occurs: the view ``attribution_decided``."""
    patterns = con.sql(query("findings.attribution", "attribution_distinct_pattern")).fetchall()
    rows = []
    for parcel, said in patterns:
        line, sources = decide({**_spelled(said), PARCEL: parcel})
        rows.append((parcel, said, line.id, line.status, line.parcel, list(sources)))
    columns = list(zip(*rows, strict=True)) or [()] * len(_DECIDED)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _DECIDED, strict=True)]
    con.register("attribution_decided", pa.table(arrays, schema=_DECIDED))


def _spelled(said: int) -> dict[str, str]:
    """By source the stance that a pattern's number holds, of the sources that spoke."""
    places = {source: said >> 2 * at & 3 for at, source in enumerate(SOURCES)}
    return {source: STANCES[place - 1] for source, place in places.items() if place}
