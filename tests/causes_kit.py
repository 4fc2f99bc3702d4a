"""What the tests of causes and impact share: rules of the installation, and short ways to a pool with findings."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.findings.causes.find import CauseReport, find_causes
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.suites import load_rules
from dedup_assets.settings import PROJECT
from findings_pool import RECORD, Pool, contract, department, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

Record = dict[str, Any]

RULES = load_rules(PROJECT / "expectations")
RULE_OF = {rule.column: rule.id for rule in RULES}
DAY = "2025-01-31"


def parcel(number: int) -> str:
    """The APN of a made-up parcel."""
    return f"{5_000_000_000 + number}"


def permit_of(number: int) -> str:
    """The permit that a made-up parcel has."""
    return f"16010-10000-{number:05d}"


def record(number: int, **more: Any) -> Record:
    """A sound record: its own parcel and permit, its own content, a name of the grammar."""
    return {
        "image_id": f"I{number:03d}",
        "apn_raw": parcel(number),
        "permit_number_raw": permit_of(number),
        "batch_id": "B1",
        "batch_row_no": str(number + 1),
        "file_name": f"{parcel(number)}_front_{number}.jpg",
        "captured_at": "2025-01-02T10:00:00-08:00",
        "uploaded_at": "2025-01-10T10:00:00-08:00",
        **more,
    }


def copy(number: int, of: int, **more: Any) -> Record:
    """A record that holds the content of another one, uploaded later."""
    return record(number, **{"content": f"I{of:03d}", "uploaded_at": "2025-01-20T10:00:00-08:00", **more})


def clean(rows: int = 40) -> list[Record]:
    """Sound records, with what must never alarm: a camera's name twice, several photographs of one parcel."""
    records = [record(number) for number in range(rows)]
    records[3]["file_name"] = records[9]["file_name"] = "IMG_0042.jpg"
    for number in (21, 22, 23):
        records[number] |= {"apn_raw": parcel(20), "permit_number_raw": permit_of(20)}
    return records


def registered(parcels: int) -> Pool:
    """Parcels with one permit each, in a row of 200 m from one to the next."""
    pool = Pool()
    given = {"parcels": parcels}
    pool.con.execute(
        """
        insert into parcel by name
        select (5000000000 + i)::text as apn, 'parcels.csv' as source, (i % 3)::text as council_district,
            34.0 + i * 0.0018 as latitude, -118.3 as longitude
        from range($parcels) as t (i)
        """,
        given,
    )
    pool.con.execute(
        """
        insert into permit by name
        select format('16010-10000-{:05d}', i) as permit_number, format('16010-{:05d}', i) as family,
            false as is_supplement, (5000000000 + i)::text as apn, 'ok' as apn_status, 'permits.csv' as source,
            i as row_no, 2 as dwelling_units, if(i % 2 = 0, 'Issued', 'Permit Finaled') as status
        from range($parcels) as t (i)
        """,
        given,
    )
    return pool


def deliver(pool: Pool, name: str, records: Sequence[Record], as_of: str = DAY) -> None:
    """A delivery of one department, written at once; a content is a word of the department's own."""
    delivery_id = digest(name, as_of)[:16]
    pool.insert("period", department=name, as_of=as_of, delivery_id=delivery_id, status="read")
    pool.insert(
        "delivery", delivery_id=delivery_id, department=name, as_of=as_of, version=1, uri=f"{name}/{as_of}",
        format="csv", sha256=digest(delivery_id), byte_size=1, status="read", in_force=True, contract_version="1.0.0",
        contract_sha256="c", rows_in=len(records), rows_accepted=len(records), rows_rejected=0,
    )  # fmt: skip
    at = {"delivery_id": delivery_id, "department": name}
    rows, files = [], []
    for row_no, given in enumerate(records, start=1):
        row = {**RECORD, "storage_uri": f"{row_no}.jpg", **given}
        sha256 = digest(name, row.pop("content", row["image_id"]))
        rows.append({**at, "as_of": date.fromisoformat(as_of), "row_no": row_no, "declared_sha256": sha256, **row})
        file = {"storage_uri": row["storage_uri"], "status": "ok", "sha256": sha256, "algorithm_version": "v"}
        files.append({**at, **file})
    fill(pool, "image_record", rows)
    fill(pool, "image_file", files)
    pool.con.execute(
        """
        insert into identifier by name
        select kind, raw, raw as canonical, 'ok' as status, []::text[] as repairs, []::text[] as candidates,
            raw in (select apn from parcel union select permit_number from permit) as in_registry
        from (
            select distinct 'apn' as kind, apn_raw as raw from image_record
            union select distinct 'permit', permit_number_raw from image_record
        )
        where raw is not null and (kind, raw) not in (select (kind, raw) from identifier)
        """
    )


