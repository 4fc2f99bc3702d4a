"""Impact measured: what the open findings hold up, and the totals in which everything counts once.

Put here which tables are made and when. What each column means stands in the warehouse's schema.

Disposal of duplicates, in the order in which ``finding_impact.sql`` asks (field notes on Los Angeles, section 4):
recordings (Penal Code 832.18) and police records never; federally funded work not before three years after the final
expenditure report (2 CFR 200.334); a copy that another department or case needs not (Los Angeles Administrative Code
12.1(d), second test); other bytes (12.1(d), first test: accurate reproduction), forms and plans (Government Code
34090(a), title to real property) and copies younger than two years (34090(d), 34090.7) by the City Clerk's word only.
Whether the City, having a charter, follows 34090 or its own code alone is for the City Attorney; both are held to. An
answer is about the law as it is written, never an order: nothing is deleted by this product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.findings.suites import load_rules
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY, query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule


class ImpactError(UserError):
    """Impact cannot be measured from the tables as they stand; the message says what is missing."""


@dataclass(frozen=True)
class ImpactReport:
    """What the open findings of some departments hold up, each counted once over all of them."""

    findings: int
    permits: int
    dwelling_units: int
    longest_days: int
    without_cause: int


def measure_impact(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], rules: Sequence[Rule] | None = None
) -> ImpactReport:
    """Make ``finding_impact`` and ``impact_total`` of ``departments`` anew, in one transaction.

    ``con`` is a connection to one pool whose ledger was built and whose causes were found; ``rules`` are those that
    made the findings (the installation's own if not given). Only open findings are looked at, so it is quick enough to
    be done whole.

    Raises ImpactError when an open finding has no cause, not even undetermined.
    """
    known = load_rules(settings().expectations) if rules is None else rules
    names = [each.name for each in departments]
    con.execute(query("findings", "fact_macro"))
    con.execute("create or replace temp table impact_rule (rule_id text, fact text)")
    con.executemany("insert into impact_rule values (?, ?)", [[each.id, each.column] for each in known])
    with atomic(con):
        for department in departments:
            _refuse_without_cause(con, department.name)
            con.execute("delete from finding_impact where department = ?", [department.name])
            given = {
                "department": department.name,
                "restricted": department.restricted,
                "has_images": department.has_images,
            }
            con.execute(query("findings.impact", "finding_impact"), given)
            _total(con, department.name, [department.name])
    row = con.execute(query("findings.impact", "impact_report"), {"departments": names}).fetchall()[0]
    return ImpactReport(*(int(each) for each in row))


def sum_impact(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> None:
    """Make the rows of ``impact_total`` of the whole city anew, from the impact of ``departments`` of the city's pool.

    A permit that two departments wait for counts once. Departments of an enclave are not among them: their rows of
    ``impact_total`` hold no permit of another department, and may be added as they are.
    """
    with atomic(con):
        _total(con, CITY, [each.name for each in departments])


def _total(con: duckdb.DuckDBPyConnection, name: str, departments: Sequence[str]) -> None:
    con.execute("delete from impact_total where department = ?", [name])
    con.execute(query("findings.impact", "impact_total"), {"name": name, "departments": list(departments)})


def _refuse_without_cause(con: duckdb.DuckDBPyConnection, department: str) -> None:
    rows = con.execute(query("findings.impact", "impact_causeless"), {"department": department}).fetchall()
    if rows:
        raise ImpactError(
            f"{rows[0][1]} open findings of {department} have no cause at {rows[0][0]}; find the causes first"
        )
