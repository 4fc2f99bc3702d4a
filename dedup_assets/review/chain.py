"""One SQLite file to which entries are only ever added, by one writer at a time.

Put here the file: how it is made, opened and written. Keep out what an entry says and how entries are linked
(``entry.py``, ``report.py``).

SQLite, not DuckDB: people write while a run holds the warehouse, and two people write at once. Write-ahead logging
lets readers read meanwhile; ``begin immediate`` lets one writer at a time look at the last entry and add the next.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dedup_assets.review.subject import DecisionError
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class ChainFile:
    """A file with the one table that ``schema`` (a query of this room) makes. Made with the first entry.

    ``patience``: seconds to wait for another writer. ``called``: what a person calls the file.
    """

    def __init__(self, path: Path, schema: str, called: str, patience: float) -> None:
        self.path = path
        self._schema = schema
        self._called = called
        self._patience = patience

    @contextmanager
    def appending(self) -> Iterator[sqlite3.Connection]:
        """A connection that alone may write, all or nothing. Raises DecisionError when the file is no such store."""
        self._make()
        with closing(self._connect()) as con:
            con.execute("begin immediate")
            try:
                yield con
            except BaseException:
                con.execute("rollback")
                raise
            con.execute("commit")

    def rows(
        self, name: str, bound: Mapping[str, object], con: sqlite3.Connection | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows of a query of this room; none while there is no file. Raises DecisionError as ``appending``."""
        if con is None:
            if not self.path.exists():
                return []
            with closing(self._connect()) as own:
                return self.rows(name, bound, own)
        try:
            return con.execute(query("review", name), dict(bound)).fetchall()
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from error

    def unreadable(self, error: Exception) -> DecisionError:
        """What to say of a file that is not, or no longer, what was written."""
        return DecisionError(f"{self.path} cannot be read as {self._called} ({error}); put back its last good copy")

    def _make(self) -> None:
        """Make the file for its owner alone, whole or not at all; SQLite gives its log the same mode.

        It is made beside and linked into its place, so two processes that come first at once see one whole file.
        """
        if self.path.exists():
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        # Not made and then closed to others: in between anybody could open it.
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with closing(sqlite3.connect(beside, isolation_level=None)) as con:
                con.execute("pragma journal_mode = wal")
                con.executescript(query("review", self._schema))
            with suppress(FileExistsError):
                os.link(beside, self.path)
        finally:
            beside.unlink()

    def _connect(self) -> sqlite3.Connection:
        try:
            con = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
            con.execute("pragma synchronous = full")
            con.execute("pragma schema_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from error
        return con
