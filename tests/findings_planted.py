"""Records that break one rule each, with the sentence that each must get, and clean ones beside them."""

from __future__ import annotations

from typing import Any

from dedup_assets.deliveries.contract import Column, Contract
from dedup_assets.deliveries.formats import make_format
from findings_kit import PERMIT, PIN, A, B, C
from findings_pool import Pool, contract, digest

NOBODY = "nobody has decided."

# The records that break a rule, all in one delivery with a clean one of every kind; the rule, the record, the sentence.
PLANTED: list[tuple[list[dict[str, Any]], str, str, str]] = [
    (
        [
            {"image_id": "d1", "content": "d", "captured_at": "2024-05-02"},
            {"image_id": "d2", "content": "d", "captured_at": "2024-05-01"},
        ],
        "DUP-001", "d1",
        (
            "Photograph d1 is a further copy of d2, proposed as the authoritative one because it was taken first; "
            "2 records of the department hold it."
        ),
    ),
    (
        [{"image_id": "e1", "content": "held by housing"}],
        "DUP-002", "e1", "Photograph e1 is also held by 1 record of housing.",
    ),
    (
        [{"image_id": "n1"}],
        "DUP-003", "n1",
        f"Photograph n1 looks like 1 other photograph, most of all like h2 of housing (7 of 256 bits differ); {NOBODY}",
    ),
    (
        [{"image_id": "u1", "apn_raw": "5999999999"}],
        "PAR-002", "u1", "Photograph u1 is filed on parcel 5999-999-999, which is no parcel of record.",
    ),
    (
        [{"image_id": "p1", "apn_raw": B, "permit_number_raw": PERMIT}],
        "PAR-003", "p1",
        "Photograph p1 is filed on parcel 5000-000-002, but permit 16010-10000-00001 is for parcel 5000-000-001.",
    ),
    (
        [{"image_id": "z1", "apn_raw": A, "pin_raw": PIN}],
        "PAR-004", "z1",
        "Photograph z1 is filed on parcel 5000-000-001, but PIN '129B193    42' belongs to parcel 5000-000-003.",
    ),
    (
        [{"image_id": "q1", "permit_number_raw": "16010-10000-77777"}],
        "PAR-005", "q1", "Photograph q1 names permit 16010-10000-77777, which is not on record.",
    ),
    (
        [{"image_id": "m1", "apn_raw": "5000-1", "pin_raw": "129B"}],
        "IDN-001", "m1",
        "Photograph m1 gives a parcel number that cannot be read: '5000-1' and a PIN that fits several: '129B'.",
    ),
    (
        [{"image_id": "c1", "missing_values": 1}],
        "CMP-001", "c1", "Photograph c1 lacks 1 of 4 mandatory values: PHOTO_ROLE.",
    ),
    (
        [{"image_id": "v1", "invalid_values": 1, "captured_at": "yesterday", "uploaded_at": "2024-01-31"}],
        "VAL-001", "v1", "Photograph v1 has 1 value of the wrong format: CAPTURED_AT is 'yesterday'.",
    ),
    (
        [{"image_id": "f1", "status": "unreadable", "reason": "truncated"}],
        "FIL-001", "f1", "Photograph f1 cannot be read: truncated (images/f1.jpg).",
    ),
    (
        [{"image_id": "g1", "content": None, "declared_sha256": digest("g1")}],
        "FIL-002", "g1", "Photograph g1 has no file at images/g1.jpg: no such file.",
    ),
    (
        [{"image_id": "s1", "declared_sha256": digest("s2")}],
        "FIL-003", "s1",
        f"Photograph s1 has the SHA-256 {digest('s1')[:12]}..., but the manifest declares {digest('s2')[:12]}....",
    ),
    (
        [{
            "image_id": "o1", "content": None, "reason": "outside_root", "storage_uri": "../../etc/passwd",
            "declared_sha256": digest("o1"),
        }],
        "FIL-004", "o1",
        "Photograph o1 names the path ../../etc/passwd, which leads outside the department's folder; it was not read.",
    ),
    (
        [{"image_id": "t1", "batch_id": None, "source_system": " "}],
        "TRC-001", "t1", "Photograph t1 states no source system and batch id.",
    ),
]  # fmt: skip  # fmt: skip
CLEAN = [
    {"image_id": "ok1", "apn_raw": A, "permit_number_raw": PERMIT, "photo_role": "front"},
    {"image_id": "ok2", "apn_raw": C, "pin_raw": PIN, "photo_role": "front"},
]


def planted_contract() -> Contract:
    """A contract whose photo_role is mandatory and whose two times must be dates."""
    base = contract("ladbs", mandatory=("photo_role",))
    dated, times = make_format("date", {"format": "yyyy-MM-dd"}), {"captured_at", "uploaded_at"}
    columns = tuple(
        Column(**{**vars(each), "format": dated, "on_break": "count"}) if each.name in times else each
        for each in base.columns
    )
    return Contract(base.name, base.version, base.sha256, base.formats, columns)


def plant(pool: Pool) -> None:
    """The planted delivery, and what another department holds."""
    pool.identify("apn", "5000-1", "malformed")
    pool.identify("pin", "129B", "ambiguous")
    pool.match("n1", "h2", "undecided", distance=7)
    pool.delivery([{"image_id": "h1", "content": "held by housing"}, {"image_id": "h2"}], name="housing")
    roles = [{"photo_role": None if each["image_id"] == "c1" else "front", **each} for p in PLANTED for each in p[0]]
    pool.delivery(CLEAN + roles)
