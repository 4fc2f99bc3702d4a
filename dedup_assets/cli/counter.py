"""The panel *Counter*: questions of people who hand in a picture, and of the staff who take it.

Put here options and what is printed. Keep out the comparison (``matching.lookup``) and what it means
(``findings.filed``).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.explain import PATIENCE
from dedup_assets.cli.output import notice, print_json_lines
from dedup_assets.errors import UserError

if TYPE_CHECKING:
    import duckdb

    from dedup_assets.findings.filed import Filed
    from dedup_assets.images.folder import PagedRow
    from dedup_assets.settings import Settings

PANEL = "Counter"

HomeFolder = Annotated[
    Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
]

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
    home: HomeFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a picture is on file for another parcel already. Ends with 1 when a person should look.

    The picture is compared with all images of the departments that are not restricted, also as a mirrored, turned, cut
    or re-encoded copy. It is not kept.
    """
    from dedup_assets.findings.filed import answer
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home, Warehouse

    own = settings()
    with Warehouse(Home(home or own.home).root / "warehouse.duckdb", PATIENCE).read() as con:
        parcel = _parcel(con, apn)
        filed = _filed(con, file, parcel, own)
    found = answer(filed)
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


def report_mismatch(
    file: Annotated[Path, typer.Argument(help="The picture that is filed wrongly.", exists=True, dir_okay=False)],
    *,
    filed_on: Annotated[str, typer.Option(help="The parcel that it is filed on, wrongly.")],
    reason: Annotated[str, typer.Option(help="How you know, in plain words; please name no person.")],
    belongs_to: Annotated[str, typer.Option(help="The parcel that it shows, if you know it.")] = "",
    reporter: Annotated[str, typer.Option("--by", help="resident, applicant or staff.")] = "resident",
    home: HomeFolder = None,
) -> None:
    """Report that a picture is filed on the wrong parcel; the report is evidence from the next run on.

    Only a picture that is on file for that parcel can be reported. Nothing is changed by a report alone: it is shown to
    the department, beside all other evidence, with the date on which it came.
    """
    from dedup_assets.review.mismatch import MismatchStore, Reporter
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home, Warehouse

    if reporter not in list(Reporter):
        raise typer.BadParameter(f"{reporter!r} is none of {', '.join(Reporter)}", param_hint="--by")
    own = settings()
    folder = Home(home or own.home).root
    with Warehouse(folder / "warehouse.duckdb", PATIENCE).read() as con:
        parcel = _parcel(con, filed_on)
        right = _parcel(con, belongs_to) if belongs_to else None
        found = _filed(con, file, parcel, own)
    contents = {each.sha256 for each in found if each.standing == "same" and each.is_certain}
    if not contents:
        raise UserError(f"this picture is not on file for parcel {parcel}, so there is nothing to correct")
    made = MismatchStore(folder).report(
        sorted(contents),
        filed_apn=parcel,
        to_apn=right,
        reason=reason,
        reporter=Reporter(reporter),
        at=datetime.now(UTC),
    )
    print_json_lines([{"report": made.report_no, "sha256": made.sha256}])
    notice("it counts from the next `dedup run`")


def reports(home: HomeFolder = None) -> None:
    """Print what became of every report, one JSON object a line: for the department's staff, as it names records."""
    from dedup_assets.findings.reported import report_outcomes
    from dedup_assets.findings.suites import load_rules
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home, Warehouse

    own = settings()
    with Warehouse(Home(home or own.home).root / "warehouse.duckdb", PATIENCE).read() as con:
        found = report_outcomes(con, load_rules(own.expectations))
    print_json_lines(
        {
            **asdict(each),
            "reported_on": f"{each.reported_on}",
            "found_on": f"{each.found_on}" if each.found_on else None,
        }
        for each in found
    )


def _parcel(con: duckdb.DuckDBPyConnection, raw: str) -> str:
    """The parcel that is meant, canonical."""
    from dedup_assets.registry.apn import parse
    from dedup_assets.registry.resolve import known_from_tables

    identity = parse(raw, known_from_tables(con, "apn"))
    if identity.canonical is None:
        hint = f"; it may mean {' or '.join(identity.candidates)}" if identity.candidates else ""
        raise UserError(f"{raw} is no parcel number that could be read without doubt{hint}; write all ten digits")
    return identity.canonical


def _filed(con: duckdb.DuckDBPyConnection, file: Path, apn: str, own: Settings) -> list[Filed]:
    from dedup_assets.engines import SilentProgress
    from dedup_assets.engines.local import LocalEngine
    from dedup_assets.findings.filed import where_filed
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
    return where_filed(con, {sha256: verdict for sha256, (verdict, _) in found.items()}, apn)


def _usable(picture: PagedRow) -> None:
    if picture["status"] != "ok":
        raise UserError(f"{picture['path']} cannot be read as a picture ({picture['reason']}); hand in another file")
    if all(page["low_information"] for page in picture["pages"]):
        notice("the picture shows next to nothing, so only an equal file would be found")


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    app.command("check-image", rich_help_panel=PANEL)(check_image)
    app.command("report-mismatch", rich_help_panel=PANEL)(report_mismatch)
    app.command(rich_help_panel=PANEL)(reports)
