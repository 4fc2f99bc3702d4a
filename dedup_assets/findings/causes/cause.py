"""What a cause is: a rule of evidence with a name and a version, that adds its candidates to a temporary table.

Put here the form that all causes share. Keep out what any one of them looks at, and the order among them (``find.py``).

A cause reads the temporary tables of a pass: ``cause_finding`` (findings and the facts they are about),
``cause_record`` (every record of the deliveries) and ``cause_candidate`` (what the causes before it found). It reads
no other department. It adds to ``cause_candidate`` at most one row a finding and occurrence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


class Cause(Protocol):
    """One cause. ``version`` is raised when the same tables give other candidates."""

    @property
    def name(self) -> str:
        """The word in ``finding_cause``."""
        ...

    @property
    def version(self) -> str:
        """The version of its rule; part of the digest that decides whether a period is looked at again."""
        ...

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Add to ``cause_candidate`` every finding of the pass that the cause explains."""
        ...


@dataclass(frozen=True)
class SqlCause:
    """A cause that one query tells: ``findings/causes/<name>.sql``, with its thresholds as bound ``parameters``."""

    name: str
    version: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Run the query."""
        con.execute(query("findings.causes", self.name), dict(self.parameters))
