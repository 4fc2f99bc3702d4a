"""How many records are attributed, contradicted, contested; how many are legitimate reuse: a few numbers a department.

Put here counts over the finished tables. Keep out how they came about.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department


def attribution_counts(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department]
) -> dict[tuple[str, date], dict[str, int]]:
    """By department and date of delivery: records by status of ``attribution``, and ``legitimate_reuse``.

    A department that names no parcel has no statuses. ``legitimate_reuse`` counts records whose photograph is held more
    than once, none of them a defect.
    """
    names = {"departments": [each.name for each in departments]}
    found: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
    counts = con.execute(query("findings.attribution", "attribution_counts"), names).fetchall()
    for department, as_of, status, records in counts:
        found[department, as_of][status] = records
    reuse = con.execute(query("findings.attribution", "legitimate_reuse"), names).fetchall()
    for department, as_of, records in reuse:
        found[department, as_of]["legitimate_reuse"] = records
    return dict(found)
