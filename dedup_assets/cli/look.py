"""The panel *Look*: questions about a folder of images or a list of identifiers.

Nothing here needs a landing zone, a warehouse or Dagster.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice, print_json_lines, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.images.folder import FileRow

PANEL = "Look"


class Kind(StrEnum):
    """What an identifier names."""

    apn = "apn"
    pin = "pin"
    permit = "permit"


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
) -> None:
    """Print one JSON object a pair of images that match: a, b, distance, verdict, evidence.

    Every image of all the folders is compared with every other one; each pair is printed once.
    """
    from dedup_assets.matching.folder import match_fingerprints

    found = list(_fingerprints(paths, workers))
    print_json_lines(match_fingerprints(found, radius=radius, notice=notice))
    unread = [each for each in found if each["status"] != "ok"]
    if unread:
        notice(f"{len(unread)} of {len(found)} files could not be compared; `dedup fingerprint` says why of each")


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

    answers = identify_values(kind.value, sys.stdin, registry or settings().registry or None)
    if as_json or not sys.stdout.isatty():
        print_json_lines(answers)
        return
    for answer in answers:
        means = answer["canonical"] or " or ".join(answer["candidates"]) or "-"
        repairs = f" ({', '.join(answer['repairs'])})" if answer["repairs"] else ""
        known = {True: "in the registry", False: "not in the registry", None: "no registry"}[answer["in_registry"]]
        sys.stdout.write(f"{answer['raw']}\t{answer['status']}\t{means}{repairs}\t{known}\n")


def _fingerprints(paths: list[Path], workers: int) -> Iterator[FileRow]:
    """Fingerprints of files and folders, with this installation's limits."""
    from dedup_assets.images.folder import fingerprint_paths
    from dedup_assets.images.limits import Limits
    from dedup_assets.settings import settings

    own = settings()
    return fingerprint_paths(paths, workers or own.workers, Limits.of(own), progress(), own.worker_memory_bytes)


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (fingerprint, match, identify):
        app.command(rich_help_panel=PANEL)(command)
