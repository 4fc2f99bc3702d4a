"""Where a subject is known: the pool that holds a finding or a pair, and how strong its evidence is.

Put here the look into the pools' warehouses before a decision is taken. Keep out the decision itself (``store.py``).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from dedup_assets.review.store import store_of
from dedup_assets.review.subject import DecisionError, Subject
from dedup_assets.warehouse import CITY, WarehouseBusyError, query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup_assets.warehouse import Home

# Seconds to wait for a run that holds the warehouse: a person sits in front of this.
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Known:
    """The pool that a decision belongs to, and the class of the strongest evidence there."""

    pool: str
    evidence_class: str


def pools(home: Home) -> list[str]:
    """The pools of a home that have a warehouse, the city first."""
    enclaves = sorted(path.parent.name for path in (home.root / "enclaves").glob("*/warehouse.duckdb"))
    return [CITY, *enclaves] if (home.root / "warehouse.duckdb").exists() else enclaves


def known_in(home: Home, subject: Subject, pool: str = "", evidence_class: str = "") -> Known:
    """The pool that knows ``subject`` and the class of its evidence; of several pools the city.

    With both ``pool`` and ``evidence_class`` given nothing is looked up, so people can decide during a long run.

    Raises DecisionError when ``pool`` is none of the home's, or when no pool (or not the one given) knows the subject:
    a decision about a mistyped id would never count. WarehouseBusyError while a run holds a warehouse.
    """
    candidates = _candidates(home, pool)
    if pool and evidence_class:
        return Known(pool, evidence_class)
    for name in candidates:
        with _reading(home.pool(name) / "warehouse.duckdb") as con:
            found = con.execute(query("review", f"known_{subject.kind}"), _asked(subject)).fetchone()
        if found is not None:
            return Known(name, evidence_class or str(found[0]))
    raise DecisionError(
        f"no {subject.kind} {subject.key} is known in {', '.join(candidates) or home.root}; look it up among the "
        "findings, or run the deliveries that show it first"
    )


def decided_in(home: Home, subject: Subject, pool: str = "") -> str:
    """The pool whose store says something of ``subject``, or the one given.

    Raises DecisionError when there is none.
    """
    for name in _candidates(home, pool):
        if store_of(home, name).history(subject):
            return name
    raise DecisionError(f"nobody has decided about {subject.key}; there is nothing to undo")


def _candidates(home: Home, pool: str) -> list[str]:
    there = pools(home)
    if pool and pool not in there:
        raise DecisionError(f"{home.root} has no pool {pool!r}; it has {', '.join(there) or 'none yet'}")
    return [pool] if pool else there


@contextmanager
def _reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that only reads: asking changes nothing, not even the warehouse of an older version."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            con = duckdb.connect(str(path), read_only=True)
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusyError(
                    f"{path} is held by a run ({error}); wait for it to end, or give --pool and --evidence"
                ) from error
            time.sleep(0.1)
    try:
        yield con
    finally:
        con.close()


def _asked(subject: Subject) -> dict[str, str]:
    contents = subject.contents
    return {"finding_id": subject.key} if contents is None else {"sha256_a": contents[0], "sha256_b": contents[1]}
