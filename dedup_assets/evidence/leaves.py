"""The findings of every pool as the leaves of the period's tree.

Put here which leaves there are and in which order (``layout.py`` tells it too). Keep out the tree (``merkle.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from dedup_assets.evidence.canonical import Lines
from dedup_assets.evidence.layout import table
from dedup_assets.evidence.merkle import Tree, leaf_hash
from dedup_assets.evidence.tables import BLOCK, FINDING, ask, fetched
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.evidence.bag import Bag, HashedFile
    from dedup_assets.evidence.period import Scope
    from dedup_assets.evidence.salt import Openings, Salts

# An enclave has at least so many leaves, and always a power of two of them.
FEWEST = 16


@dataclass
class Leaves:
    """The file of leaves being written, and the tree that they make."""

    file: HashedFile
    tree: Tree
    _lines: Lines = field(default_factory=Lines)

    def add(self, leaf: bytes, **more: str) -> None:
        """Write one leaf."""
        self.tree.add(leaf)
        self.file.write(self._lines.line({"leaf": leaf.hex(), **more}) + b"\n")


def write_findings(
    con: duckdb.DuckDBPyConnection, scope: Scope, bag: Bag, leaves: Leaves, salts: Salts
) -> dict[str, Any]:
    """Write the city's findings, each with its leaf; returns what ``bundle.json`` says of the table.

    A leaf is made of the finding as auditors see it, in every tier's bundle, so the tiers share one root.
    """
    columns = ask(con, FINDING.sql, {"departments": scope.unrestricted, "as_of": scope.as_of})
    auditor = scope.tier == "auditor"
    shown = tuple(each for each in columns if auditor or each not in FINDING.hidden)
    full, reduced = Lines(FINDING.documents), Lines()
    with bag.open(table(FINDING.name)) as file:
        rows = 0
        for row in fetched(con, columns):
            line, name = full.line(row), row["finding_id"]
            salt = salts.salt(FINDING.name, name)
            told = {"salt": salt.decode()} if auditor else {}
            leaves.add(leaf_hash(salt + line), pool=CITY, finding_id=name, **told)
            file.write((line if auditor else reduced.line({each: row[each] for each in shown})) + b"\n")
            rows += 1
    return {"name": FINDING.name, "rows": rows, "columns": list(shown)}


def write_enclave(
    con: duckdb.DuckDBPyConnection, department: str, scope: Scope, leaves: Leaves, opened: Openings
) -> None:
    """Add the leaves of one enclave, whose warehouse ``con`` reads, among decoys and in the order of their digests."""
    columns = ask(con, FINDING.sql, {"departments": [department], "as_of": scope.as_of})
    lines = Lines(FINDING.documents)
    with duckdb.connect(config={"temp_directory": str(opened.folder)}) as sorter:
        sorter.execute(query("evidence", "commitment_table"))
        count, block = 0, []
        for row in fetched(con, columns):
            block.append(opened.commit(FINDING.name, row["finding_id"], lines.line(row)))
            count += 1
            if len(block) == BLOCK:
                _keep(sorter, block)
                block = []
        _keep(sorter, block + [opened.salts.decoy(number) for number in range(decoys(count))])
        sorter.execute(query("evidence", "commitment_order"))
        while rows := sorter.fetchmany(BLOCK):
            for (leaf,) in rows:
                leaves.add(leaf, pool=department)


def write_absent(department: str, leaves: Leaves, salts: Salts) -> None:
    """Add the leaves of a restricted department that has no enclave yet: decoys alone."""
    for leaf in sorted(salts.decoy(number) for number in range(FEWEST)):
        leaves.add(leaf, pool=department)


def decoys(count: int) -> int:
    """How many decoys make ``count`` leaves a power of two, and at least ``FEWEST``."""
    return max(FEWEST, 1 << (count - 1).bit_length() if count else 0) - count


def _keep(con: duckdb.DuckDBPyConnection, block: Sequence[bytes]) -> None:
    con.register("commitment_block", pa.table({"leaf": pa.array(block, pa.binary())}))
    con.execute(query("evidence", "commitment"))
    con.unregister("commitment_block")
