"""The panel *Review*: what people decide about a pair of contents or about a finding.

Put here how a decision is typed and shown. Keep out what it means (``review/subject.py``) and who may take it.
"""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup_assets.cli.output import notice, print_json_lines

if TYPE_CHECKING:
    from dedup_assets.review.entry import Entry
    from dedup_assets.review.store import DecisionStore
    from dedup_assets.warehouse import Home

PANEL = "Review"

HomeFolder = Annotated[
    Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
]
Pool = Annotated[
    str, typer.Option(help="city, or the name of a restricted department; if not given, the pool that knows it.")
]


def decide(
    subject: Annotated[str, typer.Argument(help="A finding's id (F-...), or two sha256 joined by a colon.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, in words that a committee can read.")],
    verdict: Annotated[str, typer.Option(help="duplicate, not_duplicate, wrong_parcel or not_a_problem.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="End the decision in force instead.")] = False,
    by: Annotated[str, typer.Option(help="Who decides; the name you are logged in with if not given.")] = "",
    at: Annotated[
        str, typer.Option(help="When, with its time zone: 2026-06-15T10:00:00-07:00; now if not given.")
    ] = "",
    evidence: Annotated[
        str, typer.Option(help="Class of the strongest evidence; what the pool knows if not given.")
    ] = "",
    pool: Pool = "",
    home: HomeFolder = None,
) -> None:
    """Decide about a pair of contents or a finding; the decision counts from the next run."""
    from dedup_assets.review.known import decided_in, known_in
    from dedup_assets.review.store import store_of
    from dedup_assets.review.subject import DecisionError, parse_subject

    if bool(verdict) == undo:
        raise DecisionError("give either --verdict or --undo")
    own, about = _home(home), parse_subject(subject)
    who, when = by or getpass.getuser(), _moment(at)
    if undo:
        name = decided_in(own, about, pool)
        entry = store_of(own, name).undo(about, reason, who, at=when)
    else:
        known = known_in(own, about, pool, evidence)
        name = known.pool
        entry = store_of(own, name).decide(about, verdict, reason, who, at=when, evidence_class=known.evidence_class)
    print_json_lines([_shown(entry, name)])
    notice("it counts from the next `dedup run`")


def decisions(
    subject: Annotated[str, typer.Argument(help="Only this finding or pair, with all that was ever said of it.")] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that no entry was changed since it was made.")
    ] = False,
    pool: Pool = "",
    home: HomeFolder = None,
) -> None:
    """Print the decisions in force, or the whole history of one subject, one JSON object a line."""
    own = _home(home)
    stores = _stores(own, pool)
    if verify:
        _verify(stores)
        return
    for name, store in stores.items():
        entries = store.history(subject) if subject else list(store.in_force().values())
        print_json_lines(_shown(each, name) for each in entries)


def _verify(stores: dict[str, DecisionStore]) -> None:
    """Say of each store that its chain holds, or which entry is the first that does not."""
    broken = False
    for name, store in stores.items():
        fault = store.verify_chain()
        number, sha256 = store.head()
        broken = broken or fault is not None
        told = fault.says if fault else f"{number} entries, unchanged; the last one is {sha256}"
        sys.stdout.write(f"{name}\t{told}\n")
    if broken:
        raise typer.Exit(1)


def _stores(home: Home, pool: str) -> dict[str, DecisionStore]:
    from dedup_assets.review.known import pools
    from dedup_assets.review.store import store_of

    return {name: store_of(home, name) for name in ([pool] if pool else pools(home))}


def _home(folder: Path | None) -> Home:
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home

    return Home(folder or settings().home)


def _moment(text: str) -> datetime:
    from dedup_assets.review.subject import DecisionError

    try:
        return datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError as error:
        raise DecisionError(f"--at {text!r} is no time; write it as 2026-06-15T10:00:00-07:00") from error


def _shown(entry: Entry, pool: str) -> dict[str, Any]:
    from dedup_assets.review.entry import moment_text

    said = {"verdict": entry.verdict, "evidence": entry.evidence_class} if entry.act == "decide" else {}
    return {
        "pool": pool,
        "entry": entry.entry_no,
        "act": entry.act,
        "subject": entry.subject,
        **said,
        "reason": entry.reason,
        "by": entry.who,
        "at": moment_text(entry.at),
        "sha256": entry.sha256,
    }


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (decide, decisions):
        app.command(rich_help_panel=PANEL)(command)
