"""How long a public site of many departments over two years takes, and whether the time grows as the departments do.

    python tests/benchmarks/bench_publish.py [departments] [months]

The tables are written straight into a warehouse. The baseline is a tenth of the departments in the same run; a ratio of
1 says that a department costs the same among many as among few. The target is 120 s for 100 departments of 24 months.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.deliveries.department import Department
from dedup_assets.findings.suites import load_rules
from dedup_assets.publishing.publication import Source
from dedup_assets.publishing.publish import publish
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.score import score
from dedup_assets.settings import Settings
from dedup_assets.warehouse import Warehouse

if TYPE_CHECKING:
    from dedup_assets.findings.suites import Rule
    from dedup_assets.scoring.policy import Policy

RECORDS = 20_000


def main(departments: int, months: int) -> None:
    """Publish a tenth, then all, each into an empty folder."""
    few, many = max(1, departments // 10), departments
    with tempfile.TemporaryDirectory() as folder:
        seconds = {count: measure(Path(folder) / str(count), count, months) for count in (few, many)}
    ratio = (seconds[many] / many) / (seconds[few] / few)
    print(f"{few} departments of {months} months: {seconds[few]:.1f} s")
    print(f"{many} departments of {months} months: {seconds[many]:.1f} s (target 120 s for 100 of 24)")
    print(f"a department among {many} costs {ratio:.2f} times what it costs among {few}")


def measure(folder: Path, count: int, months: int) -> float:
    """Seconds for one publication of ``count`` departments."""
    folder.mkdir()
    own = Settings()
    rules, policy = load_rules(own.expectations), load_policy(own.policy)
    departments = [
        Department(name=f"office_{place:03d}", title=f"Office {place:03d}", system="Files", owner="team:office")
        for place in range(count)
    ]
    dates = [date(2024 + month // 12, month % 12 + 1, 28) for month in range(months)]
    with Warehouse(folder / "warehouse.duckdb").connect() as con:
        for table, rows in tables([each.name for each in departments], dates, rules, policy).items():
            con.register("rows", pa.Table.from_pylist(rows))
            con.execute(f"insert into {table} by name from rows")
        score(con, policy, departments)
        return published(Source(con, departments, {}, rules, policy, str(folder)), folder)


def published(source: Source, folder: Path) -> float:
    started = time.perf_counter()
    report = publish(source, out=folder / "site")
    seconds = time.perf_counter() - started
    print(f"  {report.pages} pages, {report.charts_drawn} charts, {report.site_bytes / 1e6:.0f} MB: {seconds:.1f} s")
    return seconds


def tables(names: list[str], dates: list[date], rules: list[Rule], policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table that a public site reads; what fails is small for some rules and large for others."""
    found: dict[str, list[dict[str, Any]]] = {
        each: [] for each in ("period", "measure", "rule_result", "ledger_balance", "overdue")
    }
    judged = [each for each in rules if each.suite != "delivery"]
    for place, name in enumerate(names):
        closing = dict.fromkeys(("critical", "warning", "info"), 0)
        for month, as_of in enumerate(dates):
            key = {"department": name, "as_of": as_of}
            found["period"].append({**key, "delivery_id": f"{name} {as_of}", "status": "read"})
            failing = {each.id: (place * 7 + rank * 13 + month * 5) % (9 if rank % 3 else 90)
                       for rank, each in enumerate(judged)}  # fmt: skip
            found["measure"] += [
                {**key, "dimension": dimension, "measured": RECORDS, "population": RECORDS,
                 "defects": (place * 31 + month * 17 + rank * 101) % 700}
                for rank, dimension in enumerate(policy.weights)
            ]  # fmt: skip
            found["rule_result"] += [
                {**key, "rule_id": each.id, "severity": each.severity, "dimension": each.dimension,
                 "evaluated": RECORDS, "failing": failing[each.id], "mostly": 0.99, "suite": each.suite,
                 "rules_sha256": "0" * 64, "status": "pass" if failing[each.id] <= RECORDS / 100 else "fail"}
                for each in judged
            ]  # fmt: skip
            for severity, opening in closing.items():
                now = sum(failing[each.id] for each in judged if each.severity == severity)
                gone = min(opening, (place + month) % 17)
                found["ledger_balance"].append(
                    {**key, "severity": severity, "opening": opening, "new": max(0, now - opening + gone),
                     "reopened": 0, "closed": gone + max(0, opening - gone - now), "withdrawn": 0, "closing": now}
                )  # fmt: skip
                found["overdue"].append({**key, "severity": severity, "overdue": now // 4})
                closing[severity] = now
    return found


if __name__ == "__main__":
    main(*(int(each) for each in (*sys.argv[1:3], *("100", "24")[len(sys.argv) - 1 :])))
