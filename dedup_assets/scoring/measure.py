"""Measures: how much of a delivery could be looked at, and how much of that was wrong. What counts is in measure.sql.

Put here which measures a department can have at all. Keep out weights and grades (``policy.yaml``, ``rating.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.deliveries.contract import IDENTIFIERS
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

PARCEL_ACCURACY = "parcel_accuracy"
UNIQUENESS = "uniqueness"
REFERENTIAL_CONSISTENCY = "referential_consistency"
COMPLETENESS = "completeness"
TRACEABILITY = "traceability"
VALIDITY = "validity"
TIMELINESS = "timeliness"

# In the order of their weights (field notes on Los Angeles, section 6.2).
DIMENSIONS = (
    PARCEL_ACCURACY, UNIQUENESS, REFERENTIAL_CONSISTENCY, COMPLETENESS, TRACEABILITY, VALIDITY, TIMELINESS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of ``measure``, in rows, cells or deliveries: ``defects`` (A), ``measured`` (B), ``population`` (N).

    Always 0 <= A <= B <= N and N >= 1.
    """

    department: str
    as_of: date
    dimension: str
    defects: int
    measured: int
    population: int


def applicable(department: Department, contract: Contract) -> tuple[str, ...]:
    """The dimensions that a department's deliveries can be measured by, in the order of ``DIMENSIONS``.

    A dimension is left out only when the contract gives it nothing to look at, whatever is delivered; what the
    contract has and a delivery lacks is a matter of coverage.
    """
    identifiers = any(contract.has(each) for each in IDENTIFIERS)
    given = {
        PARCEL_ACCURACY: contract.has("apn_raw"),
        REFERENTIAL_CONSISTENCY: identifiers,
        COMPLETENESS: department.has_images or any(each.mandatory for each in contract.columns),
        VALIDITY: identifiers or any(each.format for each in contract.columns),
    }
    return tuple(each for each in DIMENSIONS if given.get(each, True))


def measure(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], contracts: Mapping[str, Contract]
) -> list[Measure]:
    """Fill ``measure`` for every date at which something was due of some departments of one pool; all or nothing.

    ``contracts`` has the contract of every department by its name. Raises KeyError when one is lacking.
    """
    pairs = [(each.name, dimension) for each in departments for dimension in applicable(each, contracts[each.name])]
    names = {"departments": [each.name for each in departments]}
    with atomic(con):
        con.execute(query("scoring", "measure_clear"), names)
        con.execute(query("scoring", "judged_fact"))
        con.execute(
            query("scoring", "measure"),
            {"departments": [name for name, _ in pairs], "dimensions": [dimension for _, dimension in pairs]},
        )
    return stored_measures(con, names["departments"])


def stored_measures(con: duckdb.DuckDBPyConnection, departments: Sequence[str]) -> list[Measure]:
    """The rows of ``measure`` of some departments, by department, date and dimension."""
    rows = con.execute(query("scoring", "measure_rows"), {"departments": list(departments)}).fetchall()
    return [Measure(*row) for row in rows]
