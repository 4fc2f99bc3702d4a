"""Printing: one JSON object a line for machines, progress for people. No decisions here."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedup_assets.engines import Progress


def print_json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Each row as one line of JSON on standard output, at once."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def notice(text: str) -> None:
    """A line for a person, on standard error."""
    sys.stderr.write(f"{text}\n")


def progress() -> Progress:
    """A bar on a terminal; nothing where standard error is not one, so that pipes stay clean."""
    from dedup_assets.engines import SilentProgress, TerminalProgress

    return TerminalProgress() if sys.stderr.isatty() else SilentProgress()
