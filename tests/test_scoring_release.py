"""What leaves an enclave, and that nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.findings.ledger import build_ledger
from dedup_assets.scoring.measure import measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.release import RELEASED, ReleaseError, release_aggregates
from dedup_assets.scoring.score import score
from dedup_assets.settings import Settings
from scoring_tables import FEBRUARY, JANUARY, contract, deliver, department, pool

if TYPE_CHECKING:
    from datetime import date

    import duckdb

POLICY = load_policy(Settings.model_fields["policy"].default)
LAPD = department("lapd", restricted=True)
SECRET = "SECRET"


def enclave() -> duckdb.DuckDBPyConnection:
    """An enclave in whose every table every text that could be secret is."""
    con = pool()
    deliver(con, JANUARY, [{"sha256": f"{SECRET}1", "apn": f"{SECRET}2"}, {"untraceable": 1}], of="lapd", rejected=1)
    deliver(con, FEBRUARY, status="unreadable", of="lapd")
    con.execute("update image_fact set image_id = 'SECRET' || row_no")
    con.execute("update delivery set reason = 'line 3: SECRET'")
    con.execute("update period set reason = 'line 3: SECRET'")
    con.execute(
        """insert into finding values
        ('SECRET-1', 'lapd', ?, 'DUP-001', 'SECRET', ?, 1, 'critical', 'SECRET', '["SECRET"]')""",
        [JANUARY, f"lapd-{JANUARY}"],
    )
    con.execute(
        """insert into rule_result values
        ('lapd', ?, 'DUP-001', 'error', 'critical', 'uniqueness', 2, 1, .9, 'images', 'd16e57', 'could not cast SECRET')
        """,
        [JANUARY],
    )
    for table in ("image_record", "image_file", "rejected_row", "content", "match", "match_group", "identifier"):
        fill(con, table)
    build_ledger(con, [LAPD])
    for table in ("finding_cause", "finding_impact", "naming_grammar"):
        fill(con, table)
    measure(con, [LAPD], {"lapd": contract()})
    return con


def fill(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """One row of a table, with the secret in every text column."""
    values: dict[str, Any] = {
        "VARCHAR": SECRET, "DATE": JANUARY, "BOOLEAN": True, "DOUBLE": 1.0, "VARCHAR[]": [SECRET]
    }  # fmt: skip
    relation = con.table(table)
    row = [
        "lapd" if name == "department" else values.get(str(kind), 1)
        for name, kind in zip(relation.columns, relation.types, strict=True)
    ]
    relation.insert(tuple(row))


def texts(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Every value of every table, as text."""
    names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
    return {str(value) for name in names for row in con.table(name).fetchall() for value in row}


def test_nothing_of_a_record_leaves() -> None:
    inside, city = enclave(), pool()
    assert any(SECRET in each for each in texts(inside))
    counts = release_aggregates(inside, city, LAPD)
    assert counts == {
        "period": 2, "delivery": 2, "rule_result": 1, "ledger_balance": 6, "overdue": 6, "ledger_age": 24,
        "ledger_flow": 2, "ledger_rate": 6, "ledger_schedule": 1, "ledger_duration": 4, "ledger_forecast": 0,
        "measure": 14,
    }  # fmt: skip
    assert not [each for each in texts(city) if SECRET in each]


def test_only_aggregate_tables_are_filled() -> None:
    inside, city = enclave(), pool()
    release_aggregates(inside, city, LAPD)
    names = {name for (name,) in city.execute("select table_name from duckdb_tables()").fetchall()}
    assert {name for name in names if city.table(name).fetchall()} == set(RELEASED) - {"ledger_forecast"}


def test_counts_leave_as_they_are() -> None:
    inside, city = enclave(), pool()
    release_aggregates(inside, city, LAPD)
    for table in RELEASED[3:]:
        assert sorted(city.table(table).fetchall()) == sorted(inside.table(table).fetchall())
    assert city.execute("select rows_in, rows_rejected from delivery order by as_of").fetchall() == [(3, 1), (0, 0)]


def test_only_the_departments_own_rows_leave() -> None:
    inside, city = enclave(), pool()
    deliver(inside, JANUARY, [{}], of="other")
    release_aggregates(inside, city, LAPD)
    assert {name for (name,) in city.execute("select distinct department from period").fetchall()} == {"lapd"}


def test_a_release_replaces_the_one_before_and_leaves_others_alone() -> None:
    inside, city = enclave(), pool()
    deliver(city, JANUARY, [{}])
    release_aggregates(inside, city, LAPD)
    inside.execute("delete from period where as_of = ?", [FEBRUARY])
    release_aggregates(inside, city, LAPD)
    assert city.execute("select department, as_of from period order by 1").fetchall() == [
        ("alpha", JANUARY),
        ("lapd", JANUARY),
    ]


def test_a_release_that_fails_changes_nothing() -> None:
    inside, city = enclave(), pool()
    release_aggregates(inside, city, LAPD)
    city.execute("alter table measure add column confidence double")
    inside.execute("delete from period where as_of = ?", [FEBRUARY])
    with pytest.raises(ReleaseError, match="confidence"):
        release_aggregates(inside, city, LAPD)
    assert len(city.table("period").fetchall()) == 2


def test_the_city_is_scored_from_what_was_released() -> None:
    inside, city = enclave(), pool()
    deliver(city, JANUARY, [{}] * 4)
    deliver(city, FEBRUARY, [{}] * 4)
    alpha = department()
    build_ledger(city, [alpha])
    measure(city, [alpha], {"alpha": contract()})
    release_aggregates(inside, city, LAPD)
    found: dict[tuple[str, date], Any] = {
        (each.department, each.as_of): each for each in score(city, POLICY, [alpha, LAPD])
    }
    assert found["lapd", JANUARY].images == 2
    assert found["lapd", JANUARY].open_findings == 1
    assert found["lapd", FEBRUARY].reason == "The delivery for 2026-02 could not be read"
    assert found["city", JANUARY].images == 6
    assert found["city", FEBRUARY].coverage < found["city", JANUARY].coverage < 1


RECORDS = (
    "image_record", "image_file", "rejected_row", "image_fact", "finding", "ledger_event", "finding_status",
    "finding_cause", "finding_impact", "naming_grammar",
)  # fmt: skip


@pytest.mark.parametrize("table", RECORDS)
def test_records_of_a_restricted_department_in_the_city_stop_the_release(table: str) -> None:
    inside, city = enclave(), pool()
    if inside.execute("select count(*) from duckdb_tables() where table_name = ?", [table]).fetchall() == [(0,)]:
        raise AssertionError(table)
    city.from_arrow(inside.table(table).to_arrow_table()).insert_into(table)
    with pytest.raises(ReleaseError, match=f"in {table} "):
        release_aggregates(inside, city, LAPD)
    assert city.table("period").fetchall() == []


def test_what_is_not_restricted_is_not_released() -> None:
    with pytest.raises(ReleaseError, match="is not restricted"):
        release_aggregates(pool(), pool(), department())


def test_an_enclave_without_deliveries_is_named() -> None:
    with pytest.raises(ReleaseError, match="read its deliveries first"):
        release_aggregates(pool(), pool(), LAPD)
