"""The panel *Publish*: write a site from the newest state of a home, and look at it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice
from dedup_assets.publishing.tier import Tier

if TYPE_CHECKING:
    from dedup_assets.publishing.from_home import Installation

PANEL = "Publish"

TierOption = Annotated[Tier, typer.Option(help="Who it is for.")]
Named = Annotated[str, typer.Option(help="Whose own site, with --tier department.")]
HomeOption = Annotated[Path | None, typer.Option(help="Home folder; DEDUP_HOME if not given.", file_okay=False)]


def publish(
    tier: TierOption = Tier.public,
    department: Named = "",
    out: Annotated[Path | None, typer.Option(help="Where to; its place in the home if not given.")] = None,
    home: HomeOption = None,
) -> None:
    """Publish the newest state of the home, without processing anything: pages, figures, charts."""
    from dedup_assets.publishing.assets import notice as look
    from dedup_assets.publishing.from_home import publish_tier
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import CITY

    own = _installation(home)
    with own.home.warehouse(CITY).read():  # says so where there is nothing to publish, and changes nothing then
        pass
    with own.home.run_lock(settings().lock_timeout_seconds, notice):
        report = publish_tier(own, tier, department=department, out=out.absolute() if out else None)
    said = look()
    if said:
        notice(said)
    if report.pictures_unavailable:
        gone = f"{report.pictures_unavailable} photographs could not be read"
        notice(f"{gone} at {own.landing}; DEDUP_LANDING names the landing zone")
    notice(f"{report.pages} pages for the tier {tier.value}, as of {report.as_of}")
    sys.stdout.write(f"{report.site / 'index.html'}\n")


def serve(
    tier: TierOption = Tier.public,
    department: Named = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes any.")] = 8028,
    home: HomeOption = None,
) -> None:
    """Show a published site in a browser on this machine, until Ctrl-C."""
    from dedup_assets.publishing.from_home import site_of
    from dedup_assets.publishing.serve import HOST, server

    own = _installation(home)
    running = server(site_of(own.home, own.departments, tier, department), port)
    sys.stdout.write(f"http://{HOST}:{running.server_address[1]}/\n")
    sys.stdout.flush()
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        notice("stopped")
    finally:
        running.server_close()


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (publish, serve):
        app.command(rich_help_panel=PANEL)(command)


def _installation(home: Path | None) -> Installation:
    from dedup_assets.deliveries.contract import load_contract
    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.publishing.from_home import Installation
    from dedup_assets.publishing.language import chosen
    from dedup_assets.publishing.opendata.publisher import publisher_of
    from dedup_assets.scoring.policy import load_policy
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home

    own = settings()
    place = Home(home or own.home)
    departments = load_departments(own.departments)
    return Installation(
        home=place,
        connect=lambda pool: place.warehouse(pool).connect(),
        departments=departments,
        contracts={each.name: load_contract(own.departments / each.name / "contract.yaml") for each in departments},
        rules=load_rules(own.expectations),
        policy=load_policy(own.policy),
        landing=own.landing_url,
        publisher=publisher_of(own),
        languages=chosen(own.languages),
    )
