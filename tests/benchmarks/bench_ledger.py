"""How long ledger and scores take for years of deliveries: 24 months of 6 departments.

    python tests/benchmarks/bench_ledger.py                      100,000 records a delivery, a tenth with findings
    python tests/benchmarks/bench_ledger.py 1000000 0.02         a million, one in fifty with findings: the goal
    python tests/benchmarks/bench_ledger.py 100000 1.0           every record with a finding

A record that has a finding shows it in four deliveries of five, a quarter of a year at a time, so that findings close,
are verified and come back; two findings in five have a cause. The tables are made in a process of its own and stand in
a file; their making is not counted. Printed: seconds on the clock and of the processors of the ledger, of the measures
and of scores with bridges, explanations and order, and the peak memory. Goal at 1,000,000 records on 2 cores: 60 s,
4 GiB in all; measured with one record in fifty: 26 s (32 of the processors), 1.7 GiB.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dedup_assets.findings.ledger import build_ledger
from dedup_assets.findings.suites import load_rules
from dedup_assets.scoring.measure import measure
from dedup_assets.scoring.policies import load_policies
from dedup_assets.scoring.restate import restate_city, restate_department
from dedup_assets.settings import settings
from scoring_tables import GOOD, contract, department

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = 24
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
RULES = ["DUP-001", "PAR-001", "PAR-003", "CMP-001"]

T = TypeVar("T")

PERIODS = """insert into period
select name, date '2024-01-01' + to_months(month::integer), name || '-' || month, 'read', null
from unnest($names::text[]) department(name), range($months) calendar(month)"""
DELIVERIES = """insert into delivery
select delivery_id, department, as_of, 1, 'manifest.csv', 'csv', 'feed', 1, 'read', null, true, '1', 'c0de', $records,
    $records, 0
from period"""
RESULTS = """insert into rule_result
select department, as_of, unnest($rules::text[]), 'fail', 'warning', 'x', 1, 1, 1, 'image_fact', 'd16e57', null
from period"""
FINDINGS = """insert into finding
select 'F-' || substr(sha256(department || '|' || number), 1, 16), department, as_of,
    ($rules::text[])[number % 4 + 1], 'image-' || number, delivery_id, number,
    ['critical', 'warning', 'info'][number % 3 + 1], 'seen',
    '{"content":"' || sha256(number::text) || '","kept":"image-' || (number + 1) || '","others":[]}'
from period, range(($records * $share)::bigint) subject(number)
where hash(department, date_diff('quarter', date '2024-01-01', as_of), number) % 10 < 8"""
CAUSES = """insert into finding_cause
select finding_id, department, as_of, 1, if(row_no % 5 < 2, 'batch_shifted', 'undetermined'), '1', '',
    if(row_no % 5 < 2, 3, 0), 4, '{}', null
from finding"""


def tables(path: str, records: int, share: float) -> None:
    """The tables as the rooms before the ledger leave them; keys are not indexed, nothing here looks them up."""
    con = duckdb.connect(path)
    con.execute("set enable_progress_bar = false")
    for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
        con.execute(file.read_text(encoding="utf-8"))
    for name in ("finding", "image_fact"):
        con.execute(f"create table unkeyed as from {name} limit 0")
        con.execute(f"drop table {name}")
        con.execute(f"alter table unkeyed rename to {name}")
    con.execute(PERIODS, {"names": NAMES, "months": MONTHS})
    con.execute(DELIVERIES, {"records": records})
    con.execute(RESULTS, {"rules": RULES})
    con.execute(FINDINGS, {"rules": RULES, "records": records, "share": share})
    con.execute(CAUSES)
    told = {"VARCHAR": "'not_applicable'", "BOOLEAN": "false"}
    table = con.table("image_fact")
    facts = {name: told.get(str(kind), "0") for name, kind in zip(table.columns, table.types, strict=True)}
    facts |= {name: "null" if value is None else f"'{value}'" for name, value in GOOD.items()}
    facts |= {name: name for name in ("delivery_id", "department", "as_of")}
    facts |= {"row_no": "number", "image_id": "'image-' || number", "sha256": "sha256(number::text)"}
    stated = ", ".join(f"{value} as {name}" for name, value in facts.items())
    con.execute(f"insert into image_fact by name select {stated} from period, range({records}) record(number)")
    con.close()


def timed(label: str, work: Callable[[], T]) -> T:
    """Do the work and print what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    result = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    seconds = time.perf_counter() - began
    print(f"{label}: {seconds:.1f} s, {time.process_time() - cpu:.1f} CPU s, peak so far {peak:.1f} GiB", flush=True)
    return result


def main(records: int, share: float) -> None:
    """Print a line a step."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/warehouse.duckdb"
        maker = multiprocessing.get_context("spawn").Process(target=tables, args=(path, records, share))
        maker.start()
        maker.join()
        con = duckdb.connect(path)
        con.execute("set memory_limit = '3GB'")
        con.execute("set enable_progress_bar = false")
        departments = [department(name) for name in NAMES]
        rules, policies = load_rules(settings().expectations), load_policies(settings().policy)
        (seen,) = con.execute("select count(*) from finding").fetchall()[0]
        print(f"{MONTHS} deliveries of {len(NAMES)} departments, {records:,} records each; {seen:,} sightings")
        report = timed("ledger", lambda: build_ledger(con, departments, rules))
        timed("measures", lambda: measure(con, departments, {name: contract() for name in NAMES}))
        timed("scores", lambda: [restate_department(con, policies, each) for each in departments])
        timed("city", lambda: restate_city(con, policies, departments))
        print(f"open at the end: {report.closing:,}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, float(sys.argv[2]) if len(sys.argv) > 2 else 0.1)
