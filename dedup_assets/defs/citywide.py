"""What the unrestricted departments share: the registry, what identifiers mean, matches, and the city's score.

The city is scored by itself once a department's scores changed. It does not wait for departments that never had a run:
they count as not measured.
"""

from collections.abc import Iterator

import dagster as dg

from dedup_assets.components import gate, pool, steps, trend
from dedup_assets.components.city import City, pool_of
from dedup_assets.components.lineage import city_lineage
from dedup_assets.components.metadata import table_metadata
from dedup_assets.components.retry import tried_once
from dedup_assets.deliveries.department import load_departments
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY

departments = load_departments(settings().departments)
own = dg.AssetKey([CITY, "score_history"])
open_departments = [each for each in departments if pool_of(each) == CITY]

city_trend = trend.trend_asset(CITY, [settings().city_owner], {"tier": "open"})
city_pool = pool.assets(CITY, CITY, open_departments, has_identifiers=True)


@dg.asset(
    key=[CITY, "impact_total"],
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"duckdb"},
    tags={"tier": "open"},
    deps=[steps.key(each, "finding_impact") for each in open_departments],
    automation_condition=dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing()),
    description="Permits, dwelling units and days behind the open findings of the city, each counted once.",
)
@tried_once
def city_impact(city: City) -> dg.MaterializeResult[None]:
    """Add the departments' impact up without counting a permit twice."""
    from dedup_assets.findings.impact.measure import sum_impact

    with city.connect(CITY) as con:
        sum_impact(con, city.members(CITY))
        rows = con.execute("select count(*) from impact_total where department = ?", [CITY]).fetchall()[0][0]
        return dg.MaterializeResult(metadata=table_metadata(con, "impact_total", int(rows), {}))


@dg.asset(
    key=own,
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"duckdb"},
    tags={"tier": "open"},
    deps=[steps.key(each, "score_history") for each in departments],
    check_specs=gate.specs(own),
    automation_condition=dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing())
    & dg.AutomationCondition.all_deps_blocking_checks_passed(),
    description="The city as one body of data: pooled measures, score, bounds, coverage and grade.",
)
@tried_once
def city_score(
    context: dg.AssetExecutionContext, city: City
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Score the city from its departments' measures, and see whether what follows from it may be published."""
    from dedup_assets.findings.ledger import city_ledger
    from dedup_assets.scoring.restate import restate_city

    with city.connect(CITY) as con:
        city_ledger(con, city.departments)  # the departments' ledgers add up to the city's, or nothing goes on
        rows = restate_city(con, city.policies(), city.departments)
        yield from gate.results(con, city.departments)
        lineage = city_lineage(city.departments)
        yield steps.scored(context, con, own, rows, departments=city.departments, lineage=lineage)
