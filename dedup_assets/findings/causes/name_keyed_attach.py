"""An importer that attaches by file name: two cameras' ``IMG_0042.JPG``, one of which now hangs on both parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.findings.causes.cause import SqlCause
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    import duckdb


class NameKeyedAttach(SqlCause):
    """As its query says; the words for file names must stand."""

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Run the query."""
        con.execute(query("findings.causes", "names"))
        super().find(con)


# Two records are enough, and all that there is: a name that a camera gives out again every 9,999 pictures, on the
# parcels of strangers, with one content. A person who copies a file by hand leaves the same trace; so it is the likely
# cause only where no shift, replay or placeholder tells more.
NAME_KEYED_ATTACH = NameKeyedAttach("name_keyed_attach", "1")
