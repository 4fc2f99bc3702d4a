"""The decision store: one SQLite file a pool, append-only, every entry linked to the one before by its digest.

Put here how entries are added and read. Keep out what an entry says (``entry.py``), what it may be about
(``subject.py``), the file (``chain.py``) and what follows from it for a pool's tables (``load.py``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any

from dedup_assets.review.chain import ChainFile
from dedup_assets.review.entry import (
    GENESIS,
    Act,
    Entry,
    Fault,
    checked_moment,
    checked_text,
    digest,
    first_fault,
    moment,
    moment_text,
)
from dedup_assets.review.subject import DecisionError, Subject, check_verdict, evidence_rank, parse_subject
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime
    from pathlib import Path

    from dedup_assets.review.subject import Verdict
    from dedup_assets.warehouse import Home

FILE = "decisions.sqlite"


def store_of(home: Home, pool: str) -> DecisionStore:
    """The decision store of one pool, in the pool's own folder: an enclave's never leaves it."""
    return DecisionStore(home.pool(pool) / FILE)


class DecisionStore:
    """One file of decisions. It is made with the first entry; until then it reads as empty.

    ``patience``: seconds to wait for another writer.
    """

    def __init__(self, path: Path, patience: float = 30.0) -> None:
        self.path = path
        self._file = ChainFile(path, "entry", "a decision store", patience)

    def decide(
        self, subject: Subject | str, verdict: str, reason: str, who: str, *, at: datetime, evidence_class: str
    ) -> Entry:
        """Add a decision; it replaces the one in force on its subject, if there is one.

        ``evidence_class``: the strongest evidence on the table (``EVIDENCE_RANK``). ``at`` must name its time zone.

        Raises DecisionError for words that are no verdict, evidence, reason or name, for a time before the subject's
        last entry, and when a decision is in force and the evidence has not become stronger: it must be undone first.
        """
        about, rank = _subject(subject), evidence_rank(evidence_class)
        said = _Said(
            "decide", about, check_verdict(verdict), evidence_class, *_checked(reason, who), checked_moment(at)
        )
        with self._file.appending() as con:
            standing = _standing(self._of(con, about))
            if standing is not None and rank <= evidence_rank(standing.evidence_class or "none"):
                raise DecisionError(
                    f"{about.key} was decided to be {standing.verdict} by {standing.who} on {standing.at:%Y-%m-%d} "
                    f"(entry {standing.entry_no}), on evidence no weaker than {evidence_class}; undo that first"
                )
            return self._append(con, said)

    def undo(self, subject: Subject | str, reason: str, who: str, *, at: datetime) -> Entry:
        """End the decision in force on a subject, by an entry of its own.

        Raises DecisionError when none is in force, and as ``decide``.
        """
        about = _subject(subject)
        said = _Said("undo", about, None, None, *_checked(reason, who), checked_moment(at))
        with self._file.appending() as con:
            if _standing(self._of(con, about)) is None:
                raise DecisionError(f"no decision about {about.key} is in force; there is nothing to undo")
            return self._append(con, said)

    def entries(self) -> list[Entry]:
        """Every entry, oldest first."""
        return self._read(None)

    def history(self, subject: Subject | str) -> list[Entry]:
        """The entries about one subject, oldest first."""
        return self._read(_subject(subject).key)

    def in_force(self) -> dict[str, Entry]:
        """The decision in force on each subject, by subject, oldest first."""
        found: dict[str, Entry] = {}
        for entry in self.entries():
            found.pop(entry.subject, None)
            if entry.act == "decide":
                found[entry.subject] = entry
        return found

    def is_settled(self, subject: Subject | str, evidence_class: str) -> bool:
        """Whether a decision in force stands against evidence of this class, so that nobody need be asked again."""
        standing = _standing(self.history(subject))
        return standing is not None and evidence_rank(evidence_class) <= evidence_rank(
            standing.evidence_class or "none"
        )

    def verify_chain(self, head: tuple[int, str] | None = None) -> Fault | None:
        """The first broken entry, or None when every entry is what was added.

        A chain shows what was changed or taken out before its end, not that its end was cut off: ``head``, number and
        sha256 of an entry that was published, shows that too.
        """
        entries = self.entries()
        fault = first_fault(entries)
        if fault is not None or head is None:
            return fault
        number, sha256 = head
        if number > len(entries):
            return Fault(len(entries) + 1, f"the store ends with entry {len(entries)}; entry {number} was published")
        if number and entries[number - 1].sha256 != sha256:
            return Fault(number, f"entry {number} is not the one that was published")
        return None

    def head(self) -> tuple[int, str]:
        """Number and sha256 of the last entry: what to publish, so that the end cannot be cut off unseen."""
        entries = self.entries()
        return (entries[-1].entry_no, entries[-1].sha256) if entries else (0, GENESIS)

    def _append(self, con: sqlite3.Connection, said: _Said) -> Entry:
        earlier = self._of(con, said.about)
        if earlier and said.at < earlier[-1].at:
            raise DecisionError(
                f"{moment_text(said.at)} is before the last entry about {said.about.key}, "
                f"{moment_text(earlier[-1].at)}; give a later time"
            )
        number, previous = con.execute(query("review", "last_entry")).fetchone() or (0, GENESIS)
        entry = Entry(
            entry_no=number + 1,
            act=said.act,
            kind=said.about.kind,
            subject=said.about.key,
            verdict=said.verdict,
            evidence_class=said.evidence_class,
            reason=said.reason,
            who=said.who,
            at=said.at,
            previous=previous,
            sha256="",
        )
        entry = replace(entry, sha256=digest(entry))
        con.execute(query("review", "add_entry"), asdict(entry) | {"at": moment_text(said.at)})
        return entry

    def _read(self, subject: str | None) -> list[Entry]:
        return self._entries(self._file.rows("entries", {"subject": subject}))

    def _of(self, con: sqlite3.Connection, about: Subject) -> list[Entry]:
        return self._entries(self._file.rows("entries", {"subject": about.key}, con))

    def _entries(self, rows: list[tuple[Any, ...]]) -> list[Entry]:
        try:
            return [_entry(row) for row in rows]
        except ValueError as error:
            raise self._file.unreadable(error) from error


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody wants to add, held to its form."""

    act: Act
    about: Subject
    verdict: Verdict | None
    evidence_class: str | None
    reason: str
    who: str
    at: datetime


def _checked(reason: str, who: str) -> tuple[str, str]:
    return checked_text("the reason", reason), checked_text("the name", who)


def _entry(row: tuple[Any, ...]) -> Entry:
    fields = dict(zip((each.name for each in fields_of(Entry)), row, strict=True))
    return Entry(**fields | {"at": moment(fields["at"])})


def _subject(stated: Subject | str) -> Subject:
    """The subject, held to its form also when somebody made it by hand."""
    return parse_subject(stated.key if isinstance(stated, Subject) else stated)


def _standing(history: list[Entry]) -> Entry | None:
    """The decision in force after a subject's entries."""
    return history[-1] if history and history[-1].act == "decide" else None
