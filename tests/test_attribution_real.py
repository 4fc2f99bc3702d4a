"""Evidence about real parcels: every permit of the real extract with a photograph of its own place, and of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from dedup_assets.findings.facts import build_facts
from dedup_assets.registry.geometry import distance_m
from dedup_assets.registry.reference import load_registry
from dedup_assets.registry.resolve import resolve_identifiers
from findings_pool import Pool, contract, department

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

DAYS = ("2025-01-01", "2025-02-01", "2025-03-01")  # at their own parcel, at another one, and without any position

# One record a permit of record with a whole APN and a point; the third delivery holds one photograph for each family.
DELIVERED = """
insert into delivery select d, 'ladbs', $as_of::date, 1, d, 'csv', d, 1, 'read', null, true, '1', 'c', n, n, 0
    from (select 'd' || $as_of as d, count(*) as n from position);
insert into period select 'ladbs', $as_of::date, 'd' || $as_of, 'read', null;
insert into image_record by name
    select 'd' || $as_of as delivery_id, 'ladbs' as department, $as_of::date as as_of, no as row_no,
        permit_number as image_id, 'a/' || no || '.jpg' as storage_uri, permit_number as permit_number_raw,
        apn as apn_raw, 'PCIS' as source_system, 'B-1' as batch_id, no::text as batch_row_no,
        0 as missing_values, 4 as mandatory_values, 3 as typed_values, 0 as invalid_values
    from position;
insert into image_file select 'd' || $as_of, 'ladbs', 'a/' || no || '.jpg', 'ok', null,
    sha256($as_of || if(latitude is null, family, no::text)), 1, 't', 'v' from position;
insert into content by name
    select distinct sha256($as_of || if(latitude is null, family, no::text)) as sha256, 'v' as algorithm_version,
        1 as byte_size, 'ok' as status, latitude as gps_latitude, longitude as gps_longitude
    from position;
"""


@pytest.fixture(scope="module")
def pool(shared: Path) -> Pool:
    """The real registry and three deliveries over it."""
    pool = Pool()
    load_registry(pool.con, str(shared / "data" / "la"), lambda _: None)
    permits = pool.con.sql(
        """select row_number() over (order by permit_number) as no, permit_number, family, apn, latitude, longitude
           from permit where apn is not null and latitude is not null order by permit_number"""
    ).to_arrow_table()
    lat, lon = (permits[name].to_numpy() for name in ("latitude", "longitude"))
    rng = np.random.default_rng(4)
    far, angle = rng.uniform(0, 29.5, len(lat)), rng.uniform(0, 2 * np.pi, len(lat))
    moved = lat + far * np.sin(angle) / 110_922, lon + far * np.cos(angle) / 92_400  # metres a degree at 34 degrees
    other = strangers(pool, permits, rng)
    none = pa.nulls(len(lat), pa.float64())
    for as_of, (latitude, longitude) in zip(DAYS, (moved, (lat[other], lon[other]), (none, none)), strict=True):
        table = permits.drop_columns(["latitude", "longitude"])
        table = table.append_column("latitude", pa.array(latitude)).append_column("longitude", pa.array(longitude))
        pool.con.register("position", table)
        for statement in DELIVERED.split(";\n"):
            if statement.strip():
                pool.con.execute(statement, {"as_of": as_of})
        pool.con.unregister("position")
    resolve_identifiers(pool.con, lambda _: None)
    build_facts(pool.con, [department()], {"ladbs": contract()})
    return pool


def strangers(pool: Pool, permits: pa.Table, rng: np.random.Generator) -> np.ndarray:
    """For each permit the place in the list of one more than 200 m from every point of its parcel and its relatives."""
    pool.con.register("asked", permits)
    own = pool.con.sql(
        """with related as (
               select no, apn from asked
               union
               select asked.no, b.apn from asked
               join parcel_group a using (apn) join parcel_group b using (group_kind, group_id)
           )
           select no - 1 as at, point.latitude, point.longitude
           from related join registry_point point on point.kind = 'apn' and point.canonical = related.apn
           order by all"""
    ).fetchnumpy()
    lat, lon = (permits[name].to_numpy() for name in ("latitude", "longitude"))
    chosen = rng.integers(len(lat), size=len(lat))
    while True:
        there = chosen[own["at"]]
        near = np.unique(own["at"][distance_m(lat[there], lon[there], own["latitude"], own["longitude"]) <= 200])
        if not len(near):
            return chosen
        chosen[near] = rng.integers(len(lat), size=len(near))


def test_no_photograph_within_30_m_of_its_parcel_is_contradicted(pool: Pool) -> None:
    said = dict(pool.rows("select gps_agreement, count(*) from image_fact where as_of = '2025-01-01' group by 1"))
    assert said.keys() == {"agrees"}
    assert said["agrees"] > 6000
    status = pool.rows("select distinct status from attribution where as_of = '2025-01-01'")
    assert status == [("attributed",)]


def test_every_photograph_more_than_200_m_away_is_contradicted(pool: Pool) -> None:
    said = dict(pool.rows("select gps_agreement, count(*) from image_fact where as_of = '2025-02-01' group by 1"))
    assert said.keys() == {"disagrees"}
    found = pool.rows(
        """select a.status, e.apn is not null as named, count(*),
                  count(*) filter (where a.parcel is not distinct from e.apn)
           from attribution a join parcel_evidence e using (delivery_id, row_no)
           where a.as_of = '2025-02-01' and e.source = 'gps' group by all order by all"""
    )
    assert {status for status, *_ in found} == {"contradicted"}
    # Where one parcel alone stands at the place, it is the one most supported.
    assert all(records == same for _, named, records, same in found if named)
    assert sum(records for _, named, records, _ in found if named) > 4000


def test_real_permit_families_are_legitimate_reuse_and_counted(pool: Pool) -> None:
    """One photograph for an original and its supplements, whether or not they stand on one parcel."""
    families = pool.rows(
        """select count(*), sum(n) from (select family, count(*) as n from permit
           where apn is not null and latitude is not null group by family having n > 1)"""
    )[0]
    assert families[0] > 100
    facts = pool.rows(
        """select count(*) filter (where legitimate_reuse), sum(redundant_in_department), sum(unrelated_parcels)
           from image_fact where as_of = '2025-03-01'"""
    )[0]
    assert facts == (families[1], 0, 0)
    said = """select e.stance, count(*) from parcel_evidence e join attribution a using (delivery_id, row_no)
              where a.as_of = '2025-03-01' and e.source = 'same_photograph' group by 1"""
    assert pool.rows(said) == [("supports", families[1])]
