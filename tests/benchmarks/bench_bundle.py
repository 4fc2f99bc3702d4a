"""How long a bundle takes, and how much memory, at two sizes: memory must not grow with the bundle.

    python tests/benchmarks/bench_bundle.py                      100,000 records and 1,000,000
    python tests/benchmarks/bench_bundle.py 200000 0.35          one size, and the share of records with a finding

A tenth of the records have a finding; each is seen in three deliveries of six and has three events of the ledger, a
cause, a status and an impact; one in fifty lies in an enclave. The tables are made in a process of its own and stand in
files; their making is not counted. Printed: seconds on the clock and of the processors to make a bundle and to verify
it, its size, and the peak memory of each. Goal at 1,000,000 records on 2 cores: 60 s.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dedup_assets.evidence.verify import verify
from evidence_kit import OPEN, RESTRICTED, Evidence, make_home

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

FINDINGS = """insert into finding
select 'F-' || substr(sha256($department || number), 1, 16), $department, date '2026-01-31' + to_months(month::integer),
    'DUP-001', 'image-' || number, 'd', number, 'warning',
    'Photograph image-' || number || ' is stored twice: also as image-' || (number + 1) || '.',
    '{"content":"' || sha256(number::text) || '","kept":"image-' || (number + 1) || '","others":[]}'
from range($findings) finding(number), range(number % 3, number % 3 + 3) delivery(month)"""
NEWEST = "(select distinct finding_id, department from finding)"
OTHERS = (
    f"""insert into ledger_event select finding_id, department, 'DUP-001', 'warning', as_of, 'seen_again'
    from finding where department = '{OPEN}'""",
    f"""insert into finding_cause select finding_id, department, as_of, 1, 'batch_replayed', 'v1', 'b', 3, 4,
    '{{"batch":"b","share":0.75}}', null from finding where department = '{OPEN}'""",
    f"""insert into finding_status by name select *, date '2026-06-30' as_of, 'DUP-001' rule_id, 'warning' severity,
    'open' status, 'not corrected' status_200_511, as_of first_found_on, 2026 fiscal_year, as_of opened_on,
    as_of last_seen_on, as_of due_on, false is_late, 0 repeats from {NEWEST} where department = '{OPEN}'""",
    f"""insert into finding_impact by name select *, date '2026-06-30' as_of, 'DUP-001' rule_id, 'warning' severity,
    'batch_replayed' cause, as_of opened_on, 30 defect_days, false is_federal, 'may_not' disposal,
    'the original is not known' disposal_basis from {NEWEST} where department = '{OPEN}'""",
)


def fill(root: Path, records: int, share: float) -> None:
    """A home with so many findings, and a key."""
    made = make_home(root)
    findings = int(records * share)
    for pool, department, count in (("city", OPEN, findings), (RESTRICTED, RESTRICTED, findings // 50)):
        with made.home.warehouse(pool).connect() as con:
            con.execute(FINDINGS, {"department": department, "findings": count})
            if pool == "city":
                _others(con)


def _others(con: duckdb.DuckDBPyConnection) -> None:
    for table in ("finding_status", "finding_cause"):  # of the kit's own findings, which get theirs again
        con.execute(f"delete from {table}")
    for statement in OTHERS:
        con.execute(statement)


def bundle(root: Path) -> None:
    """The bundle of the home below ``root``."""
    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.settings import Settings
    from dedup_assets.warehouse import Home

    own = Settings(home=root / "home", departments=root / "departments")
    made = Evidence(Home(own.home), own, load_departments(own.departments), root / "city.key").bundle(root / "out")
    print(f"  {made.bytes / 1e6:8.0f} MB in {made.leaves:,} leaves")


def check(root: Path) -> None:
    """Verify it."""
    verify(next((root / "out").iterdir()))


def alone(what: str, step: Callable[..., None], *given: object) -> None:
    """Run a step in a process of its own and print its time and peak memory."""
    process = multiprocessing.get_context("spawn").Process(target=_timed, args=(what, step, *given))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def _timed(what: str, step: Callable[..., None], *given: object) -> None:
    began = time.perf_counter()
    step(*given)
    used = resource.getrusage(resource.RUSAGE_SELF)
    processors, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    seconds = time.perf_counter() - began
    print(f"  {what:8} {seconds:6.1f} s ({processors:.1f} of the processors), peak {peak:6.0f} MB", flush=True)


if __name__ == "__main__":
    sizes = [int(sys.argv[1])] if len(sys.argv) > 1 else [100_000, 1_000_000]
    part = float(sys.argv[2]) if len(sys.argv) > 2 else 0.1
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{size:,} records, {part:g} with a finding")
            for name, its, more in (("tables", fill, (size, part)), ("bundle", bundle, ()), ("verify", check, ())):
                alone(name, its, Path(folder), *more)
