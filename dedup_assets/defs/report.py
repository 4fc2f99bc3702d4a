"""What the committee gets on paper: its report as PDF, in every language."""

from collections.abc import Iterator

import dagster as dg

from dedup_assets.components.city import City
from dedup_assets.components.retry import tried_once
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY


@dg.asset(
    key=[CITY, "committee_report"],
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"pdf"},
    tags={"tier": "open"},
    # After the site, whose charts it prints.
    deps=[[CITY, "score_history"], [CITY, "impact_total"], [CITY, "site"]],
    # As the site: never from a score that broke a law of the city's gate.
    automation_condition=dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed(),
    # A machine that lacks what prints it makes everything else all the same, and says what to install.
    output_required=False,
    description="The committee's report: PDF/UA-1 and PDF/A-2a, English and Spanish.",
)
@tried_once
def committee_report(context: dg.AssetExecutionContext, city: City) -> Iterator[dg.MaterializeResult[None]]:
    """Print the report from the city's warehouse, which of a restricted department holds aggregates only."""
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.publishing.language import chosen
    from dedup_assets.publishing.publication import Source
    from dedup_assets.publishing.report.document import ReportError
    from dedup_assets.publishing.report.write import write_reports

    with city.connect(CITY) as con:
        source = Source(
            con=con,
            departments=city.departments,
            contracts={each.name: city.contract(each.name) for each in city.departments},
            rules=load_rules(city.settings.expectations),
            policy=city.policy(),
            landing=city.settings.landing_url,
            languages=chosen(city.settings.languages),
        )
        try:
            files = write_reports(source, city.home.reports, charts=city.home.site / "charts")
        except ReportError as error:
            context.log.warning(str(error))
            city.say(context, "Committee report")(str(error))
            return
    city.say(context, "Committee report")(f"{len(files)} files in {city.home.reports}")
    yield dg.MaterializeResult(
        metadata={each.name: dg.MetadataValue.path(str(each)) for each in files}
        | {"bytes": sum(each.stat().st_size for each in files)}
    )
