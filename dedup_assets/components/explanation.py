"""The assets that say why a finding is there and what it holds up. Each calls one function of one room.

No ``from __future__ import annotations`` in this module: Dagster reads a step's annotations when it is defined.
"""

import dagster as dg

from dedup_assets.components.city import City, pool_of
from dedup_assets.components.metadata import table_metadata
from dedup_assets.components.steps import key, owned, pool_key
from dedup_assets.deliveries.department import Department


def finding_cause(department: Department, *, has_identifiers: bool) -> dg.AssetsDefinition:
    """The likely cause of every finding, with what supports it."""
    needs = [key(department, "rule_result")]
    if has_identifiers:
        needs.append(pool_key(department, "identifier"))

    @owned(
        department,
        "finding_cause",
        deps=needs,
        description="The likely cause of every finding, or undetermined; with support counts, the others beside it.",
    )
    def step(city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.findings.causes.find import find_causes
        from dedup_assets.findings.suites import load_rules

        with city.connect(pool_of(department)) as con:
            report = find_causes(con, [department], load_rules(city.settings.expectations))
            numbers = {
                "periods_computed": report.computed,
                **{f"cause_{cause}": findings for cause, findings, _ in report.likely},
            }
            return dg.MaterializeResult(metadata=table_metadata(con, "finding_cause", report.rows, numbers))

    return step


def finding_impact(department: Department) -> dg.AssetsDefinition:
    """What every open finding holds up, and the department's correction list."""

    @owned(
        department,
        "finding_impact",
        deps=[key(department, "ledger_balance"), key(department, "finding_cause")],
        description="Permits, units, days in queue, districts, venues behind each open finding; the correction list.",
    )
    def step(city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.findings.impact.correction import corrections
        from dedup_assets.findings.impact.measure import measure_impact
        from dedup_assets.findings.suites import load_rules
        from dedup_assets.publishing.correction_list import write_corrections

        pool, rules = pool_of(department), load_rules(city.settings.expectations)
        with city.connect(pool) as con:
            report = measure_impact(con, [department], rules)
            listed = corrections(con, department.name, rules)
            write_corrections(listed, city.home.corrections(pool) / f"{department.name}.csv")
            numbers = {
                "corrections_listed": len(listed),
                "permits": report.permits,
                "dwelling_units": report.dwelling_units,
                "longest_days": report.longest_days,
                "without_cause": report.without_cause,
            }
            return dg.MaterializeResult(metadata=table_metadata(con, "finding_impact", report.findings, numbers))

    return step
