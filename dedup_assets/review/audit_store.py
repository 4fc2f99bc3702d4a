"""The audit store: samples that auditors drew, and what they found about each case; one SQLite file a pool.

Append-only and hash-chained like the decisions, for a detector's precision must not be improved by forgetting a case.
Put here the store. Keep out how a sample is drawn and its results are read (``evidence/sampling``), and what follows
for the tables (``audit_load.py``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from dedup_assets.review.chain import ChainFile
from dedup_assets.review.entry import checked_moment, moment, moment_text
from dedup_assets.review.subject import DecisionError
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from dedup_assets.warehouse import Home

FILE = "audits.sqlite"
GENESIS = hashlib.sha256(b"dedup audits 1").hexdigest()

Act = Literal["drawn", "result"]
OUTCOMES = ("confirmed", "not confirmed", "cannot tell")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry, never changed. ``content``: canonical JSON of a sample or of a result; ``at`` in universal time.

    ``sha256`` is the digest of everything else, ``previous`` that of the entry before.
    """

    entry_no: int
    act: Act
    content: str
    at: datetime
    previous: str
    sha256: str

    def said(self) -> dict[str, Any]:
        """The content as a value."""
        return dict(json.loads(self.content))


def audits_of(home: Home, pool: str) -> AuditStore:
    """The audit store of one pool, in the pool's own folder: an enclave's never leaves it."""
    return AuditStore(home.pool(pool))


class AuditStore:
    """The samples and results of one pool. The file is made with the first entry; until then it reads as empty."""

    def __init__(self, folder: Path, patience: float = 30.0) -> None:
        self.path = folder / FILE
        self._file = ChainFile(self.path, "audit_entry", "an audit store", patience)

    def draw(self, sample: Mapping[str, Any], *, at: datetime) -> bool:
        """Note a sample (``sample_id``, ``cases``); returns whether it was new. ``at`` names its time zone."""
        known = self.samples()
        if sample["sample_id"] in known:
            return False
        self._add("drawn", [sample], at)
        return True

    def enter(self, results: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
        """Add results, all or none, in their order. ``at`` names its time zone."""
        self._add("result", results, at)

    def samples(self) -> dict[str, dict[str, Any]]:
        """Every sample that was drawn, by its id, oldest first."""
        drawn = (each.said() for each in self.entries() if each.act == "drawn")
        return {str(each["sample_id"]): each for each in drawn}

    def results(self) -> list[tuple[AuditEntry, dict[str, Any]]]:
        """Every result with its entry, oldest first."""
        return [(each, each.said()) for each in self.entries() if each.act == "result"]

    def entries(self) -> list[AuditEntry]:
        """Every entry, oldest first. Raises DecisionError when one was changed or taken out, naming it."""
        try:
            found = [_entry(row) for row in self._file.rows("audit_entries", {})]
        except ValueError as error:
            raise self._file.unreadable(error) from error
        previous = GENESIS
        for place, each in enumerate(found, start=1):
            if (each.entry_no, each.previous, each.sha256) != (place, previous, digest(each)):
                raise DecisionError(f"{self.path}: entry {place} was changed; put back its last good copy")
            previous = each.sha256
        return found

    def _add(self, act: Act, contents: Sequence[Mapping[str, Any]], at: datetime) -> None:
        when = checked_moment(at)
        with self._file.appending() as con:
            rows = self._file.rows("audit_entries", {}, con)
            number, previous = (rows[-1][0], rows[-1][-1]) if rows else (0, GENESIS)
            for content in contents:
                number += 1
                made = AuditEntry(number, act, _canonical(content), when, previous, "")
                made = replace(made, sha256=digest(made))
                con.execute(query("review", "add_audit"), asdict(made) | {"at": moment_text(when)})
                previous = made.sha256


def digest(entry: AuditEntry) -> str:
    """sha256 of an entry's fields but its own digest, as a JSON list in the order of ``AuditEntry``, without blanks."""
    stated = [entry.entry_no, entry.act, entry.content, moment_text(entry.at), entry.previous]
    return hashlib.sha256(json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    number, act, content, at, previous, sha256 = row
    return AuditEntry(number, cast("Act", act), content, moment(at), previous, sha256)
