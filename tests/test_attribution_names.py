"""What file names carry, and what it says of the parcel that a record is filed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attribution_kit import deliver, detail, evidence, placed
from dedup_assets.findings.attribution.names import identifiers_in
from dedup_assets.publishing.condition_words import condition_words
from findings_kit import PERMIT, PIN, A, B, C, D, build, judge

if TYPE_CHECKING:
    from findings_pool import Pool

DAYLIKE = "2024013005"
AGREEMENT = {"supports": "agrees", "contradicts": "disagrees", "inconclusive": "inconclusive"}


@pytest.fixture
def pool() -> Pool:
    """The registry with points, and no deliveries."""
    return placed()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("5000000001_front_12.jpg", [A]),
        ("5000-000-001.jpg", [A]),
        ("site 5000_000_001 (2).jpg", [A]),
        ("16010-10000-00001_5000000002.pdf", [PERMIT, B]),
        ("160101000000001.tif", [PERMIT]),
        ("129b193    42.jpg", [PIN]),
        ("129B19342_20250101_7.jpg", [PIN]),
        ("5000000001_5000000002.jpg", [A, B]),
        ("IMG_20240512_101010.jpg", []),
        ("PXL_20240512_101010123.jpg", []),
        ("2024-05-12.jpg", []),
        ("5000-0-1.jpg", []),
        ("IMG_0042.jpg", []),
        ("SKM_C25005000000001.pdf", []),
        ("15000000001.jpg", []),
    ],
)
def test_whole_identifiers_are_read_from_file_names_and_nothing_else(name: str, read: list[str]) -> None:
    assert [each.canonical for each in identifiers_in(name)] == read


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("5000000001.jpg", ("supports", A)),
        ("5000000004.jpg", ("contradicts", D)),
        (f"{PERMIT}.jpg", ("supports", A)),
        ("16014-10000-00009.jpg", ("contradicts", D)),
        ("129B19342.jpg", ("contradicts", C)),
        ("5000000004_5000000001.jpg", ("supports", A)),
        ("5000000004_5000000003.jpg", ("contradicts", None)),
        ("5999999999.jpg", ("inconclusive", None)),
        ("IMG_1.jpg", None),
    ],
)
def test_what_a_file_name_says(pool: Pool, name: str, said: tuple[str, str | None] | None) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": A, "file_name": name}, {"image_id": "2", "apn_raw": A,
             "storage_uri": f"in/a/folder/{name}"}])  # fmt: skip
    build(pool)
    assert evidence(pool, "1").get("file_name") == said
    assert evidence(pool, "2").get("file_name") == said


@pytest.mark.parametrize(
    ("name", "filed", "said"),
    [
        ("2024013005.jpg", A, ("inconclusive", None)),  # 30 January 2024, and the number of a parcel
        ("2024013005.jpg", DAYLIKE, ("supports", DAYLIKE)),
        ("2024-013-005.jpg", A, ("contradicts", DAYLIKE)),  # nobody writes a day so
        ("2031013005.jpg", A, ("contradicts", "2031013005")),  # after the delivery
        ("2024014505.jpg", A, ("contradicts", "2024014505")),  # no month has 45 days
        ("2024013005_5000000004.jpg", A, ("contradicts", D)),
    ],
)
def test_what_may_be_a_day_and_a_number_contradicts_nothing(
    pool: Pool, name: str, filed: str, said: tuple[str, str | None]
) -> None:
    for apn in (DAYLIKE, "2031013005", "2024014505"):
        pool.insert("parcel", apn=apn, source="parcels.csv")
    deliver(pool, [{"image_id": "1", "apn_raw": filed, "file_name": name}])
    build(pool)
    assert evidence(pool, "1")["file_name"] == said
    assert pool.fact("1")["name_agreement"] == AGREEMENT[said[0]]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("5000000004.jpg", "parcel 5000-000-004"),
        ("16014-10000-00009.jpg", "parcel 5000-000-004 (16014-10000-00009)"),
        ("5000000004_5000000003.jpg", "2 others, among them 5000-000-003"),
    ],
)
def test_a_file_named_after_another_parcel_is_a_finding_with_its_sentence(pool: Pool, name: str, seen: str) -> None:
    names = {"1": name, "related": f"{C}.jpg", "own": f"{B}.jpg", "camera": "IMG_5000.jpg", "lost": "5999999999.jpg"}
    deliver(pool, [
        {"image_id": image_id, "apn_raw": A if image_id == "1" else B, "permit_number_raw": None, "file_name": each}
        for image_id, each in names.items()
    ])  # fmt: skip
    outcomes = {each.rule_id: each for each in judge(pool)}
    assert (outcomes["PAR-009"].evaluated, outcomes["PAR-009"].failing) == (3, 1)
    told, evidence_kept = pool.rows("select condition, evidence from finding where rule_id = 'PAR-009'")[0]
    assert told == f"Photograph 1 is filed on parcel 5000-000-001, but its file is named after {seen}."
    assert condition_words("name_agreement", "1", "", evidence_kept, picture=True) == told


def test_a_file_named_after_a_related_parcel_supports(pool: Pool) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": B, "file_name": f"{C}.jpg"}])
    build(pool)
    assert evidence(pool, "1")["file_name"] == ("supports", B)
    assert detail(pool, "1", "file_name")["related"] is True
