"""What a publication reads: views of the warehouse that hold what its tier may see, and nothing behind them.

The views stand in a database of their own, in memory, and the publication's connection knows no other: a query for a
table that the tier has no view of is an error, not a leak. Which columns of a record are hidden is data, taken from the
contracts' classification and bound as parameters; the views test it column by column, so no name is ever put into a
statement. What they say stands in ``tier_*.sql``; the only catalogue that these name is ``warehouse``, as the file of
every pool is called.

Put here how the views are made. Keep out what a page may say of the counts in them (``disclosure.py``).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.publishing.tier import CLASSES, Tier
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

CATALOGUE = "warehouse"
# Tables of scores, which a restricted department's own pool lacks.
SCORES = ("score_history", "score_bridge", "score_explanation")
# The one column that no rule and no cause reads, so that no sentence about a record can quote it.
UNQUOTED = "uploaded_by"


class TierError(UserError):
    """The views of a tier cannot be made; the message says why."""


@contextmanager
def tier_reader(
    con: duckdb.DuckDBPyConnection,
    tier: Tier,
    departments: Sequence[Department],
    contracts: Mapping[str, Contract],
    scores: duckdb.DuckDBPyConnection | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads what ``tier`` may see of ``departments``, and nothing else, until the block ends.

    ``con``: one pool's warehouse. ``contracts`` by department: of one that has none here, no record is read.
    ``scores``: the city's warehouse, for a restricted department, whose scores are kept there.

    Raises TierError when ``con`` is no pool's warehouse, or when views are open on it already.
    """
    found = con.execute("select current_database()").fetchall()[0][0]
    if found != CATALOGUE:
        raise TierError(f"the database is called {found}, but that of a pool is called {CATALOGUE}")
    if con.execute("select 1 from duckdb_databases() where database_name = 'tier_views'").fetchall():
        raise TierError("another publication is being made from the same connection; wait for it to end")
    con.execute("attach ':memory:' as tier_views")
    reader = con.cursor()
    try:
        _fill(con, tier, departments, contracts)
        if scores is None:
            _run(con, "tier_scores")
        else:
            _bring_scores(con, scores, departments)
        reader.execute("use tier_views")
        yield reader
    finally:
        reader.close()
        con.execute("detach tier_views")


def _fill(
    con: duckdb.DuckDBPyConnection, tier: Tier, departments: Sequence[Department], contracts: Mapping[str, Contract]
) -> None:
    """What the tier shows of whom, then the views."""
    _run(con, "tier_shown")
    is_own = tier is Tier.department
    for each in departments:
        contract = contracts.get(each.name)
        shows_records = contract is not None and tier is not Tier.public and (is_own or not each.restricted)
        columns = contract.columns if contract else ()
        hidden = {column.name for column in columns if column.classification not in CLASSES[tier]}
        hides_texts = not is_own and (each.restricted or contract is None or bool(hidden - {UNQUOTED}))
        con.execute("insert into tier_views.tier_department values (?, ?, ?)", [each.name, hides_texts, shows_records])
        for name in sorted(hidden):
            con.execute("insert into tier_views.tier_hidden values (?, ?)", [each.name, name])
    con.execute("insert into tier_views.tier_setting values (?)", [not is_own])
    if not is_own:
        con.execute("insert into tier_views.tier_department values (?, false, false)", [CITY])
    for name in ("tier_counts", "tier_records"):
        _run(con, name)
    if is_own:
        _run(con, "tier_own")


def _bring_scores(
    con: duckdb.DuckDBPyConnection, scores: duckdb.DuckDBPyConnection, departments: Sequence[Department]
) -> None:
    """The departments' scores, read through views of the city's warehouse like everything else."""
    with tier_reader(scores, Tier.department, departments, {}) as reader:
        for table in SCORES:
            con.register(f"own_{table}", reader.table(table).to_arrow_table())
    _run(con, "tier_own_scores")
    for table in SCORES:
        con.unregister(f"own_{table}")


def _run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    for statement in con.extract_statements(query("publishing", name)):
        con.execute(statement)
