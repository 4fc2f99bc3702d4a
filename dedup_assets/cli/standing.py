"""How ``dedup status`` looks to a person: one row a department, then what to look at, in 80 columns.

Before the first run the departments are there and nothing is said of them. Put no figures here: they come from
``publishing/status.py`` and from Dagster.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What a pipe or a mail gets; a terminal has its own width.
WIDTH = 80
_LABEL = 12


def print_standing(now: Mapping[str, Any], run: Mapping[str, Any] | None) -> None:
    """Print what ``status()`` and ``last_run()`` gave."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Department", max_width=27)
    for heading in ("Grade", "Score", "Delivered", "Backlog", "Failed checks"):
        table.add_column(heading, justify="right" if heading in {"Score", "Backlog"} else "left", no_wrap=True)
    for each in now["departments"]:
        table.add_row(*_row(each))
    console.print(table)
    console.print()
    _line(console, "Last run", _run(run))
    _lines(console, "Late", [f"{each['title']}: {_owes(each)}" for each in now["departments"] if each["late"]])
    if now["published"]:
        _lines(console, "Remarks", [remark for each in now["departments"] for remark in _remarks(each)])
    _line(console, "Scorecards", now["published"] or "nothing published yet; `dedup run` does it")
    _line(console, "Warehouse", now["warehouse"])


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    failed = each["failed_checks"]
    count = failed["critical"] + failed["warning"] + failed["info"]
    return (
        each["title"],
        each["grade"] or "-",
        "-" if each["score"] is None else f"{each['score']:.1f}",
        each["last_delivery"] or "none",
        f"{each['open_findings']:,}",
        f"{count} ({failed['critical']} critical)" if failed["critical"] else str(count),
    )


def _remarks(each: Mapping[str, Any]) -> Iterator[str]:
    """Why a department has no grade or a lower one, and what nobody could judge."""
    if each["reason"]:
        yield f"{each['title']}: {each['reason']}"
    if each["failed_checks"]["not_judged"]:
        yield f"{each['title']}: {each['failed_checks']['not_judged']} of its checks could not be judged"


def _owes(each: Mapping[str, Any]) -> str:
    if each["late_from"] is None:
        return "has never delivered"
    return f"owes a delivery since {each['late_from']}"


def _run(run: Mapping[str, Any] | None) -> str:
    if run is None:
        return "none yet"
    when = (run["ended"] or run["began"] or "").replace("T", " ")[:16]
    said = f"{run['status']}, {run['job']}, {when}".rstrip(", ")
    return f"{said}; see {run['link']}" if run["status"] == "failed" else said


def _lines(console: Console, label: str, texts: Sequence[str]) -> None:
    for text in texts:
        _line(console, label if text is texts[0] else "", text)


def _line(console: Console, label: str, text: str) -> None:
    """A label and a text; the text goes on below its own beginning."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=0)
    table.add_column(width=_LABEL)
    table.add_column(overflow="fold")
    table.add_row(label, text)
    console.print(table, markup=False)
