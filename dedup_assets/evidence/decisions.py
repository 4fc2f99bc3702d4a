"""What people decided, entry by entry, and the head of the chain that holds the entries together.

Put here what of a decision store is in a bundle. Keep out the store (``review/store.py``).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.canonical import canonical, document
from dedup_assets.evidence.layout import ENTRIES, HEADS
from dedup_assets.review.entry import first_fault, moment_text
from dedup_assets.review.load import decision_rows
from dedup_assets.review.store import store_of
from dedup_assets.review.subject import DecisionError
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dedup_assets.evidence.bag import Bag
    from dedup_assets.evidence.period import Scope
    from dedup_assets.evidence.salt import Openings
    from dedup_assets.review.entry import Entry
    from dedup_assets.warehouse import Home

# Who decided and why is in the digest of an entry, so auditors see it; the committee does not.
_HIDDEN = ("who", "reason")


def write_decisions(
    con: duckdb.DuckDBPyConnection, home: Home, scope: Scope, opened: Mapping[str, Openings], bag: Bag
) -> None:
    """Write the city's entries, and the head of every pool's chain; of an enclave a commitment to it.

    ``in_results`` says whether the results rest on exactly these entries, or some were added since the last run.

    Raises DecisionError when a chain is broken.
    """
    heads: dict[str, Any] = {}
    store = store_of(home, CITY)
    entries = store.entries()
    fault = first_fault(entries)
    if fault is not None:
        raise DecisionError(f"{store.path}: {fault.says}; put back its last good copy")
    with bag.open(ENTRIES) as file:
        for entry in entries:
            said = {**asdict(entry), "at": moment_text(entry.at)}
            shown = said if scope.tier == "auditor" else {k: v for k, v in said.items() if k not in _HIDDEN}
            file.write(document(shown))
    number, sha256 = store.head()
    heads[CITY] = {"entry_no": number, "sha256": sha256, "in_results": _loaded(con) == _loadable(entries)}
    for department, its in sorted(opened.items()):
        number, sha256 = store_of(home, department).head()
        told = canonical({"entry_no": number, "sha256": sha256})
        heads[department] = {"commitment": its.commit("decisions", department, told).hex()}
    bag.write(HEADS, document(heads))


def _loaded(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute(query("evidence", "decision_loaded")).fetchall()


def _loadable(entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [(each["entry_no"], each["entry_sha256"], each["ended_at"]) for each in decision_rows(entries)]
