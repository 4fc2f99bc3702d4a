"""From a department's deliveries to ``image_file``, ``content`` and ``page``: what every listed name held.

Put here the order of steps and the balance. Keep out what a worker does (``unit.py``) and the set work (``*.sql``).
Cost follows change: a name whose state (size, mtime or etag) an earlier delivery saw is not read again.
"""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup_assets.engines.unit import with_output
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.batch import cut, run_units
from dedup_assets.images.reasons import MissingError
from dedup_assets.images.store import open_store
from dedup_assets.images.unit import READ_FILE, read_unit
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.engines.engine import Engine, Unit
    from dedup_assets.engines.progress import Progress
    from dedup_assets.images.limits import Limits
    from dedup_assets.images.store import Store

# A unit is what is lost when a run is killed, and one file for DuckDB to open: at most some seconds of work, at most
# eight thousand files for a million images.
MAX_UNIT_ITEMS = 128
_MIN_UNIT_ITEMS, _UNITS = 8, 64
_STAT_THREADS, _STAT_CHUNK = 8, 2048
_OBSERVED = pa.schema(
    {"storage_uri": pa.string(), "missing_reason": pa.string(), "byte_size": pa.int64(), "change_token": pa.string()}
)


class ImageBalanceError(AssertionError):
    """What was listed and what was found do not add up (house rule 5): something was lost, or counted twice.

    Images listed = ok + unreadable + missing; pages of a document = pages held + pages unread.
    """


@dataclass
class ImageReport:
    """What observing cost and found, over all deliveries that were pending.

    ``read`` and ``bytes_read`` count what was really read, ``copied_forward`` what was known from an earlier delivery.
    """

    deliveries: int = 0
    images_listed: int = 0
    read: int = 0
    bytes_read: int = 0
    copied_forward: int = 0
    ok: int = 0
    unreadable: int = 0
    missing: int = 0
    seconds: float = 0.0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def images_per_second(self) -> float:
        """Images read in a second of the whole step; 0 when none was."""
        return self.read / self.seconds if self.seconds > 0 else 0.0


def observe_images(
    con: duckdb.DuckDBPyConnection,
    department: Department,
    root: str,
    units: Path,
    *,
    engine: Engine,
    limits: Limits,
    progress: Progress,
    notice: Callable[[str], None],
) -> ImageReport:
    """Observe every delivery in force of ``department`` that was not observed yet under this algorithm version.

    ``con``: a connection to the department's pool, outside of a transaction; each delivery is one transaction.
    ``root``: the department's own folder in the landing zone (``<landing>/<department>``), or any fsspec URL of it.
    ``units``: folder for the workers' files; what an interrupted run left there is used. ``engine``: give a
    ``LocalEngine`` ``limits.unit_seconds(MAX_UNIT_ITEMS)``, so that it notices a worker that hangs between two images.
    ``notice`` gets one line a delivery.

    Raises ImageBalanceError when an image got lost, EngineError and UnitFailedError as the engine does. Nothing of the
    delivery at hand is then kept.
    """
    report = ImageReport()
    if not department.has_images:
        return report
    began = time.monotonic()
    bound = {"department": department.name, "algorithm_version": ALGORITHM_VERSION}
    store = open_store(root)
    for delivery_id, as_of in con.execute(query("images", "pending"), bound).fetchall():
        folder = units / "images" / delivery_id
        folder.mkdir(parents=True, exist_ok=True)
        step = _Step(con, {**bound, "delivery_id": delivery_id}, root, folder, limits)
        step.compare(store)
        step.read(engine, progress, report)
        step.keep(report)
        shutil.rmtree(folder)
        notice(f"{department.name} {as_of}: {step.listed:,} images listed, {step.unread:,} of them new or changed")
    report.seconds = time.monotonic() - began
    return report


