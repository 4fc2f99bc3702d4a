"""What was seen of the place of a record: its parcel against permit, PIN, camera, registry and what people report.

Put here whatever names a parcel or another identifier of place. Keep out what a picture itself shows: ``pictures.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dedup_assets.findings.conditions import dashed
from dedup_assets.publishing.language import mark, mark_both, text, texts
from dedup_assets.publishing.words import day, decimal, listed

Evidence = dict[str, Any]

# By kind of identifier: one that several entries fit, and one that cannot be read.
_DAMAGED = {
    "apn": (
        mark("a parcel number that fits several: '%(raw)s'"),
        mark("a parcel number that cannot be read: '%(raw)s'"),
    ),
    "permit": (
        mark("a permit number that fits several: '%(raw)s'"),
        mark("a permit number that cannot be read: '%(raw)s'"),
    ),
    "pin": (mark("a PIN that fits several: '%(raw)s'"), mark("a PIN that cannot be read: '%(raw)s'")),
}
_KILOMETRE = 1000.0


def _unrelated_parcels(record: str, seen: Evidence) -> str:
    return texts(
        "%(record)s is filed on parcel %(parcel)s and also on %(count)s unrelated parcel.",
        "%(record)s is filed on parcel %(parcel)s and also on %(count)s unrelated parcels.",
        seen["unrelated_parcels"],
        record=record,
        parcel=dashed(seen["parcel"]),
    )


def _parcel_status(record: str, seen: Evidence) -> str:
    parcel = dashed(seen["parcel"])
    return text("%(record)s is filed on parcel %(parcel)s, which is no parcel of record.", record=record, parcel=parcel)


def _permit_status(record: str, seen: Evidence) -> str:
    permit = seen["permit_number"]
    return text("%(record)s names permit %(permit)s, which is not on record.", record=record, permit=permit)


def _permit_agreement(record: str, seen: Evidence) -> str:
    return _other_parcel(
        seen,
        mark("%(record)s is filed on parcel %(parcel)s, but permit %(permit)s is for parcel %(other)s."),
        *mark_both(
            "%(record)s is filed on parcel %(parcel)s, but permit %(permit)s is for %(count)s other, %(other)s.",
            "%(record)s is filed on parcel %(parcel)s, but permit %(permit)s is for %(count)s others, among them "
            "%(other)s.",
        ),
        record=record,
        permit=seen["permit_number"],
    )


def _pin_agreement(record: str, seen: Evidence) -> str:
    return _other_parcel(
        seen,
        mark("%(record)s is filed on parcel %(parcel)s, but PIN '%(pin)s' belongs to parcel %(other)s."),
        *mark_both(
            "%(record)s is filed on parcel %(parcel)s, but PIN '%(pin)s' belongs to %(count)s other, %(other)s.",
            "%(record)s is filed on parcel %(parcel)s, but PIN '%(pin)s' belongs to %(count)s others, among them "
            "%(other)s.",
        ),
        record=record,
        pin=seen["pin_raw"],
    )


def _other_parcel(seen: Evidence, single: str, one: str, many: str, **values: str) -> str:
    values |= {"parcel": dashed(seen["parcel"]), "other": dashed(seen["parcels_of_record"][0])}
    in_all = seen["parcels_of_record_in_all"]
    return text(single, **values) if in_all == 1 else texts(one, many, in_all, **values)


def _gps_agreement(record: str, seen: Evidence) -> str:
    values = {"record": record, "parcel": dashed(seen["parcel"]), "distance": distance(seen["distance_m"])}
    if seen["points_to"]:
        return text(
            "%(record)s is filed on parcel %(parcel)s, but was taken %(distance)s from it, on parcel %(other)s.",
            other=dashed(seen["points_to"]),
            **values,
        )
    if seen["parcels_here_in_all"]:
        return texts(
            "%(record)s is filed on parcel %(parcel)s, but was taken %(distance)s from it, where %(count)s other "
            "parcel lies.",
            "%(record)s is filed on parcel %(parcel)s, but was taken %(distance)s from it, where %(count)s other "
            "parcels lie.",
            seen["parcels_here_in_all"],
            **values,
        )
    return text("%(record)s is filed on parcel %(parcel)s, but was taken %(distance)s from it.", **values)


def _name_agreement(record: str, seen: Evidence) -> str:
    # A parcel number says the same twice; a permit or PIN says where the parcel was taken from.
    given = "" if seen["kinds"] == ["apn"] else listed(seen["identifiers"])
    values = {
        "record": record, "parcel": dashed(seen["parcel"]), "other": dashed(seen["parcels"][0]), "given": given,
    }  # fmt: skip
    if seen["parcels_in_all"] == 1 and not given:
        return text("%(record)s is filed on parcel %(parcel)s, but its file is named after parcel %(other)s.", **values)
    if seen["parcels_in_all"] == 1:
        return text(
            "%(record)s is filed on parcel %(parcel)s, but its file is named after parcel %(other)s (%(given)s).",
            **values,
        )
    if not given:
        return texts(
            "%(record)s is filed on parcel %(parcel)s, but its file is named after %(count)s other, %(other)s.",
            "%(record)s is filed on parcel %(parcel)s, but its file is named after %(count)s others, among them "
            "%(other)s.",
            seen["parcels_in_all"],
            **values,
        )
    return texts(
        "%(record)s is filed on parcel %(parcel)s, but its file is named after %(count)s other, %(other)s (%(given)s).",
        "%(record)s is filed on parcel %(parcel)s, but its file is named after %(count)s others, among them %(other)s "
        "(%(given)s).",
        seen["parcels_in_all"],
        **values,
    )


def distance(metres: float) -> str:
    """``180 m``, ``1.5 km``, ``9,080 km``: as exactly as anybody needs it."""
    if metres < _KILOMETRE:
        return text("%(number)s m", number=decimal(metres, 0))
    return text("%(number)s km", number=decimal(metres / _KILOMETRE, 1 if metres < 100 * _KILOMETRE else 0))


def _mismatch_reports(record: str, seen: Evidence) -> str:
    since = day(date.fromisoformat(seen["first_reported"]))
    values = {"record": record, "parcel": dashed(seen["parcel"]), "date": since}
    if seen["points_to"]:
        return text(
            "%(record)s is filed on parcel %(parcel)s; since %(date)s it is reported not to be of it, but of parcel "
            "%(other)s.",
            other=dashed(seen["points_to"]),
            **values,
        )
    return text("%(record)s is filed on parcel %(parcel)s; since %(date)s it is reported not to be of it.", **values)


def _parcel_lineage(record: str, seen: Evidence) -> str:
    named = [dashed(each) for each in seen["successors"]]
    more = seen["successors_in_all"] - len(named)
    if more:
        named.append(texts("%(count)s other", "%(count)s others", more))
    return text(
        "%(record)s is filed on parcel %(parcel)s, which was retired on %(date)s; it became %(successors)s.",
        record=record,
        parcel=dashed(seen["parcel"]),
        date=day(date.fromisoformat(seen["stale_from"])),
        successors=listed(named),
    )


def _malformed_identifiers(record: str, seen: Evidence) -> str:
    damaged = [_damaged(each) for each in seen["identifiers"]]
    return text("%(record)s gives %(damaged)s.", record=record, damaged=listed(damaged))


def _damaged(identifier: Evidence) -> str:
    several, unreadable = _DAMAGED[identifier["kind"]]
    message = several if identifier["status"] == "ambiguous" else unreadable
    return text(message, raw=identifier["raw"])


SAID = {
    "unrelated_parcels": _unrelated_parcels,
    "parcel_status": _parcel_status,
    "permit_status": _permit_status,
    "permit_agreement": _permit_agreement,
    "pin_agreement": _pin_agreement,
    "gps_agreement": _gps_agreement,
    "name_agreement": _name_agreement,
    "mismatch_reports": _mismatch_reports,
    "parcel_lineage": _parcel_lineage,
    "malformed_identifiers": _malformed_identifiers,
}
