"""What the unrestricted departments share: the registry, what identifiers mean, matches, and the city's score."""

import dagster as dg

from dedup_assets.components import pool, steps
from dedup_assets.components.city import City, pool_of
from dedup_assets.deliveries.department import load_departments
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY

departments = load_departments(settings().departments)
open_departments = [each for each in departments if pool_of(each) == CITY]

city_pool = pool.assets(CITY, CITY, open_departments, has_identifiers=True)


@dg.asset(
    key=[CITY, "score_history"],
    group_name=CITY,
    kinds={"duckdb"},
    deps=[steps.key(each, "score_history") for each in departments],
    description="The city as one body of data: pooled measures, score, bounds, coverage and grade.",
)
def city_score(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
    """Score the city from its departments' measures."""
    from dedup_assets.scoring.score import score_city

    with city.connect(CITY) as con:
        rows = score_city(con, city.policy(), city.departments)
        return steps.trend(context, con, dg.AssetKey([CITY, "score_history"]), rows)
