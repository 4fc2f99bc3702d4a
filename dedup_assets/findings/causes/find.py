"""Causes found: the findings of every period that changed, each with the causes that its delivery bears out.

Put here the order of the causes and which periods are looked at again. Keep out what any cause looks at.

How conflicts are settled: all causes with support are kept, ranked by how specific they are, and the first is the
likely one. A cause is the more specific the less could look like it by chance: first what repeats at a constant offset
or place over many rows (a shift, a replay, a feed), then what one cell shows (a damaged identifier), then what holds of
one photograph (placeholder, file name, stale pull), at last what is only a rate of a whole source or department.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.findings.causes.batch_replayed import BATCH_REPLAYED
from dedup_assets.findings.causes.batch_shifted import BATCH_SHIFTED
from dedup_assets.findings.causes.cms_reencode import CMS_REENCODE
from dedup_assets.findings.causes.feed_frozen import FEED_FROZEN
from dedup_assets.findings.causes.inconsistent_naming import INCONSISTENT_NAMING
from dedup_assets.findings.causes.legacy_source import LEGACY_SOURCE
from dedup_assets.findings.causes.name_keyed_attach import NAME_KEYED_ATTACH
from dedup_assets.findings.causes.placeholder import PLACEHOLDER
from dedup_assets.findings.causes.spreadsheet_damage import SPREADSHEET_DAMAGE
from dedup_assets.findings.causes.stale_pull import STALE_PULL
from dedup_assets.findings.facts import passes
from dedup_assets.findings.suites import load_rules
from dedup_assets.settings import settings
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.causes.cause import Cause
    from dedup_assets.findings.suites import Rule

UNDETERMINED = "undetermined"

# The most specific first.
CAUSES: tuple[Cause, ...] = (
    BATCH_SHIFTED,
    BATCH_REPLAYED,
    FEED_FROZEN,
    SPREADSHEET_DAMAGE,
    PLACEHOLDER,
    NAME_KEYED_ATTACH,
    STALE_PULL,
    CMS_REENCODE,
    LEGACY_SOURCE,
    INCONSISTENT_NAMING,
)

# Bump when the order of the causes changes, or what is read for all of them.
FIND_VERSION = "1"


class CauseError(UserError):
    """Causes cannot be found from the tables as they stand; the message says what is missing."""


@dataclass(frozen=True)
class CauseReport:
    """What ``find_causes`` did: ``periods`` with causes, of which ``computed`` now, and ``rows`` of ``finding_cause``.

    ``likely``: of each department's newest date, (cause, findings, occurrences), most findings first.
    """

    periods: int
    computed: int
    rows: int
    likely: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class _Period:
    department: str
    as_of: date
    records: int
    digest: str


def find_causes(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], rules: Sequence[Rule] | None = None
) -> CauseReport:
    """Bring ``finding_cause`` of ``departments`` up to date.

    ``con`` is a connection to one pool, in which the rules of ``departments`` were applied; ``rules`` are those that
    made the findings (the installation's own if not given). A period is looked at again when what its causes follow
    from changed; the table is that of a full rebuild.

    Raises CauseError when findings stand whose period was never judged.
    """
    known = load_rules(settings().expectations) if rules is None else rules
    for department in departments:
        _refuse_unjudged(con, department.name)
    found = [each for department in departments for each in _periods(con, department.name)]
    names = [each.name for each in departments]
    stand = {
        (row[0], row[1]): row[2]
        for row in con.execute(
            "select department, as_of, digest from cause_input where list_contains($names, department)",
            {"names": names},
        ).fetchall()
    }
    wanted = {(each.department, each.as_of): each for each in found}
    with atomic(con):
        for department, as_of in sorted(stand.keys() - wanted.keys()):
            _forget(con, department, as_of)
    changed = [each for key, each in sorted(wanted.items()) if stand.get(key) != each.digest]
    _state_rules(con, known)
    for batch in passes(changed, lambda period: period.records):
        with atomic(con):
            _compute(con, batch)
    likely = con.execute(query("findings.causes", "cause_report"), {"departments": names}).fetchall()
    return CauseReport(len(found), len(changed), _count(con, names), tuple(likely))


def _refuse_unjudged(con: duckdb.DuckDBPyConnection, department: str) -> None:
    rows = con.execute(query("findings.causes", "cause_unjudged"), {"department": department}).fetchall()
    if rows:
        raise CauseError(f"{department} has findings of {rows[0][0]} that no rules stand behind; apply the rules first")


def _periods(con: duckdb.DuckDBPyConnection, department: str) -> list[_Period]:
    versions = ",".join([FIND_VERSION, *(f"{each.name}:{each.version}" for each in CAUSES)])
    given = {"department": department, "versions": versions}
    rows = con.execute(query("findings.causes", "cause_digest"), given).fetchall()
    return [_Period(department, *row) for row in rows]


def _state_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    con.execute("create or replace temp table cause_rule (rule_id text, fact text)")
    con.executemany("insert into cause_rule values (?, ?)", [[each.id, each.column] for each in rules])


def _compute(con: duckdb.DuckDBPyConnection, periods: Sequence[_Period]) -> None:
    """Causes of some periods together, in place of those that stood."""
    con.execute("create or replace temp table cause_period (department text, as_of date)")
    con.executemany("insert into cause_period values (?, ?)", [[each.department, each.as_of] for each in periods])
    con.execute(query("findings", "fact_macro"))
    for table in ("cause_record", "cause_finding", "cause_candidate"):
        con.execute(query("findings.causes", table))
    for each in periods:
        _forget(con, each.department, each.as_of)
    for cause in CAUSES:
        cause.find(con)
    order = {"names": [each.name for each in CAUSES], "versions": [each.version for each in CAUSES]}
    con.execute(query("findings.causes", "finding_cause"), order)
    con.executemany(
        "insert into cause_input values (?, ?, ?)", [[each.department, each.as_of, each.digest] for each in periods]
    )
    _assert_whole(con)


def _assert_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Every finding of the pass has exactly one likely cause, and no other has one (house rule 5)."""
    broken = con.execute(query("findings.causes", "cause_broken")).fetchall()
    assert not broken, f"finding {broken[0][0]} at {broken[0][1]} has {broken[0][2]} likely causes"


def _forget(con: duckdb.DuckDBPyConnection, department: str, as_of: date) -> None:
    for statement in (
        "delete from finding_cause where department = ? and as_of = ?",
        "delete from cause_input where department = ? and as_of = ?",
        "delete from naming_grammar where department = ? and as_of = ?",
    ):
        con.execute(statement, [department, as_of])


def _count(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> int:
    sql = "select count(*) from finding_cause where list_contains($names, department)"
    return int(con.execute(sql, {"names": list(names)}).fetchall()[0][0])
