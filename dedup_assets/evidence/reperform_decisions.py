"""People's decisions on their way back from a bundle into a fresh store, as far as the bundle's results know them.

What people decided cannot be computed. Put here how their entries are taken over. Keep out the store
(``review/store.py``) and how entries come into a bundle (``decisions.py``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dedup_assets.evidence import layout
from dedup_assets.evidence.canonical import Lines
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.reperform_inputs import rows_of
from dedup_assets.review.entry import Entry, first_fault, moment
from dedup_assets.review.load import decision_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup_assets.review.store import DecisionStore


def take_decisions(bundle: Path, store: DecisionStore) -> int:
    """Put the entries that a bundle's results rest on into a fresh store; returns their number.

    An entry that was added after the last run is in the bundle, but no result rests on it: the table ``decision`` says
    how far the run read.

    Raises Fault for entries that do not hang together, or from which that table does not follow.
    """
    entries = _entries(bundle)
    for each in entries[: _known(bundle, entries)]:
        if each.act == "decide":
            store.decide(
                each.about(), str(each.verdict), each.reason, each.who, at=each.at,
                evidence_class=str(each.evidence_class),
            )  # fmt: skip
        else:
            store.undo(each.about(), each.reason, each.who, at=each.at)
    return len(store.entries())


def _entries(bundle: Path) -> list[Entry]:
    try:
        lines = (bundle / layout.ENTRIES).read_bytes().splitlines()
        entries = [Entry(**{**said, "at": moment(said["at"])}) for said in map(json.loads, lines)]
        fault = first_fault(entries)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Fault(layout.ENTRIES, f"the decisions cannot be read ({error})") from error
    if fault is not None:
        raise Fault(layout.ENTRIES, fault.says)
    return entries


def _known(bundle: Path, entries: Sequence[Entry]) -> int:
    """How many of the entries the last run knew: the most from which the table follows."""
    stated = [(row["entry_no"], row["entry_sha256"], row["ended_at"]) for row in rows_of(bundle, "decision")]
    lines = Lines()
    for count in range(len(entries), -1, -1):
        rows = decision_rows(entries[:count])
        said = [json.loads(lines.line({"at": each["ended_at"]}))["at"] for each in rows]
        if stated == [(each["entry_no"], each["entry_sha256"], at) for each, at in zip(rows, said, strict=True)]:
            return count
    raise Fault(layout.table("decision"), f"it does not follow from the entries in {layout.ENTRIES}")
