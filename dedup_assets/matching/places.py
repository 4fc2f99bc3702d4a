"""Where the contents of a pool lie: what the judge needs to look at their pixels.

Put here the way from a digest to files of deliveries. Keep out reading them (``sources``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb

    from dedup_assets.matching.sources import Place


def content_places(
    con: duckdb.DuckDBPyConnection, roots: Mapping[str, str]
) -> Callable[[Sequence[str]], dict[str, list[Place]]]:
    """A function that says where contents were seen, of all that are asked for at once, the newest delivery first.

    ``roots``: the folder or URL of each department of the pool; a department without one is not looked in.
    """

    def places(sha256s: Sequence[str]) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        rows = con.execute(query("matching", "content_place"), {"sha256s": list(sha256s)}).fetchall()
        for sha256, department, storage_uri in rows:
            if department in roots:
                found.setdefault(sha256, []).append((roots[department], storage_uri))
        return found

    return places
