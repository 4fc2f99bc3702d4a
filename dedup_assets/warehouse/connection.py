"""Short connections to one DuckDB file, with a bounded retry on its lock.

DuckDB lets one process at a time open a file for writing; a second one gets an ``IOException`` at once
(field notes, measured on 2.0.0). The lock dies with its process, so waiting and trying again is safe.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Bump when a table of schema/ changes shape. The warehouse follows from the landing zone, so an older file is put
# aside under its version and the tables are computed anew.
SCHEMA_VERSION = 5


class WarehouseBusyError(UserError):
    """Another process holds the warehouse and did not let go before the deadline."""


class NoWarehouseError(UserError):
    """There is no warehouse to read, or one that another version wrote."""


class Warehouse:
    """One DuckDB file. ``connect()`` gives a connection whose tables all exist."""

    def __init__(self, path: Path, lock_timeout: float = 60.0) -> None:
        self.path = path
        self.lock_timeout = lock_timeout

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file, make missing tables, and close it whatever happens.

        Raises WarehouseBusyError when another process holds the file past the deadline.
        """
        con = self._open()
        try:
            con = self._at_version(con)
            yield con
        finally:
            con.close()

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for reading only: nothing is made, changed or put aside, and other readers may read too.

        Raises NoWarehouseError when there is none of this version, WarehouseBusyError when a run holds it past the
        deadline.
        """
        if not self.path.exists():
            raise NoWarehouseError(f"there is nothing at {self.path} yet; run `dedup run` first")
        con = self._open(read_only=True)
        try:
            known = con.execute("select 1 from duckdb_tables() where table_name = 'schema_version'").fetchall()
            version = con.execute("select max(version) from schema_version").fetchall()[0][0] if known else None
            if version != SCHEMA_VERSION:
                raise NoWarehouseError(
                    f"{self.path} was written by another version; run `dedup run` to bring it up to date"
                )
            yield con
        finally:
            con.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """As ``connect``, in one transaction: all of it or nothing of it is kept."""
        with self.connect() as con:
            con.begin()
            try:
                yield con
            except BaseException:
                con.rollback()
                raise
            con.commit()

    def _open(self, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + self.lock_timeout
        pause = 0.05
        while True:
            try:
                return duckdb.connect(str(self.path), read_only=read_only)
            except duckdb.IOException as error:
                if "lock" not in str(error).lower():
                    raise
                if time.monotonic() > deadline:
                    message = f"{self.path} is held by another process ({error}); close it and run again"
                    raise WarehouseBusyError(message) from error
                time.sleep(pause)
                pause = min(1.0, pause * 2)

    def _at_version(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        con.execute("create table if not exists schema_version (version integer not null)")
        found = con.execute("select max(version) from schema_version").fetchall()[0][0]
        if found is not None and found != SCHEMA_VERSION:
            con.close()
            self.path.replace(self.path.with_suffix(f".v{found}.duckdb"))
            con = self._open()
            con.execute("create table if not exists schema_version (version integer not null)")
            found = None
        if found is None:
            for file in sorted(resources.files("dedup_assets.warehouse").joinpath("schema").iterdir(), key=str):
                con.execute(file.read_text(encoding="utf-8"))
            con.execute("insert into schema_version values (?)", [SCHEMA_VERSION])
        return con