def fill(pool: Pool, table: str, rows: Sequence[Record]) -> None:
    """Rows of one table; what a row does not give is null."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    new_rows = pa.table({column: [row.get(column) for row in rows] for column in columns})
    pool.con.register("new_rows", new_rows)
    pool.con.execute(f"insert into {table} by name select * from new_rows")
    pool.con.unregister("new_rows")


def find(pool: Pool, *names: str, file_names: bool = False) -> CauseReport:
    """Facts, findings of every failing fact, and causes. Great Expectations would say the same, more slowly.

    Names of files are judged where a test is about them: in the others most records keep the names they were made with.
    """
    departments = [department(name) for name in names or ("ladbs",)]
    build_facts(pool.con, departments, {each.name: contract(each.name) for each in departments})
    for each in departments:
        _judge(pool, each.name, _FAILING | _NAMED if file_names else _FAILING)
    return find_causes(pool.con, departments, RULES)


_FAILING = {
    "redundant_in_department": "redundant_in_department > 0",
    "unrelated_parcels": "unrelated_parcels > 0",
    "permit_agreement": "permit_agreement = 'disagrees'",
    "pin_agreement": "pin_agreement = 'disagrees'",
    "malformed_identifiers": "malformed_identifiers > 0",
}

_NAMED = {"name_agreement": "name_agreement = 'disagrees'"}


def _judge(pool: Pool, name: str, facts: dict[str, str]) -> None:
    pool.con.execute("delete from finding where department = ?", [name])
    pool.con.execute("delete from rule_input where department = ?", [name])
    for fact, failing in facts.items():
        pool.con.execute(
            f"""
            insert into finding by name
            select 'F-' || substr(sha256($name || $rule || image_id), 1, 16) as finding_id, department, as_of,
                $rule as rule_id, image_id as subject, delivery_id, row_no, 'critical' as severity, 'seen' as condition,
                '{{}}' as evidence
            from image_fact where department = $name and {failing}
            """,
            {"name": name, "rule": RULE_OF[fact]},
        )
    pool.con.execute(
        """
        insert into finding by name
        select 'F-' || department || as_of as finding_id, department, as_of, $rule as rule_id, as_of::text as subject,
            'critical' as severity, 'seen' as condition, '{}' as evidence
        from period where department = $name and status = 'missing'
        """,
        {"name": name, "rule": RULE_OF["delivery_status"]},
    )
    digests = pool.rows("select delivery_id, digest from fact_input where department = ?", [name])
    pool.con.execute(
        "insert into rule_input select department, as_of, ? from period where department = ?",
        [digest(*sorted(map(str, digests))), name],
    )


def causes_of(pool: Pool, fact: str, image_id: str, name: str = "ladbs") -> list[str]:
    """The causes of one finding, the likely one first."""
    rows = pool.rows(
        "select c.cause from finding f join finding_cause c using (finding_id, department, as_of) "
        "where department = ? and f.rule_id = ? and f.subject = ? order by as_of, c.rank",
        [name, RULE_OF[fact], image_id],
    )
    return [row[0] for row in rows]


def likely(pool: Pool, name: str = "ladbs") -> dict[tuple[str, str], str]:
    """The likely cause of every finding of a department, by fact and subject."""
    facts = {rule: fact for fact, rule in RULE_OF.items()}
    rows = pool.rows(
        "select f.rule_id, f.subject, c.cause from finding f "
        "join finding_cause c using (finding_id, department, as_of) where c.rank = 1 and department = ?",
        [name],
    )
    return {(facts[rule], subject): cause for rule, subject, cause in rows}


def detail(pool: Pool, cause: str, name: str = "ladbs") -> dict[str, Any]:
    """The evidence of the one occurrence of a cause, with its counts; every JSON must be canonical."""
    rows = pool.rows(
        "select distinct occurrence_id, support, considered, detail from finding_cause "
        "where cause = ? and department = ?",
        [cause, name],
    )
    assert len(rows) == 1, rows
    told = json.loads(rows[0][3])
    assert rows[0][3] == json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {**told, "occurrence_id": rows[0][0], "support": rows[0][1], "considered": rows[0][2]}
