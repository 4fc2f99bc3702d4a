"""One entry of a decision store, and the link that holds it in the chain.

Put here what an entry says and how its digest is made, so that an auditor can follow it without the store. Keep out
SQLite (``store.py``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from dedup_assets.review.subject import DecisionError, Kind, Subject, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

Act = Literal["decide", "undo"]

# What the first entry is linked to. Names the format: another one begins another chain.
GENESIS = hashlib.sha256(b"dedup decisions 1").hexdigest()

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, never changed. ``at`` in universal time; ``verdict`` and ``evidence_class`` are None of an undoing.

    ``sha256`` is the digest of everything else, ``previous`` that of the entry before.
    """

    entry_no: int
    act: Act
    kind: Kind
    subject: str
    verdict: Verdict | None
    evidence_class: str | None
    reason: str
    who: str
    at: datetime
    previous: str
    sha256: str

    def about(self) -> Subject:
        """What the entry is about."""
        return Subject(self.kind, self.subject)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that breaks the chain, and how."""

    entry_no: int
    says: str


def digest(entry: Entry) -> str:
    """sha256 of the entry's fields but its own digest, as a JSON list in the order of ``Entry``, without blanks."""
    stated = [
        entry.entry_no, entry.act, entry.kind, entry.subject, entry.verdict, entry.evidence_class, entry.reason,
        entry.who, moment_text(entry.at), entry.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def first_fault(entries: Sequence[Entry]) -> Fault | None:
    """The first entry that is not what its digest says, or is not linked to the one before it; None when all hold."""
    previous = GENESIS
    for place, entry in enumerate(entries, start=1):
        if entry.entry_no != place:
            return Fault(place, f"entry {place} is missing; the next one is number {entry.entry_no}")
        if entry.previous != previous:
            return Fault(place, f"entry {place} is not linked to the one before it")
        if entry.sha256 != digest(entry):
            return Fault(place, f"entry {place} was changed: its digest is not that of what it says")
        previous = entry.sha256
    return None


def moment_text(at: datetime) -> str:
    """A moment in universal time, to the microsecond: 2026-06-15T10:00:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The moment that ``moment_text`` wrote. Raises ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def checked_moment(at: datetime) -> datetime:
    """The moment in universal time. Raises DecisionError when it names no time zone: it could be any of 26 hours."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise DecisionError(f"{at.isoformat()} names no time zone; add one, as in 2026-06-15T10:00:00-07:00")
    return at.astimezone(UTC)


def checked_text(what: str, text: str) -> str:
    """A reason or a name without blanks around it. Raises DecisionError when it is empty, too long, or not plain."""
    plain = text.strip()
    if not plain:
        raise DecisionError(f"{what} is empty; give it, so that others can follow")
    if len(plain) > LONGEST:
        raise DecisionError(f"{what} is {len(plain)} characters long; give at most {LONGEST}")
    if not plain.replace("\n", "").replace("\t", "").isprintable():
        raise DecisionError(f"{what} holds characters that cannot be shown; give plain text")
    return plain
