"""What was seen of rows and of whole deliveries: missing and malformed values, origins not told, recordings twice.

Keep out what a value says about a place: ``parcels.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.words import Words, day, listed, number

Evidence = dict[str, Any]

_MISSING = Words(
    declared_sha256=mark("checksum"),
    source_system=mark("source system"),
    batch_id=mark("batch id"),
)


def _missing_values(record: str, seen: Evidence) -> str:
    values = {"record": record, "missing": number(seen["missing_values"])}
    if not seen["columns"]:
        return texts(
            "%(record)s lacks %(missing)s of %(count)s mandatory value.",
            "%(record)s lacks %(missing)s of %(count)s mandatory values.",
            seen["mandatory_values"],
            **values,
        )
    return texts(
        "%(record)s lacks %(missing)s of %(count)s mandatory value: %(columns)s.",
        "%(record)s lacks %(missing)s of %(count)s mandatory values: %(columns)s.",
        seen["mandatory_values"],
        columns=listed(seen["columns"]),
        **values,
    )


def _invalid_values(record: str, seen: Evidence) -> str:
    told = [text("%(column)s is '%(value)s'", column=name, value=value) for name, value in seen["values"].items()]
    if not told:
        return texts(
            "%(record)s has %(count)s value of the wrong format.",
            "%(record)s has %(count)s values of the wrong format.",
            seen["invalid_values"],
            record=record,
        )
    return texts(
        "%(record)s has %(count)s value of the wrong format: %(values)s.",
        "%(record)s has %(count)s values of the wrong format: %(values)s.",
        seen["invalid_values"],
        record=record,
        values=listed(told),
    )


def _untraceable(record: str, seen: Evidence) -> str:
    missing = listed([_MISSING[each] for each in seen["missing"]])
    return text("%(record)s states no %(missing)s.", record=record, missing=missing)


def _duplicate_metadata(record: str, seen: Evidence) -> str:
    return texts(
        "%(record)s describes the same recording as %(count)s other record: %(first)s.",
        "%(record)s describes the same recording as %(count)s other records, among them %(first)s.",
        seen["duplicate_metadata"],
        record=record,
        first=min(seen["same_recording"] + seen["same_checksum"]),
    )


def _delivery_status(_: str, seen: Evidence) -> str:
    return text("No new delivery was handed in for %(date)s.", date=day(date.fromisoformat(seen["as_of"])))


def _manifest_status(_: str, seen: Evidence) -> str:
    date_of = day(date.fromisoformat(seen["as_of"]))
    if seen["status"] == "empty":
        return text("The delivery for %(date)s cannot be used: its manifest is empty.", date=date_of)
    return text("The delivery for %(date)s cannot be used: its manifest cannot be read.", date=date_of)


def _rows_rejected(_: str, seen: Evidence) -> str:
    return texts(
        "The contract rejected %(rejected)s of %(count)s row of the manifest.",
        "The contract rejected %(rejected)s of %(count)s rows of the manifest.",
        seen["rows_in"],
        rejected=number(seen["rows_rejected"]),
    )


SAID = {
    "missing_values": _missing_values,
    "invalid_values": _invalid_values,
    "untraceable": _untraceable,
    "duplicate_metadata": _duplicate_metadata,
    "delivery_status": _delivery_status,
    "manifest_status": _manifest_status,
    "rows_rejected": _rows_rejected,
}
