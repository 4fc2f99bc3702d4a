"""The layout of the home folder: one warehouse for the city, one enclave for each restricted department.

A *pool* is what one warehouse file holds: the pool ``city`` has every unrestricted department, every restricted
department is a pool of its own, whose folder only its owner can enter (house rule 8).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from dedup_assets.warehouse.connection import Warehouse, WarehouseBusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CITY = "city"


class Home:
    """Paths below one home folder, made on first use."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def pool(self, name: str) -> Path:
        """The folder of a pool; an enclave's has mode 0700."""
        if name == CITY:
            folder = self.root
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        enclaves = self.root / "enclaves"
        folder = enclaves / name
        folder.mkdir(parents=True, exist_ok=True)
        for each in (enclaves, folder):
            each.chmod(0o700)
        return folder

    def warehouse(self, pool: str = CITY) -> Warehouse:
        """The warehouse of a pool."""
        return Warehouse(self.pool(pool) / "warehouse.duckdb")

    def units(self, pool: str = CITY) -> Path:
        """Where units of heavy work of a pool leave their Parquet files."""
        folder = self.pool(pool) / "units"
        folder.mkdir(exist_ok=True)
        return folder

    def pictures(self, pool: str = CITY) -> Path:
        """Where working pictures of a pool's contents are kept; what lies there can be made again."""
        return self.pool(pool) / "pictures"

    def corrections(self, pool: str = CITY) -> Path:
        """The correction lists of a pool's departments, one CSV file each."""
        return self.pool(pool) / "corrections"

    @property
    def site(self) -> Path:
        """The published scorecard site."""
        return self.root / "site"

    @property
    def reports(self) -> Path:
        """The committee's reports, one PDF a date and language."""
        return self.root / "reports"

    @property
    def snapshots(self) -> Path:
        """Parquet snapshots of the city's tables, for readers that must not open the live file."""
        return self.root / "snapshots"

    @contextmanager
    def run_lock(self, timeout: float, notice: Callable[[str], None]) -> Iterator[None]:
        """Hold this home for one run; a second run waits here and says what for.

        The lock is the operating system's, so it dies with the process that holds it. One process may take it again
        inside itself.

        Raises WarehouseBusyError when ``timeout`` seconds pass.
        """
        self.pool(CITY)
        path = self.root / "run.lock"
        lock = FileLock(path, mode=0o660, is_singleton=True)
        holder = self.root / "run.pid"
        waited = 0.0
        while True:
            try:
                lock.acquire(timeout=min(10.0, max(0.0, timeout - waited)) if waited else 0)
                break
            except Timeout:
                who = holder.read_text(encoding="utf-8").strip() if holder.exists() else "unknown"
                if waited >= timeout:
                    message = (
                        f"another run (process {who}) has held {self.root} for {timeout:.0f} s; "
                        "wait for it to end, or raise DEDUP_LOCK_TIMEOUT_SECONDS"
                    )
                    raise WarehouseBusyError(message) from None
                notice(f"waiting for another run (process {who}) that is using {self.root}")
                waited = min(timeout, waited + 10.0)
        outermost = lock.lock_counter == 1
        try:
            if outermost:
                holder.write_text(str(os.getpid()), encoding="utf-8")
            yield
        finally:
            if outermost:
                holder.unlink(missing_ok=True)
            lock.release()
