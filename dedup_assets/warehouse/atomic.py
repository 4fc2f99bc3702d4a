"""All of a block of statements or nothing of it, whoever began the transaction. Put no room's SQL here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def atomic(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the block in a transaction of its own, or as part of one that is open already.

    DuckDB (2.0) has no nested transactions and no word for "is one open?", and a ``begin`` too many spoils the one that
    is. But outside a transaction every statement is one with a number of its own; inside, all share one number.
    """
    first, second = _transaction(con), _transaction(con)
    if first == second:
        yield
        return
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def _transaction(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select txid_current()").fetchall()[0][0])
