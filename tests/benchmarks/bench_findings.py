"""What all rules cost for a million image records: facts, evidence, rules, causes, ledger and impact.

    python tests/benchmarks/bench_findings.py              1,000,000 records of three departments
    python tests/benchmarks/bench_findings.py 100000       records

The tables stand in a warehouse file; their making (``bench_findings.sql``) is not counted. Making, findings and
baseline are a process each, so that a peak is its own. Printed: seconds on the clock and of the processors by stage,
findings by rule, likely causes, the peak memory, and a ratio: the baseline asks two of the twenty-odd rules, copies
within a department and permits of other parcels, of the same rows as a script would, with pandas. Goal at 1,000,000
records on 2 cores: 120 s and 4 GiB.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import load_department
from dedup_assets.findings import gx
from dedup_assets.findings.causes.find import find_causes
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.impact.measure import measure_impact, sum_impact
from dedup_assets.findings.ledger import build_ledger
from dedup_assets.findings.rules import apply_rules
from dedup_assets.settings import PROJECT
from dedup_assets.warehouse.connection import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

NAMES = ("ladbs_permits", "planning_zimas", "housing_pipeline")
DOCUMENTS = PROJECT / "dedup_assets" / "defs" / "departments"
TABLES = Path(__file__).with_suffix(".sql")
COPIES = """select department, row_no, sha256, apn, permit_number_raw
from image_record join image_file using (delivery_id, department, storage_uri)
left join (select raw, canonical as apn from identifier where kind = 'apn') on raw = apn_raw"""

T = TypeVar("T")


def main(records: int) -> None:
    """Make the tables, ask all rules, ask the baseline, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        apart(make, path, records)
        print(f"{records:,} records, a warehouse of {path.stat().st_size / 2**20:,.0f} MB")
        ours, memory = apart(ask_all, path, records)
        theirs, _ = apart(ask_two, path, records)
    print(f"all: {ours:.1f} CPU s, {memory / 2**20:.2f} GiB at the peak")
    print(f"two rules with pandas: {theirs:.1f} CPU s; all rules cost {ours / theirs:.1f} times as much")


def apart(work: Callable[[Path, int], None], path: Path, records: int) -> tuple[float, int]:
    """Do ``work`` in a process of its own: its CPU seconds, and its peak resident memory in KB."""
    context = multiprocessing.get_context("spawn")
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=_worker, args=(work, path, records, mouth))
    process.start()
    mouth.close()
    try:
        used: tuple[float, int] = ear.recv()
    except EOFError:
        raise SystemExit(f"{work.__name__} broke off") from None
    process.join()
    return used


def _worker(work: Callable[[Path, int], None], path: Path, records: int, mouth: Connection) -> None:
    work(path, records)
    used = resource.getrusage(resource.RUSAGE_SELF)
    mouth.send((used.ru_utime + used.ru_stime, used.ru_maxrss))


def make(path: Path, records: int) -> None:
    """The tables of ``bench_findings.sql`` in a warehouse file."""
    with Warehouse(path).connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute("set variable records = $records::bigint", {"records": records})
        con.execute(TABLES.read_text(encoding="utf-8"))


def ask_all(path: Path, _: int) -> None:
    """Every stage as a run of the departments does it, in one process."""
    departments = [load_department(DOCUMENTS / name) for name in NAMES]
    contracts = {name: load_contract(DOCUMENTS / name / "contract.yaml") for name in NAMES}
    timed("import of Great Expectations, once a process", gx.load)
    with Warehouse(path).connect() as con:
        con.execute("set enable_progress_bar = false")
        timed("facts, evidence, attribution", lambda: build_facts(con, departments, contracts))
        outcomes = []
        for each in departments:
            judge = partial(apply_rules, con, each, contracts[each.name], PROJECT / "expectations")
            outcomes += timed(f"rules and findings of {each.name}", judge)
        causes = timed("causes", lambda: find_causes(con, departments))
        timed("ledger", lambda: build_ledger(con, departments))
        timed("impact", lambda: (measure_impact(con, departments), sum_impact(con, departments)))
    for rule in sorted({each.rule_id for each in outcomes if each.failing}):
        print(f"  {rule} {sum(each.failing for each in outcomes if each.rule_id == rule):>9,}")
    print(f"findings: {sum(each.failing for each in outcomes):,}")
    for cause, findings, occurrences in causes.likely:
        print(f"  {cause}: {findings:,} in {occurrences:,} occurrences")


def ask_two(path: Path, _: int) -> None:
    """Copies within a department and permits of another parcel, as a script would ask them of data frames."""
    with Warehouse(path).connect() as con:
        records = con.execute(COPIES).df()
        permits = con.execute("select permit_number, apn as permit_apn from permit").df()
    copies = records[records["sha256"].notna()].duplicated(["department", "sha256"])
    linked = records.merge(permits, left_on="permit_number_raw", right_on="permit_number")
    known = linked["apn"].notna() & linked["permit_apn"].notna()
    print(f"baseline: {copies.sum():,} copies, {(known & (linked['apn'] != linked['permit_apn'])).sum():,} strangers")


def timed(label: str, work: Callable[[], T]) -> T:
    """Do the work; print its seconds, and the peak so far."""
    began, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{label}: {wall:.1f} s, {used:.1f} CPU s; {peak:.2f} GiB at the peak so far", flush=True)
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
