"""What facts and rules cost on 100,000 synthetic records, and which share of it is Great Expectations'.

Run with ``python tests/benchmarks/bench_rules.py [records]``; it prints seconds, a share and memory.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dedup_assets.findings import gx
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.rules import RuleOutcome, apply_rules
from dedup_assets.settings import PROJECT
from findings_pool import Pool, contract, department

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# One department of n records and one of n/2. Every 20th record repeats an earlier content, every 25th is held by both
# departments, every 100th is the same placeholder; every 50th is filed on a parcel that its permit contradicts, every
# 40th looks like another one. A seventh of the parcels share a shape.
SYNTHETIC = """
create temp table raw as
select d.name, i,
    case
        when i % 100 = 7 then 'placeholder' when i % 20 = 3 then d.own || (i // 2) when i % 25 = 1 then 'shared' || i
        else d.own || i
    end as word,
    lpad((5000000000 + (case when i % 50 = 11 then i * 7 else i end) % ($n // 2))::text, 10, '0') as apn
from (values ('ladbs', 'c'), ('housing', 'h')) as d(name, own), range($n) as t(i)
where d.name = 'ladbs' or i < $n // 2;
insert into delivery select name, name, date '2025-01-01', 1, name, 'csv', name, 1, 'read', null, true, '1', 'c',
    count(*), count(*), 0 from raw group by name;
insert into period select name, date '2025-01-01', name, 'read', null from raw group by name;
insert into image_record by name select name as delivery_id, name as department, date '2025-01-01' as as_of,
    i + 1 as row_no, name || '-' || i as image_id, 'a/' || i || '.jpg' as storage_uri, sha256(word) as declared_sha256,
    '2024-01-01T00:00:00' as captured_at, 'PCIS' as source_system, 'B-1' as batch_id, apn as apn_raw,
    '16010-10000-' || lpad((i % 99999)::text, 5, '0') as permit_number_raw,
    0 as missing_values, 4 as mandatory_values, 3 as typed_values, 0 as invalid_values from raw;
insert into image_file select name, name, 'a/' || i || '.jpg', 'ok', null, sha256(word), 1, 't', 'v' from raw;
insert into parcel by name select lpad((5000000000 + i)::text, 10, '0') as apn, 's' as source from range($n // 2) t(i);
insert into parcel_group select lpad((5000000000 + i)::text, 10, '0'), 'geometry', (i // 7)::text
    from range($n // 14) t(i);
insert into permit by name select '16010-10000-' || lpad(i::text, 5, '0') as permit_number,
    '16010-' || lpad(i::text, 5, '0') as family, false as is_supplement,
    lpad((5000000000 + i % ($n // 2))::text, 10, '0') as apn, 'ok' as apn_status, 's' as source, i as row_no
    from range(least(99999, $n)) t(i);
insert into identifier select 'apn', apn, apn, 'ok', [], [], true from (select distinct apn from raw);
insert into identifier select 'permit', p, p, 'ok', [], [], true
    from (select distinct permit_number_raw as p from image_record);
insert into match select least(a, b), greatest(a, b), 20, 'undecided', '{}'
    from (select sha256('c' || i) as a, sha256('c' || (i + 1)) as b from range(0, $n, 40) t(i));
"""


def main(records: int) -> None:
    """Fill the tables, then time facts and rules, each for the first time and again with nothing changed."""
    pool = Pool()
    for statement in SYNTHETIC.split(";\n"):
        if statement.strip():
            pool.con.execute(statement, {"n": records} if "$n" in statement else None)
    departments = [department(), department("housing")]
    contracts = {each.name: contract(each.name) for each in departments}

    def facts() -> object:
        return build_facts(pool.con, departments, contracts)

    def rules() -> list[RuleOutcome]:
        expectations = PROJECT / "expectations"
        return [out for each in departments for out in apply_rules(pool.con, each, contracts[each.name], expectations)]

    print(f"{records + records // 2:,} records of two departments")
    timed("import of Great Expectations, once a process", gx.load)
    before = peak()
    for_facts, _ = timed("facts", facts)
    clock = watch_great_expectations()
    for_rules, outcomes = timed("rules", rules)
    total = for_facts + for_rules
    print(f"findings: {sum(each.failing for each in outcomes):,}")
    print(f"Great Expectations: {clock.seconds:.2f} CPU s, {clock.seconds / total:.0%} of {total:.2f} CPU s")
    print(f"memory: {(peak() - before) / 1024:.0f} MB more at the peak")
    timed("facts, nothing changed", facts)
    timed("rules, nothing changed", rules)


class Clock:
    """CPU seconds spent inside Great Expectations."""

    seconds = 0.0


def watch_great_expectations() -> Clock:
    """Count the CPU seconds of every judgement from now on."""
    clock, judge = Clock(), gx.Judge.judge

    def watched(*args: Any) -> dict[str, gx.Judgement]:
        began = time.process_time()
        judged = judge(*args)
        clock.seconds += time.process_time() - began
        return judged

    gx.Judge.judge = watched  # type: ignore[method-assign]  # a benchmark measures from outside
    return clock


def timed(label: str, work: Callable[[], T]) -> tuple[float, T]:
    """Do the work; print its seconds, and give its CPU seconds with its result."""
    began, cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds = time.process_time() - cpu
    print(f"{label}: {time.perf_counter() - began:.2f} s, {seconds:.2f} CPU s")
    return seconds, result


def peak() -> int:
    """The peak resident memory of this process so far, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
