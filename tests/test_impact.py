"""Impact: what open findings hold up, each counted once; disposal by the rules; the correction list."""

from __future__ import annotations

from typing import Any

import pytest

from causes_kit import DAY, RULE_OF, RULES, Record, copy, deliver, fill, find, parcel, permit_of, record
from causes_kit import registered as city
from dedup_assets.findings.impact.correction import corrections
from dedup_assets.findings.impact.measure import ImpactError, ImpactReport, measure_impact, sum_impact
from findings_pool import Pool, department, digest

UNITS = {"dwelling_units": "2", "queue_date": "2024-12-01"}


def stand(pool: Pool, *, opened_on: str = DAY) -> None:
    """The ledger of one date: every finding open since then, as the ledger would have it."""
    pool.con.execute("delete from finding_status")
    pool.con.execute(
        """
        insert into finding_status by name
        select finding_id, department, $today::date as as_of, rule_id, severity, 'open' as status,
            'not corrected' as status_200_511, $opened::date as first_found_on, 2025 as fiscal_year,
            $opened::date as opened_on, as_of as last_seen_on, as_of + 14 as due_on, false as is_late, 0 as repeats
        from finding
        """,
        {"today": DAY, "opened": opened_on},
    )


def measured(pool: Pool, name: str = "ladbs", **traits: Any) -> ImpactReport:
    return measure_impact(pool.con, [department(name, **traits)], RULES)


def total(pool: Pool, dimension: str, value: str = "", name: str = "ladbs") -> tuple[int, ...]:
    """Findings, images, permits, active permits, units, unit days, longest days."""
    rows = pool.rows(
        "select findings, images, permits, permits_active, dwelling_units, unit_days, longest_days from impact_total "
        "where department = ? and dimension = ? and value = ?",
        [name, dimension, value],
    )
    assert len(rows) == 1
    return rows[0]


