"""The panel *Counter*: questions of people who hand in a picture, and of the staff who take it.

Put here options and what is printed. Keep out the comparison (``matching.lookup``) and what it means
(``findings.filed``).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.explain import PATIENCE
from dedup_assets.cli.output import notice, print_json_lines
from dedup_assets.errors import UserError

if TYPE_CHECKING:
    import duckdb

    from dedup_assets.findings.filed import Answer, Filed
    from dedup_assets.images.folder import PagedRow
    from dedup_assets.settings import Settings

PANEL = "Counter"

# What is said at every tier; none of it names a record, a person or another parcel.
SAID = {
    "not_filed": "This picture is not on file with any department whose records can be searched.",
    "same_parcel": "This picture is on file for this parcel already; it need not be handed in again.",
    "related_parcel": "This picture is on file for a parcel that belongs together with this one (the same building, "
    "permit or project). That is in order.",
    "unknown_parcel": "This picture is on file, under a parcel number that could not be read. Please let the "
    "department look at it.",
    "other_parcel": "This picture is on file for another parcel. A picture of one parcel cannot stand for another: "
    "please hand in one of this parcel, or report the record on file with `dedup report-mismatch`.",
    "perhaps_other_parcel": "A picture that may be the same is on file for another parcel. Please let the department "
    "compare the two.",
}
# The answers that are a reason to stop and look.
ALARMING = {"other_parcel", "unknown_parcel", "perhaps_other_parcel"}


class Audience(StrEnum):
    """Who is told: the public learns whether, the department's staff also where."""

    public = "public"
    department = "department"


def check_image(
    file: Annotated[Path, typer.Argument(help="The picture.", exists=True, dir_okay=False)],
    apn: Annotated[str, typer.Option(help="The parcel that it is brought for.")],
    tier: Annotated[
        Audience, typer.Option(help="public: no record is named; department: for staff, with the records.")
    ] = Audience.public,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a picture is on file for another parcel already. Ends with 1 when a person should look.

    The picture is compared with all images of the departments that are not restricted, also as a mirrored, turned, cut
    or re-encoded copy. It is not kept.
    """
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home, Warehouse

    own = settings()
    with Warehouse(Home(home or own.home).root / "warehouse.duckdb", PATIENCE).read() as con:
        parcel = _parcel(con, apn)
        found, filed = _filed(con, file, parcel, own)
    if as_json:
        named = [asdict(each) for each in filed] if tier is Audience.department else None
        print_json_lines([{"apn": parcel, "answer": found.value, "text": SAID[found], "records": named}])
    else:
        sys.stdout.write(f"{SAID[found]}\n")
        if tier is Audience.department:
            for each in filed:
                parcel_text = each.apn or "no parcel that could be read"
                sys.stdout.write(
                    f"{each.department}\t{each.image_id}\t{parcel_text}\t{each.standing}\t{each.verdict}\n"
                )
    if found in ALARMING:
        raise typer.Exit(1)


def _parcel(con: duckdb.DuckDBPyConnection, raw: str) -> str:
    """The parcel that is meant, canonical."""
    from dedup_assets.registry.apn import parse
    from dedup_assets.registry.resolve import known_from_tables

    identity = parse(raw, known_from_tables(con, "apn"))
    if identity.canonical is None:
        hint = f"; it may mean {' or '.join(identity.candidates)}" if identity.candidates else ""
        raise UserError(f"{raw} is no parcel number that could be read without doubt{hint}; write all ten digits")
    return identity.canonical


def _filed(con: duckdb.DuckDBPyConnection, file: Path, apn: str, own: Settings) -> tuple[Answer, list[Filed]]:
    from dedup_assets.engines import SilentProgress
    from dedup_assets.engines.local import LocalEngine
    from dedup_assets.findings.filed import answer, where_filed
    from dedup_assets.images.folder import paged_fingerprints
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.lookup import look_up
    from dedup_assets.matching.pixel_judge import PixelJudge
    from dedup_assets.matching.places import content_places

    limits = Limits.of(own)
    departments = [name for (name,) in con.execute("select distinct department from delivery").fetchall()]
    roots = {name: f"{own.landing_url.rstrip('/')}/{name}" for name in departments}
    with LocalEngine(1, own.worker_memory_bytes, limits.unit_seconds(1)) as engine:
        (picture,) = paged_fingerprints([file], engine, limits, SilentProgress())
        _usable(picture)
        stored = content_places(con, roots)
        judge = PixelJudge(
            engine, limits, lambda wanted: {**stored(wanted), str(picture["sha256"]): [(None, str(file))]}
        )
        found, cuts = look_up(con, picture, judge)
    if not cuts:
        notice("the city holds too many photographs to look for cut copies while you wait; these were left out")
    filed = where_filed(con, {sha256: verdict for sha256, (verdict, _) in found.items()}, apn)
    return answer(filed), filed


def _usable(picture: PagedRow) -> None:
    if picture["status"] != "ok":
        raise UserError(f"{picture['path']} cannot be read as a picture ({picture['reason']}); hand in another file")
    if all(page["low_information"] for page in picture["pages"]):
        notice("the picture shows next to nothing, so only an equal file would be found")


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    app.command("check-image", rich_help_panel=PANEL)(check_image)
