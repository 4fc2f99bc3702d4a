"""Facts: one narrow row per image record, computed in SQL, so that the rules have only to look.

Put here what decides *which* deliveries are computed; what each column means stands in the warehouse's schema, and how
it is computed in ``image_fact.sql`` and the ``fact_*.sql`` it rests on. Keep out any judgement (``rules.py``).

The facts of a delivery follow from it and from what was in force at its date in the other departments of its pool, and
from nothing else: not from later deliveries, not from the order of runs. So they are computed once, and again only
when the digest of what they follow from changes; the tables are those of a full rebuild.

Legitimate reuse. One photograph may stand in several records: for a permit and its supplements, for the units of a
condominium, for the lots of one project, as before and after. That is no duplicate, within a department or across.
The same parcel and permit twice is one case stored twice: a redundant copy, and across departments a duplicate that
both should know of (DUP-002, severity info).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dedup_assets.errors import UserError
from dedup_assets.findings.attribution.attribute import forget_attribution, gather_evidence, write_attribution
from dedup_assets.findings.attribution.place import judge_places
from dedup_assets.findings.attribution.rule import RULE_VERSION
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

# Bump when the same tables give other facts: every delivery is then computed anew.
FACT_VERSION = "5"

# Deliveries are computed together up to this many records: a set-based pass costs 0.1 s however small it is, and one
# over a million records took 37 CPU seconds and 3.3 GiB, evidence and attribution included (bench_findings.py).
RECORDS_A_PASS = 1_000_000

# In this order; each reads those before it.
_STEPS = (
    "own", "link", "look", "contradicted", "holder", "photograph", "parcel", "related", "pair", "redundant", "metadata",
)  # fmt: skip

T = TypeVar("T")


class FactError(UserError):
    """Facts cannot be computed from the tables as they stand; the message says what is missing."""


@dataclass(frozen=True)
class FactReport:
    """What ``build_facts`` did, over the departments that it was asked for.

    ``deliveries`` in force with facts, of which ``computed`` now and the others unchanged; ``forgotten`` deliveries
    that are no longer in force; ``rows`` of image_fact in all.
    """

    deliveries: int
    computed: int
    forgotten: int
    rows: int


@dataclass(frozen=True)
class _Target:
    delivery_id: str
    department: str
    as_of: object
    records: int
    digest: str


def build_facts(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], contracts: Mapping[str, Contract]
) -> FactReport:
    """Bring ``image_fact``, ``parcel_evidence``, ``attribution`` and ``delivery_fact`` of ``departments`` up to date.

    ``con`` is a connection to one pool; ``departments`` are some or all of that pool's, and only their rows change, but
    every department that delivered into the pool counts as elsewhere. ``contracts`` are by department name.

    Raises FactError when a department has no contract, or when a delivery holds files that the images room has not
    looked at or identifiers that the registry room has not resolved.
    """
    names = [each.name for each in departments]
    _state_traits(con, departments, contracts)
    con.execute(query("findings", "fact_member"), {"departments": names})
    versions = {"version": f"{FACT_VERSION}|{RULE_VERSION}"}
    targets = [_Target(*row) for row in con.execute(query("findings", "fact_digest"), versions).fetchall()]
    known = dict(con.execute("select delivery_id, digest from fact_input").fetchall())
    changed = [each for each in targets if known.get(each.delivery_id) != each.digest]
    gone = [row[0] for row in con.execute(query("findings", "fact_forget"), {"departments": names}).fetchall()]
    _forget(con, gone)
    for batch in passes(changed, lambda target: target.records):
        _compute(con, batch)
    _rewrite_delivery_facts(con, names)
    return FactReport(len(targets), len(changed), len(gone), _count_rows(con, names))


def _state_traits(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], contracts: Mapping[str, Contract]
) -> None:
    con.execute(query("findings", "fact_macro"))
    con.execute(query("review", "pair_verdict"))
    con.execute(query("findings", "report_scope"))
    con.execute(query("findings", "fact_trait"))
    for department in departments:
        contract = contracts.get(department.name)
        if contract is None:
            raise FactError(f"{department.name} has no contract among {sorted(contracts)}; give one for each")
        mapped = [
            contract.has(column)
            for column in ("apn_raw", "pin_raw", "permit_number_raw", "device_serial", "subject_ref")
        ]
        traits = [department.name, department.has_images, *mapped]
        con.execute("insert into fact_trait values (?, ?, ?, ?, ?, ?, ?)", traits)


def passes(each: Sequence[T], records: Callable[[T], int]) -> Iterator[list[T]]:
    """Deliveries, or periods, in turn, in passes of about RECORDS_A_PASS records; none is cut."""
    batch: list[T] = []
    size = 0
    for one in each:
        if batch and size + records(one) > RECORDS_A_PASS:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += records(one)
    if batch:
        yield batch


def _compute(con: duckdb.DuckDBPyConnection, targets: Sequence[_Target]) -> None:
    ids = [each.delivery_id for each in targets]
    con.execute(query("findings", "fact_target"), {"deliveries": ids})
    for step in _STEPS:
        con.execute(query("findings", f"fact_{step}"))
        if step == "own":
            _refuse_unready(con)
        if step == "look":
            judge_places(con)
    gather_evidence(con)
    with atomic(con):
        _forget(con, ids)
        con.execute(query("findings", "image_fact"))
        write_attribution(con)
        con.executemany(
            "insert into fact_input values (?, ?, ?, ?)",
            [[each.delivery_id, each.department, each.as_of, each.digest] for each in targets],
        )
        _assert_sound(con, targets)


def _refuse_unready(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(query("findings", "fact_unready")).fetchall()
    if rows:
        department, as_of, files, identifiers = rows[0]
        raise FactError(
            f"delivery {as_of} of {department} has {files} records whose file was never looked at and {identifiers} "
            "with an identifier never resolved; run the images and registry steps for it first"
        )


def _assert_sound(con: duckdb.DuckDBPyConnection, targets: Sequence[_Target]) -> None:
    """One fact per accepted record, and no fact that contradicts another (house rule 5)."""
    given = {"deliveries": [each.delivery_id for each in targets]}
    found = dict(con.execute(query("findings", "fact_count"), given).fetchall())
    for each in targets:
        assert found.get(each.delivery_id, 0) == each.records, (
            f"delivery {each.as_of} of {each.department}: {each.records} records accepted, "
            f"{found.get(each.delivery_id, 0)} facts"
        )
    broken = con.execute(query("findings", "fact_broken"), given).fetchall()
    assert not broken, f"the facts of {broken[0][2]}, delivery {broken[0][1]} of {broken[0][0]}, contradict one another"


def _forget(con: duckdb.DuckDBPyConnection, deliveries: Sequence[str]) -> None:
    with atomic(con):
        forget_attribution(con, deliveries)
        for statement in (
            "delete from image_fact where list_contains($ids, delivery_id)",
            "delete from fact_input where list_contains($ids, delivery_id)",
        ):
            con.execute(statement, {"ids": list(deliveries)})


def _rewrite_delivery_facts(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    with atomic(con):
        con.execute("delete from delivery_fact where list_contains($departments, department)", {"departments": names})
        con.execute(query("findings", "delivery_fact"), {"departments": names})


def _count_rows(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> int:
    sql = "select count(*) from image_fact where list_contains($departments, department)"
    return int(con.execute(sql, {"departments": names}).fetchall()[0][0])
