"""What everyone may read: the scorecard site, and the snapshots that readers open instead of the live warehouse."""

import dagster as dg

from dedup_assets.components.city import City
from dedup_assets.warehouse import CITY


@dg.asset(
    key=[CITY, "site"],
    group_name=CITY,
    kinds={"html"},
    deps=[[CITY, "score_history"]],
    # Never from a score that broke a law of the city's gate: what stands published is right, if older.
    automation_condition=dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed(),
    description="The scorecard site, scorecard.json, and Parquet snapshots of the city's tables.",
)
def site(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
    """Publish from the city's warehouse, which of a restricted department holds aggregates only."""
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.publishing.publish import publish

    with city.connect(CITY) as con:
        report = publish(
            con,
            city.departments,
            load_rules(city.settings.expectations),
            city.policy(),
            out=city.home.site,
            snapshots=city.home.snapshots,
            landing=city.settings.landing_url,
        )
    city.say(context, "Publishing")(f"{report.pages} pages, as of {report.as_of}")
    return dg.MaterializeResult(
        metadata={
            "site": dg.MetadataValue.path(str(city.home.site / "index.html")),
            "as_of": report.as_of.isoformat(),
            **report.numbers(),
        }
    )
