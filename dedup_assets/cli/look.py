"""The panel *Look*: questions about a folder of images or a list of identifiers.

Nothing here needs a landing zone, a warehouse or Dagster.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup_assets.cli.calibrate import calibrate
from dedup_assets.cli.output import notice, print_json_lines, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.images.folder import FileRow
    from dedup_assets.matching.folder_match import FolderMatch

PANEL = "Look"
# Images that one unit of work decodes at most: 256 pairs of them.
_UNIT_IMAGES = 512


class Kind(StrEnum):
    """What an identifier names."""

    apn = "apn"
    pin = "pin"
    permit = "permit"
    reference = "reference"
    dr = "dr"
    booking = "booking"


def fingerprint(
    paths: Annotated[list[Path], typer.Argument(help="Images, or folders of images.")],
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
) -> None:
    """Print one JSON object a file: path, status, reason, sha256, phash64, phash256, quality, size, media type."""
    print_json_lines(_fingerprints(paths, workers))


def match(
    paths: Annotated[list[Path], typer.Argument(help="Folders of images to compare with one another.", exists=True)],
    radius: Annotated[int, typer.Option(min=0, max=60, help="Bits of 256 that near-duplicates may differ in.")] = 31,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
    cuts: Annotated[
        bool, typer.Option(help="Also look for cropped, captioned and framed copies; takes about twice the time.")
    ] = True,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Also write a page that shows the pairs side by side.")
    ] = None,
) -> None:
    """Print one JSON object a pair of images that match: a, b, distance, verdict, evidence.

    Every image of all the folders is compared with every other one; each pair is printed once. Photographs are also
    looked for as mirrored, turned and cut copies, and at up to 60 bits. Verdicts: exact_file, exact_pixels and
    same_image are duplicates; same_image_local_change and undecided are for a person to decide;
    same_template_or_scene and low_information are none.
    """
    from dedup_assets.engines.local import LocalEngine
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.folder_match import FolderMatch
    from dedup_assets.settings import settings

    if html is not None and not html.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {html.parent} to write it into", param_hint="--html")
    own = settings()
    limits = Limits.of(own)
    with LocalEngine(workers or own.workers, own.worker_memory_bytes, limits.unit_seconds(_UNIT_IMAGES)) as engine:
        found = FolderMatch(paths, engine, limits, progress(), notice, cuts=cuts)
        pairs = list(found.pairs(radius))
        print_json_lines(pairs)
        if html is not None:
            _write_page(html, found, pairs)
    if found.unread:
        notice(
            f"{found.unread} of {len(found.files)} files could not be compared; `dedup fingerprint` says why of each"
        )


def identify(
    kind: Annotated[Kind, typer.Option(help="What the values name.")],
    registry: Annotated[
        str, typer.Option(help="Folder of reference files (permits.csv and others); DEDUP_REGISTRY if not given.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a value, as whenever the output is not a terminal.")
    ] = False,
) -> None:
    """Read values from standard input, one a line, and print what each one means."""
    from dedup_assets.registry.identify import identify as identify_values
    from dedup_assets.settings import settings

    own = settings()
    answers = identify_values(kind.value, sys.stdin, registry or own.registry or None, own.booking_form)
    if as_json or not sys.stdout.isatty():
        print_json_lines(answers)
        return
    for answer in answers:
        means = answer["canonical"] or " or ".join(answer["candidates"]) or "-"
        if answer["status"] == "stale":  # a number that was retired, and what took its place
            means += f", now {' and '.join(answer['candidates'])}"
        repairs = f" ({', '.join(answer['repairs'])})" if answer["repairs"] else ""
        known = {True: "in the registry", False: "not in the registry", None: "no registry"}[answer["in_registry"]]
        sys.stdout.write(f"{answer['raw']}\t{answer['status']}\t{means}{repairs}\t{known}\n")


def forensics(
    file: Annotated[Path, typer.Argument(help="A CSV file of permits or parcels.", exists=True, dir_okay=False)],
    registry: Annotated[
        str, typer.Option(help="Folder of reference files (permits.csv and others); DEDUP_REGISTRY if not given.")
    ] = "",
) -> None:
    """Say what a spreadsheet did to a file's columns, proven by undoing it and counting the rows that come back."""
    from dedup_assets.registry.forensics_file import forensics_report
    from dedup_assets.settings import settings

    given = registry or settings().registry
    if not given:
        raise typer.BadParameter("name the folder of reference files, or set DEDUP_REGISTRY", param_hint="--registry")
    sys.stdout.write(forensics_report(str(file), given).text())


def _write_page(html: Path, found: FolderMatch, pairs: list[dict[str, Any]]) -> None:
    """The page of the pairs, those that matter most first."""
    from dedup_assets.publishing.pair_page import in_order_of_interest, pair_page, to_be_drawn

    drawn = found.drawn(to_be_drawn(pairs))
    html.write_text(pair_page(in_order_of_interest(pairs), found.files, drawn, len(found.files)), encoding="utf-8")
    notice(f"{html}: {len(drawn)} of {len(pairs)} pairs are shown side by side")


def _fingerprints(paths: list[Path], workers: int) -> Iterator[FileRow]:
    """Fingerprints of files and folders, with this installation's limits."""
    from dedup_assets.images.folder import fingerprint_paths
    from dedup_assets.images.limits import Limits
    from dedup_assets.settings import settings

    own = settings()
    return fingerprint_paths(paths, workers or own.workers, Limits.of(own), progress(), own.worker_memory_bytes)


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (fingerprint, match, calibrate, identify, forensics):
        app.command(rich_help_panel=PANEL)(command)