@dataclass
class _Step:
    """One delivery on its way."""

    con: duckdb.DuckDBPyConnection
    bound: dict[str, str]
    root: str
    folder: Path
    limits: Limits
    listed: int = 0
    unread: int = 0

    def compare(self, store: Store) -> None:
        """Make ``known_file``: the state of every listed name now, beside what was known of it."""
        names = [uri for (uri,) in self._query("listing", "delivery_id").fetchall()]
        self.listed = len(names)
        self.con.register("observed", _states(store, names))
        try:
            self._query("known_file", "department", "algorithm_version")
        finally:
            self.con.unregister("observed")

    def read(self, engine: Engine, progress: Progress, report: ImageReport) -> None:
        """Make ``read_file``: have the engine read what is not known."""
        items = [list(row) for row in self._query("unread_file").fetchall()]
        self.unread = len(items)
        common: Unit = {
            "root": self.root,
            "limits": self.limits.as_dict(),
            "algorithm_version": ALGORITHM_VERSION,
            "paged": True,
            "refused": dict(self._query("refused", "algorithm_version").fetchall()),
            "refused_pages": dict(self._query("refused_pages", "algorithm_version").fetchall()),
        }
        size = max(_MIN_UNIT_ITEMS, min(MAX_UNIT_ITEMS, len(items) // _UNITS))
        nothing = self.folder / "none.parquet"
        pq.write_table(READ_FILE.empty_table(), nothing)
        files = [str(nothing)]
        progress.start("images read", len(items))
        try:
            for outcome in run_units(engine, read_unit, cut(items, size, common), progress, self._named):
                files.append(outcome.unit["output"])
                report.read += outcome.result["read"]
                report.bytes_read += outcome.result["bytes_read"]
        finally:
            progress.finish()
        self.con.execute(query("images", "read_file"), {"files": files})

    def keep(self, report: ImageReport) -> None:
        """Write the tables in one transaction, and count."""
        self.con.begin()
        try:
            for table in ("content", "page", "unread_page"):
                self._query(table, "algorithm_version")
            _assert_pages(self._query("page_balance", "algorithm_version").fetchall())
            self._query("image_file", "delivery_id", "department", "algorithm_version")
            counts = self._query("image_balance", "delivery_id", "algorithm_version").fetchall()
            _assert_balance(self.listed, counts, self.bound["delivery_id"])
        except BaseException:
            self.con.rollback()
            raise
        self.con.commit()
        report.deliveries += 1
        report.images_listed += self.listed
        report.copied_forward += int(self._query("copied_forward").fetchall()[0][0])
        by_status = _by_status(counts)
        report.ok += by_status["ok"]
        report.unreadable += by_status["unreadable"]
        report.missing += by_status["missing"]
        for _, reason, images in counts:
            if reason is not None:
                report.reasons[reason] = report.reasons.get(reason, 0) + images

    def _named(self, unit: Unit) -> Unit:
        return with_output(unit, self.folder)

    def _query(self, name: str, *parameters: str) -> Any:  # noqa: ANN401  # duckdb's result, which has no public name
        return self.con.execute(query("images", name), {key: self.bound[key] for key in parameters})


def _states(store: Store, names: list[str]) -> pa.Table:
    """The state of each name now, as a table ``observed``; in threads, because one waits for storage."""

    def look(some: list[str]) -> list[dict[str, Any]]:
        return [_state(store, uri) for uri in some]

    chunks = [names[first : first + _STAT_CHUNK] for first in range(0, len(names), _STAT_CHUNK)]
    with ThreadPoolExecutor(_STAT_THREADS) as pool:
        tables = [pa.Table.from_pylist(rows, schema=_OBSERVED) for rows in pool.map(look, chunks)]
    return pa.concat_tables([_OBSERVED.empty_table(), *tables])


def _state(store: Store, uri: str) -> dict[str, Any]:
    try:
        found = store.state(uri)
    except MissingError as error:
        return {"storage_uri": uri, "missing_reason": error.reason}
    return {"storage_uri": uri, "byte_size": found.byte_size, "change_token": found.token}


def _by_status(counts: list[tuple[str, str | None, int]]) -> dict[str, int]:
    found = dict.fromkeys(("ok", "unreadable", "missing"), 0)
    for status, _, images in counts:
        found[status] += images
    return found


def _assert_balance(listed: int, counts: list[tuple[str, str | None, int]], delivery_id: str) -> None:
    found = _by_status(counts)
    unexplained = sum(images for status, reason, images in counts if (status == "ok") != (reason is None))
    if listed != sum(found.values()) or unexplained:
        raise ImageBalanceError(
            f"delivery {delivery_id} lists {listed} images, but {found} were observed, {unexplained} without a reason"
        )


def _assert_pages(lost: list[tuple[str, int, int]]) -> None:
    if lost:
        sha256, pages, found = lost[0]
        raise ImageBalanceError(f"{len(lost)} contents lost pages, as {sha256}: {pages} pages, {found} accounted for")
