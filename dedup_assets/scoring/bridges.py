"""Bridges of every department and of the city, from each date to the next, as the table ``score_bridge``.

Put here which periods are bridged, and the rounding that keeps sums exact. Keep out the arithmetic (``bridge.py``).
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dedup_assets.scoring.bridge import EFFECTS, Bridge, bridges
from dedup_assets.scoring.measure import DIMENSIONS, Measure, stored_measures
from dedup_assets.scoring.policies import policy_at
from dedup_assets.warehouse import CITY, query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.scoring.policy import Policy

# score_bridge holds millionths of a point.
MILLIONTHS = 1_000_000


def bridge_department(con: duckdb.DuckDBPyConnection, policies: Sequence[Policy], department: Department) -> int:
    """Fill ``score_bridge`` with one department's bridges, each date under the policy in force; returns the rows.

    ``con`` is a connection to the city's warehouse, with ``measure`` of the department.
    """
    return _store(con, policies, department.name, stored_measures(con, [department.name]))


def bridge_city(con: duckdb.DuckDBPyConnection, policies: Sequence[Policy], departments: Sequence[Department]) -> int:
    """Fill ``score_bridge`` with the city's bridges; the mix is that of its departments. As ``bridge_department``."""
    names = [each.name for each in departments]
    con.execute(query("scoring", "city_member"), {"departments": names, "dimensions": list(DIMENSIONS)})
    rows = con.execute(query("scoring", "city_member_rows")).fetchall()
    return _store(con, policies, CITY, [Measure(*row) for row in rows])


def rounded(bridge: Bridge) -> dict[str, Decimal]:
    """The bridge in millionths of a point, so rounded that the effects still add up to the change.

    What rounding leaves over goes to the effect that is the largest, the first of several.
    """
    ends = {name: round(value * MILLIONTHS) for name, value in (("before", bridge.before), ("after", bridge.after))}
    parts = {name: round(Fraction(getattr(bridge, name)) * MILLIONTHS) for name in EFFECTS}
    change = ends["after"] - ends["before"]
    largest = max(EFFECTS, key=lambda name: abs(parts[name]))
    parts[largest] += change - sum(parts.values())
    return {name: Decimal(value) / MILLIONTHS for name, value in {**ends, **parts, "change": change}.items()}


def _store(
    con: duckdb.DuckDBPyConnection, policies: Sequence[Policy], department: str, measures: Iterable[Measure]
) -> int:
    by_date: dict[date, list[Measure]] = defaultdict(list)
    for each in measures:
        by_date[each.as_of].append(each)
    rows = [row for dates in pairwise(sorted(by_date)) for row in _rows(policies, department, dates, by_date)]
    with atomic(con):
        con.execute(query("scoring", "score_bridge_clear"), {"department": department})
        for row in rows:
            con.execute(query("scoring", "score_bridge"), row)
    return len(rows)


def _rows(
    policies: Sequence[Policy],
    department: str,
    dates: tuple[date, date],
    measures: Mapping[date, Sequence[Measure]],
) -> list[dict[str, Any]]:
    before, after = dates
    used = [policy_at(policies, each) for each in dates]
    found = bridges((used[0], measures[before]), (used[1], measures[after]))
    stated = {
        "department": department,
        "as_of": after,
        "previous_as_of": before,
        "policy_version": used[1].version,
        "previous_policy_version": used[0].version,
    }
    return [{**stated, "quantity": each.quantity, **rounded(each)} for each in found.values()]
