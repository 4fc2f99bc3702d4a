"""``dedup explain``: whose parcel is this picture, and how is that known?

Put here which pool is asked, and printing. Keep out what is said (``findings/attribution/explain.py``).
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice, print_json_lines
from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from dedup_assets.warehouse import Home

PANEL = "Look"
# Seconds to wait for a run that holds the warehouse: a person sits in front of this.
PATIENCE = 10.0


def explain(
    image_id: Annotated[str, typer.Argument(help="The key of an image record, as its manifest names it.")],
    department: Annotated[
        str, typer.Option(help="Its department; needed when several use the key, and for a restricted one.")
    ] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the delivery; the newest if not given.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whose parcel a picture is: what was seen, what it means, and the rule that combined it.

    A restricted department is asked in its own enclave, and only when it is named.
    """
    from dedup_assets.findings.attribution.explain import ExplainError, told
    from dedup_assets.findings.attribution.explain import explain as explain_record
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import CITY, Home, Warehouse

    own = Home(home or settings().home)
    pool = department if department in _enclaves(own) else CITY
    path = own.root / "warehouse.duckdb" if pool == CITY else own.root / "enclaves" / pool / "warehouse.duckdb"
    if pool != CITY:
        notice(f"{pool} is restricted: this is read inside its enclave and must not leave it")
    with Warehouse(path, PATIENCE).read() as con:
        try:
            found = explain_record(con, image_id, department or None, f"{as_of:%Y-%m-%d}" if as_of else None)
        except ExplainError as error:
            raise UserError(f"{error}{_elsewhere(own, department)}") from error
    if as_json:
        print_json_lines([found])
    else:
        sys.stdout.write(f"{told(found)}\n")


def _enclaves(home: Home) -> list[str]:
    """The restricted departments whose enclave is here."""
    return sorted(path.parent.name for path in (home.root / "enclaves").glob("*/warehouse.duckdb"))


def _elsewhere(home: Home, department: str) -> str:
    restricted = [] if department else _enclaves(home)
    return f" (restricted departments are asked by name: --department {'|'.join(restricted)})" if restricted else ""


def register(app: typer.Typer) -> None:
    """Add the command to its panel."""
    app.command(rich_help_panel=PANEL)(explain)
