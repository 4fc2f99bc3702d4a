"""What the committee is told beside the city's pages, put straight into the tables of ``publishing_city``.

Every number follows from the city's ledger, so that ages, breaches, causes and impact add up as in a real run.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from publishing_city import CANARY, NEWEST, RESTRICTED, SCRIPT, City

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

# Council districts, plan areas and venues: findings, permits, active permits, units, unit-days, days.
PLACES = (
    ("council_district", "7", 120, 41, 23, 499, 71217, 150),
    ("council_district", "11", 90, 30, 9, 12, 1504, 61),
    ("council_district", "unknown", 5, 0, 0, 0, 0, 30),
    ("community_plan_area", "North Bluff", 150, 50, 30, 500, 70000, 150),
    ("venue", "Halcyon Bowl", 2, 2, 1, 0, 0, 122),
    ("venue", SCRIPT, 1, 1, 1, 0, 0, 61),
    ("venue", "unknown", 200, 70, 31, 511, 72721, 150),
    ("federal", "yes", 6, 4, 3, 0, 0, 150),
    ("federal", "no", 200, 67, 29, 511, 72721, 150),
)
ALL = ("all", "", 0, 71, 32, 511, 72721, 150)


def tell_committee(city: City, as_of: date = NEWEST) -> None:
    """Fill ageing, durations, rates, forecast, schedule, flow, impact, oldest findings and order at ``as_of``."""
    con, names = city.con, [each.name for each in city.departments]
    unrestricted = [each for each in names if each not in RESTRICTED]
    # Three quarters of what is open is old. What is late, and what of it is old, the table `overdue` says.
    con.execute(
        """insert into ledger_age
           select b.department, b.as_of, b.severity, band, from_days,
                  case band when '91-180' then closing - closing // 4 when '0-30' then closing // 4 else 0 end,
                  case band when '91-180' then coalesce(o.overdue, 0) else 0 end
           from ledger_balance b
           left join overdue o on (o.department, o.as_of, o.severity) = (b.department, b.as_of, b.severity)
           cross join (values ('0-30', 0), ('31-90', 31), ('91-180', 91), ('over 180', 181)) v (band, from_days)
           where b.as_of = ?""",
        [as_of],
    )
    con.execute(
        """insert into ledger_flow
           select department, as_of, 'DUP-001', cause, severity,
                  if(cause is null, opening, 0), if(cause is null, new, 0), if(cause is null, reopened, 0),
                  if(cause is null, closed, 0), if(cause is null, withdrawn, 0), if(cause is null, closing, 0), 3, 0
           from ledger_balance cross join (values (null), ('placeholder')) v (cause) where as_of = ?""",
        [as_of],
    )
    # A third of what is open has a cause.
    con.execute("update ledger_flow set closing = closing - closing // 3, closed = closed + closing // 3")
    con.execute(
        """update ledger_flow f set opening = n.closing // 2, closing = n.closing // 2 from ledger_flow n
           where f.cause = 'placeholder' and n.cause is null
             and (n.department, n.severity) = (f.department, f.severity)"""
    )
    _rows(con, "ledger_duration", [
        (name, as_of, what, "all", 40, 30, 10, 0, median, p90)
        for name in names
        for what, median, p90 in (("detect", 23.0, 162.0), ("correct", 61.0, None))
    ])  # fmt: skip
    _rows(con, "ledger_rate", [(name, as_of, "critical", 40, 30, 29, 1) for name in names])
    _rows(con, "ledger_forecast", [(name, as_of, "all", 1, 12.4, 5.0, 20.0, 4) for name in names])
    _rows(con, "ledger_schedule", [
        (name, as_of, rule, None, 2026, word, 9, 3, 1, 0, 5, 1)
        for name in names
        for rule, word in (("DUP-001", "partially corrected"), ("PAR-001", "not corrected"))
    ])  # fmt: skip
    for name in (*unrestricted, "city"):
        opened = _open(con, unrestricted if name == "city" else [name], as_of)
        for dimension, value, findings, *rest in (ALL, *(PLACES if name == "city" else ())):
            _rows(con, "impact_total", [(name, as_of, dimension, value, findings or opened, findings, *rest)])
    statuses = [(name, f"F-{place:016d}") for place, name in enumerate(unrestricted)]
    _rows(con, "finding_status", [
        (key, name, as_of, "DUP-001", None, "critical", "open", "not corrected", date(2026, 1, 31), 2026,
         date(2026, 1, 31), as_of, None, None, date(2026, 2, 14), True, 0)
        for name, key in statuses
    ])  # fmt: skip
    con.execute("delete from score_order")
    _rows(con, "score_order", [
        (as_of, city.policy.version, names, 1000, 147, False, names[0], names[-1], 140)
    ])  # fmt: skip
    _rows(con, "reference_file", [("parcels.csv", "parcels", "ab" * 32, 10, 1, 1, 0)])
    for table, column in (("period", "reason"), ("delivery", "uri"), ("score_history", "reason")):
        city.set(table, {column: f"{CANARY} in {table}"}, department="lapd_booking")


def _open(con: duckdb.DuckDBPyConnection, names: Sequence[str], as_of: date) -> int:
    query = "select sum(closing) from ledger_balance where list_contains(?, department) and as_of = ?"
    return int(con.execute(query, [list(names), as_of]).fetchall()[0][0])


def _rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    places = ", ".join("?" * len(rows[0]))
    con.executemany(f"insert into {table} values ({places})", [list(each) for each in rows])
