"""``dedup rebuild``: the public scores computed again from the open data, by anybody.

Put here what is printed. Keep out the computing (``publishing/opendata/rebuild.py``).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import print_json_lines

if TYPE_CHECKING:
    from dedup_assets.publishing.opendata.rebuild import Compared

PANEL = "Audit"

_SAID = {
    "exact": "as computed",
    "possible": "possible; hidden counts leave {low:g} to {high:g}",
    "wrong": "WRONG: computed {low:g} to {high:g}",
}


def rebuild(
    folder: Annotated[Path, typer.Argument(help="Folder of an open-data package.", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compute the published scores again from an open-data package alone. Ends with 1 when one cannot be right.

    Needs nothing but the package: no warehouse, no landing zone, no trust in who published it.
    """
    from dedup_assets.publishing.opendata.rebuild import rebuild as computed_again

    found = computed_again(folder)
    if as_json:
        print_json_lines(asdict(each) for each in found.numbers)
    else:
        for each in found.numbers:
            sys.stdout.write(f"{each.department:24} {each.what:9} {_published(each):>7}  {_said(each)}\n")
        exact = sum(each.outcome == "exact" for each in found.numbers)
        sys.stdout.write(
            f"As of {found.as_of}: {len(found.numbers)} numbers, {exact} as computed, "
            f"{len(found.numbers) - exact - len(found.wrong)} possible, {len(found.wrong)} wrong.\n"
        )
    if found.wrong:
        raise typer.Exit(1)


def _published(each: Compared) -> str:
    return "NR" if each.published is None else f"{each.published:g}"


def _said(each: Compared) -> str:
    if each.low is None or each.high is None:
        return "as computed" if each.outcome == "exact" else f"{each.outcome.value}"
    return _SAID[each.outcome].format(low=each.low, high=each.high)


def register(app: typer.Typer) -> None:
    """Add the command to its panel."""
    app.command(rich_help_panel=PANEL)(rebuild)
