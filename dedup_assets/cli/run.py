"""The panel *Run*: make the sample city, process deliveries, see where things stand."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice, progress
from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from dedup_assets.engines import Progress

PANEL = "Run"

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Home = Annotated[
    Path | None, typer.Option(help="Folder for the warehouse and the site; DEDUP_HOME if not given.", file_okay=False)
]


def sample(
    folder: Annotated[Path, typer.Argument(help="Folder to write; made if absent.", file_okay=False)],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 28,
    images: Annotated[int, typer.Option(min=60, help="Photographs, forms and portraits to draw.")] = 1600,
    deliveries: Annotated[int, typer.Option(min=1, max=24, help="Monthly deliveries of each department.")] = 6,
) -> None:
    """Write a fictional city: landing zone, registry and truth.csv of everything planted."""
    from dedup_assets.sample.city import write_city
    from dedup_assets.settings import settings

    report = write_city(
        folder, seed=seed, images=images, deliveries=deliveries, workers=settings().workers, progress=_progress()
    )
    if report.unchanged:
        notice(f"{folder} already holds this city; nothing was written")
    sys.stdout.write(f"landing zone  {folder / 'landing'}\nregistry      {folder / 'registry'}\n")
    sys.stdout.write(f"truth         {folder / 'truth.csv'}\n")


def run(
    landing: Annotated[str, typer.Option(help="Landing zone: folder or URL; DEDUP_LANDING if not given.")] = "",
    registry: Annotated[str, typer.Option(help="Folder of reference files; DEDUP_REGISTRY if not given.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Process every new delivery in order, from manifest to scorecard, as one Dagster run."""
    _use(landing=landing, registry=registry, home=home)
    os.environ["DEDUP_PROGRESS"] = "terminal" if sys.stderr.isatty() else "lines"
    from dedup_assets.settings import settings

    settings.cache_clear()
    _require_folders(settings().landing_url, settings().registry)
    from dedup_assets.defs.launch import run_everything

    run_everything()
    _print_status(as_json=as_json)


def status(home: Home = None, as_json: Json = False) -> None:
    """Say where things stand: deliveries, scores, backlog, failed checks, what is late, the last run."""
    _use(landing="", registry="", home=home)
    _print_status(as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (sample, run, status):
        app.command(rich_help_panel=PANEL)(command)


def _progress() -> Progress:
    """A bar on a terminal, timed lines elsewhere: making the city takes long enough to be asked about."""
    from dedup_assets.engines import LogProgress

    return progress() if sys.stderr.isatty() else LogProgress(notice)


def _use(*, landing: str, registry: str, home: Path | None) -> None:
    """Let the command line decide over the environment."""
    given = {"DEDUP_LANDING": landing, "DEDUP_REGISTRY": registry, "DEDUP_HOME": str(home.absolute()) if home else ""}
    os.environ.update({name: value for name, value in given.items() if value})
    from dedup_assets.settings import settings

    settings.cache_clear()


def _require_folders(landing: str, registry: str) -> None:
    """Refuse a mistyped folder: without this every department would merely count as not having delivered.

    Raises UserError. A registry that was not named at all may be absent; identifiers are then not checked.
    """
    from upath import UPath

    if not UPath(landing).is_dir():
        message = f"there is no landing zone at {landing}; name it with --landing or DEDUP_LANDING"
        raise UserError(f"{message} (`dedup sample FOLDER` writes one to try)")
    if registry and not UPath(registry).is_dir():
        raise UserError(f"there is no registry at {registry}; name it with --registry or DEDUP_REGISTRY")


def _print_status(*, as_json: bool) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from dedup_assets.defs.instance import last_run
    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.publishing.status import status as read_status
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home as HomeFolder

    own = settings()
    today = datetime.now(ZoneInfo(own.time_zone)).date()
    now, run = read_status(HomeFolder(own.home), load_departments(own.departments), today), last_run()
    if as_json:
        sys.stdout.write(json.dumps({**now, "last_run": run}, ensure_ascii=False, indent=2) + "\n")
        return
    from dedup_assets.cli.standing import print_standing

    print_standing(now, run)
