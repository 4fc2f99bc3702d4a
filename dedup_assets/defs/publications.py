"""What is published without being asked for: the public site with the snapshots, and the committee's site.

A department's own site and the auditors' are made when somebody wants them, by ``dedup publish``.
"""

import dagster as dg

from dedup_assets.components.city import City
from dedup_assets.components.lineage import site_lineage
from dedup_assets.components.retry import tried_once
from dedup_assets.publishing.tier import Tier
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY

# Never from a score that broke a law of the city's gate: what stands published is right, if older.
PUBLISH = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()


@dg.asset(
    key=[CITY, "site"],
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"html"},
    tags={"tier": "open"},
    deps=[[CITY, "score_history"]],
    automation_condition=PUBLISH,
    description="The scorecard site, scorecard.json, and Parquet snapshots of the city's tables.",
)
@tried_once
def site(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
    """Publish for everyone: small counts are hidden, and no record is named."""
    return _published(context, city, Tier.public)


@dg.asset(
    key=[CITY, "committee_site"],
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"html"},
    tags={"tier": "open"},
    deps=[[CITY, "score_history"], [CITY, "impact_total"]],
    automation_condition=PUBLISH,
    description="The site for the council's committee: ageing, deadlines, causes, permits and units, districts.",
)
@tried_once
def committee_site(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
    """Publish for the committee, in a folder that only its owner can enter."""
    return _published(context, city, Tier.committee)


def _published(context: dg.AssetExecutionContext, city: City, tier: Tier) -> dg.MaterializeResult[None]:
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.publishing.from_home import Installation, publish_tier
    from dedup_assets.publishing.language import chosen
    from dedup_assets.publishing.opendata.publisher import publisher_of

    own = Installation(
        home=city.home,
        connect=city.connect,
        departments=city.departments,
        contracts=city.contracts(CITY),
        rules=load_rules(city.settings.expectations),
        policy=city.policy(),
        landing=city.settings.landing_url,
        publisher=publisher_of(city.settings),
        languages=chosen(city.settings.languages),
    )
    report = publish_tier(own, tier)
    city.say(context, "Publishing")(f"{report.pages} pages for the tier {tier.value}, as of {report.as_of}")
    return dg.MaterializeResult(
        metadata={
            "site": dg.MetadataValue.path(str(report.site / "index.html")),
            "as_of": report.as_of.isoformat(),
            "dagster/column_lineage": site_lineage(city.departments),
            **report.numbers(),
        }
    )