def photographs(pool: Pool, name: str, records: list[Record]) -> None:
    """Say that every content is a scene, not a form."""
    row = {"algorithm_version": "v", "page": 0, "width": 1, "height": 1, "quality": 50, "low_information": False}
    hashes = {f"phash256_{at}": 0 for at in range(4)}
    contents = {digest(name, each.get("content", each["image_id"])) for each in records}
    fill(pool, "page", [{"sha256": sha256, "photograph": True, **row, **hashes} for sha256 in sorted(contents)])


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Two departments wait for permit 1; one permit has three findings; a supplement is of its family."""
    pool = city(40)
    pool.permit("16010-20001-00001", parcel(1))
    pool.con.execute("update permit set dwelling_units = 2 where is_supplement")
    records = [record(number, **UNITS) for number in range(20)]
    # Permit 1: filed on a stranger's parcel; a copy of another case; under its supplement the same.
    records[1]["apn_raw"] = parcel(30)
    records[2] |= {"apn_raw": parcel(30), "permit_number_raw": "16010-20001-00001"}
    deliver(pool, "ladbs", [*records, copy(1, 5, image_id="X", **UNITS), copy(9, 9, image_id="Y", **UNITS)])
    shared = record(1, image_id="H1", **UNITS) | {"apn_raw": parcel(33), "source_record_id": "ADU-1"}
    without = record(7, image_id="H2", dwelling_units="12", source_record_id="ADU-2")
    without |= {"permit_number_raw": "16010-10000-99999", "apn_raw": "SEE PLANS"}
    twice = {**without, "image_id": "H3", "content": "H3", "dwelling_units": "11"}
    named = {**record(8, image_id="H4", source_record_id="ADU-3", dwelling_units="2"), "apn_raw": parcel(34)}
    # The same application without its permit: the units are those of the permit.
    unnamed = {**named, "image_id": "H5", "permit_number_raw": None, "apn_raw": "SEE PLANS"}
    pool.identify("apn", "SEE PLANS", "malformed")
    deliver(pool, "housing", [shared, without, twice, named, unnamed])
    find(pool, "ladbs", "housing")
    stand(pool, opened_on="2024-11-01")
    return pool


def test_a_permit_and_its_units_count_once(pool: Pool) -> None:
    report = measured(pool)
    # Photographs 1 and 2 on a stranger's parcel; X and 5 share a photograph on two parcels; X and Y are further copies.
    assert pool.rows("select rule_id, count(*) from finding where department = 'ladbs' group by 1 order by 1") == [
        (RULE_OF["redundant_in_department"], 2),
        (RULE_OF["unrelated_parcels"], 2),
        (RULE_OF["permit_agreement"], 2),
    ]
    assert report == ImpactReport(findings=6, permits=4, dwelling_units=6, longest_days=91, without_cause=6)
    # Permit 1, its supplement, permits 5 and 9; of these only the supplement's
    # status is not known to be final. Its units are those of its permit.
    assert total(pool, "all") == (6, 5, 4, 1, 6, 6 * 91, 91)
    assert total(pool, "rule", RULE_OF["permit_agreement"])[:5] == (2, 2, 2, 1, 2)


def test_units_of_an_application_count_once_and_with_its_permit_where_it_names_one(pool: Pool) -> None:
    measured(pool, "housing")
    told = pool.rows(
        "select image_id, unit_key, dwelling_units from finding_impact where department = 'housing' order by 1"
    )
    assert told == [
        ("H1", "permit:16010-00001", 2),
        ("H2", "application:housing:ADU-2", 12),
        ("H3", "application:housing:ADU-2", 11),
        ("H4", "permit:16010-00008", 2),
        ("H5", "permit:16010-00008", 2),
    ]
    assert total(pool, "all", name="housing")[4] == 2 + 12 + 2


def test_the_city_counts_a_permit_of_two_departments_once(pool: Pool) -> None:
    both = [department("ladbs"), department("housing")]
    measure_impact(pool.con, both, RULES)
    sum_impact(pool.con, both)
    ours, theirs, all_of_it = (total(pool, "all", name=name) for name in ("ladbs", "housing", "city"))
    assert all_of_it[0] == ours[0] + theirs[0]
    assert all_of_it[2] == ours[2] + theirs[2] - 1
    assert all_of_it[4] == ours[4] + theirs[4] - 2
    assert pool.rows("select count(*) from impact_total where permits_active > permits") == [(0,)]


def test_days_in_the_queue_begin_with_the_later_of_defect_and_application(pool: Pool) -> None:
    measured(pool)
    rows = pool.rows(
        "select distinct opened_on::text, defect_days, queued_on::text, queue_days, council_district, permit_status, "
        "permit_finished from finding_impact where department = 'ladbs' and image_id = 'I001'"
    )
    assert rows == [("2024-11-01", 91, "2024-12-01", 61, "0", "Permit Finaled", True)]


def test_measuring_again_gives_the_same_tables(pool: Pool) -> None:
    measured(pool)
    first = [pool.rows(f"select * from {table} order by all") for table in ("finding_impact", "impact_total")]
    measured(pool)
    assert [pool.rows(f"select * from {table} order by all") for table in ("finding_impact", "impact_total")] == first


OLD = {"uploaded_at": "2020-01-01T10:00:00-08:00"}
# What a copy of record 3 is, and whether it may be disposed of.
DISPOSAL: list[tuple[Record, dict[str, Any], str, str]] = [
    (OLD, {}, "may", "12.1(d): the same bytes for the same case as"),
    ({}, {}, "ask_city_clerk", "less than two years old"),
    ({"uploaded_at": None}, {}, "ask_city_clerk", "its age is not known"),
    ({**OLD, "federal_funding": "yes: transit capital grant"}, {}, "may_not", "2 CFR 200.334"),
    ({**OLD, "federal_funding": "No"}, {}, "may", "12.1(d)"),
    ({**OLD, "apn_raw": parcel(8), "permit_number_raw": permit_of(8)}, {}, "may_not", "another case"),
    (OLD, {"restricted": True}, "may_not", "police record"),
    (OLD, {"has_images": False}, "may_not", "832.18"),
    ({**OLD, "content": "other bytes"}, {}, "ask_city_clerk", "accurate reproduction"),
    ({**OLD, "content": "form"}, {}, "ask_city_clerk", "accurate reproduction"),
]


@pytest.fixture(scope="module")
def copies() -> Pool:
    """A department for each line: record 3, and its copy."""
    pool = city(10)
    names = [f"line{at}" for at in range(len(DISPOSAL))]
    for name, (given, *_) in zip(names, DISPOSAL, strict=True):
        records = [record(3, uploaded_at="2019-01-01T10:00:00-08:00"), copy(3, 3, image_id="copy", **given)]
        deliver(pool, name, records)
        photographs(pool, name, records)
        if "content" in given:
            low, high = sorted([digest(name, given["content"]), digest(name, "I003")])
            pool.insert("match", sha256_a=low, sha256_b=high, distance=1, verdict="same_image", evidence="{}")
    find(pool, *names)
    _keep(pool, "I003")
    stand(pool)
    return pool


@pytest.mark.parametrize("line", range(len(DISPOSAL)))
def test_disposal_of_a_copy(copies: Pool, line: int) -> None:
    _, traits, expected, words = DISPOSAL[line]
    measured(copies, f"line{line}", **traits)
    rule = RULE_OF["redundant_in_department"]
    rows = copies.rows(
        "select disposal, disposal_basis from finding_impact "
        "where image_id = 'copy' and rule_id = ? and department = ?",
        [rule, f"line{line}"],
    )
    assert [row[0] for row in rows] == [expected]
    assert words in rows[0][1]


def test_a_form_may_affect_title_and_nothing_but_a_duplicate_is_asked_about() -> None:
    pool = city(10)
    deliver(pool, "ladbs", [record(3), copy(3, 3, image_id="copy", **OLD), record(4, apn_raw=parcel(8))])
    find(pool)
    _keep(pool, "I003")
    stand(pool)
    measured(pool)
    rows = dict(pool.rows("select image_id, disposal || ': ' || disposal_basis from finding_impact"))
    assert rows["copy"].startswith("ask_city_clerk: Government Code 34090(a)")
    assert rows["I004"] == "not_a_duplicate: "


def _keep(pool: Pool, image_id: str) -> None:
    """The evidence of further copies names the one that stays, whichever the facts chose."""
    pool.con.execute(
        "update finding set evidence = json_object('kept', ?), subject = 'copy', row_no = 2 where rule_id = ?",
        [image_id, RULE_OF["redundant_in_department"]],
    )


def test_findings_without_a_cause_are_refused() -> None:
    pool = city(10)
    deliver(pool, "ladbs", [record(3, apn_raw=parcel(8))])
    find(pool)
    stand(pool)
    pool.con.execute("delete from finding_cause")
    with pytest.raises(ImpactError, match="find the causes first"):
        measured(pool)


def test_correction_list_takes_the_strongest_evidence() -> None:
    pool = city(80)
    records = [record(number) for number in range(60)]
    for number in range(20, 40):
        records[number]["apn_raw"] = parcel(number + 3)
    records[50]["apn_raw"] = parcel(70)
    records[51]["apn_raw"] = parcel(71)
    other = copy(61, 55, image_id="copy")
    deliver(pool, "ladbs", [*records, other])
    find(pool)
    stand(pool)
    pool.con.execute("delete from attribution")
    pool.insert(
        "attribution", delivery_id=digest("ladbs", DAY)[:16], department="ladbs", as_of=DAY, row_no=52, image_id="I051",
        apn=parcel(71), status="contradicted", parcel=parcel(60), decided_by="A01", sources=["gps"], rule_version="1",
    )  # fmt: skip
    found = {each.image_id: each for each in corrections(pool.con, "ladbs", RULES)}
    assert len(found) == 20 + 2 + 2
    shifted = found["I030"]
    assert (shifted.from_parcel, shifted.to_parcel, shifted.to_parcel_basis) == (parcel(33), parcel(30), "batch_shift")
    assert shifted.cause == "batch_shifted"
    assert shifted.recommendation.startswith("Re-align batch B1: rows 21 to 40 take the parcel of the row 3 before it.")
    assert (found["I050"].to_parcel, found["I050"].to_parcel_basis) == (parcel(50), "permit_of_record")
    assert (found["I051"].to_parcel, found["I051"].to_parcel_basis) == (parcel(60), "attribution")
    assert found["copy"].to_parcel is None
    assert found["copy"].rules == (RULE_OF["redundant_in_department"], RULE_OF["unrelated_parcels"])
    assert [each.severity for each in corrections(pool.con, "ladbs", RULES)] == ["critical"] * 24
    assert corrections(pool.con, "housing", RULES) == []
