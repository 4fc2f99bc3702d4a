"""The panel *Publish*: the committee's report as PDF."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Publish"


def report(
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    out: Annotated[
        Path | None, typer.Option(help="The file to write; below the home if not given.", dir_okay=False)
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
    ] = None,
) -> None:
    """Print the committee's report as PDF, readable by screen readers and fit to archive."""
    from dedup_assets.deliveries.contract import load_contract
    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.errors import UserError
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.publishing.language import LANGUAGES
    from dedup_assets.publishing.publication import Source
    from dedup_assets.publishing.report.write import file_name, put
    from dedup_assets.publishing.report.write import report as print_report
    from dedup_assets.scoring.policy import load_policy
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home

    if language not in LANGUAGES:
        raise UserError(f"there is no report in {language!r}; the languages are {', '.join(LANGUAGES)}")
    own = settings()
    place = Home(home or own.home)
    departments = load_departments(own.departments)
    warehouse = place.warehouse()
    with warehouse.read():
        pass  # what is not there is an error here; opened for writing, as the tier's views need it, it would be made
    with warehouse.connect() as con:
        source = Source(
            con=con,
            departments=departments,
            contracts={each.name: load_contract(own.departments / each.name / "contract.yaml") for each in departments},
            rules=load_rules(own.expectations),
            policy=load_policy(own.policy),
            landing=own.landing_url,
        )
        as_of, data = print_report(source, language)
    path = put(data, out or place.reports / file_name(as_of, language))
    sys.stdout.write(f"{path}\n")


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    app.command(rich_help_panel=PANEL)(report)
