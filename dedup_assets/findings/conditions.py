"""Conditions: of each failing record one plain sentence with the values seen, and the evidence that it rests on.

Put here one function per fact that a rule may judge, so that a rule added to a suite has its sentence already. Keep
out the fetching (``evidence.py``). A condition says what was seen; whose fault it is, nobody knows yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.findings.evidence import CAP, Evidence, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Condition = tuple[str, dict[str, Any]]
# Why of several copies one is proposed as the authoritative one (fact_photograph.sql has the order).
_WHY_KEPT = {
    "parcel_not_contradicted": "no permit, PIN or GPS contradicts its parcel",
    "taken_first": "it was taken first",
    "most_pixels": "it is the largest",
    "uploaded_first": "it was uploaded first",
    "first_by_name": "its identifier comes first and nothing else tells them apart",
}
_KILOMETRE = 1000.0
_KINDS = {"apn": "parcel number", "permit": "permit number", "pin": "PIN"}


def condition(fact: str, row: Row, found: Evidence, *, picture: bool) -> Condition:
    """The sentence and the evidence of one failing record.

    ``fact`` is the column that its rule judges, ``row`` the record with its facts; ``picture``: whether the department
    delivers images. Raises KeyError when nobody wrote a sentence for the fact.
    """
    noun = f"{'Photograph' if picture else 'Evidence record'} {row['image_id']}"
    return CONDITIONS[fact](noun, row, found)


def dashed(apn: str) -> str:
    """An APN as people write it: 5056-022-001."""
    return f"{apn[:4]}-{apn[4:7]}-{apn[7:]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """``1 record``, ``2 records``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _redundant_in_department(noun: str, row: Row, found: Evidence) -> Condition:
    held = found.copies[row["sha256"]]
    others = [each for each in held["here"] if each["image_id"] != row["image_id"]][:CAP]
    many = held["copies_here"]
    kept = next(each for each in held["kept"] if each["subject"] == row["subject"])
    says = (
        f"{noun} is a further copy of {kept['image_id']}, proposed as the authoritative one because "
        f"{_WHY_KEPT[kept['why']]}; {counted(many, 'record')} of the department hold it."
    )
    evidence = {"content": row["sha256"], "kept": kept["image_id"], "kept_because": kept["why"], "copies": many}
    return says, {**evidence, "others": others}


def _redundant_elsewhere(noun: str, row: Row, found: Evidence) -> Condition:
    held = found.copies[row["sha256"]]
    says = f"{noun} is also held by {counted(held['copies_elsewhere'], 'record')} of {listed(held['departments'])}."
    return says, {
        "content": row["sha256"],
        "copies_elsewhere": held["copies_elsewhere"],
        "departments": held["departments"],
        "others": held["elsewhere"][:CAP],
    }


def _other_subjects(noun: str, row: Row, found: Evidence) -> Condition:
    held = found.copies[row["sha256"]]
    others = [each for each in held["here"] if each["image_id"] != row["image_id"]][:CAP]
    many = row["other_subjects"]
    says = (
        f"{noun} is also held for {counted(many, 'other booking')}: one photograph, two people or one person booked "
        "twice. Only a person may say which."
    )
    return says, {"verdict": "possible_misidentification", "other_bookings": many, "others": others}


def _near_candidates(noun: str, row: Row, found: Evidence) -> Condition:
    nearest = found.near[row["row_no"]]
    first = nearest[0]
    says = (
        f"{noun} looks like {counted(row['near_candidates'], 'other photograph')}, most of all like "
        f"{first['image_id']} of {first['department']} ({first['distance']} of 256 bits differ); nobody has decided."
    )
    return says, {"content": row["sha256"], "near_candidates": row["near_candidates"], "nearest": nearest}


def _unrelated_parcels(noun: str, row: Row, found: Evidence) -> Condition:
    others = found.parcels.get((row["sha256"], row["apn"]), [])
    says = (
        f"{noun} is filed on parcel {dashed(row['apn'])} and also on "
        f"{counted(row['unrelated_parcels'], 'unrelated parcel')}."
    )
    evidence = {"content": row["sha256"], "parcel": row["apn"], "unrelated_parcels": row["unrelated_parcels"]}
    return says, {**evidence, "parcels": others}


def _parcel_status(noun: str, row: Row, _: Evidence) -> Condition:
    says = f"{noun} is filed on parcel {dashed(row['apn'])}, which is no parcel of record."
    return says, {"parcel": row["apn"], "apn_raw": row["apn_raw"]}


def _permit_status(noun: str, row: Row, _: Evidence) -> Condition:
    says = f"{noun} names permit {row['permit_number']}, which is not on record."
    return says, {"permit_number": row["permit_number"], "permit_number_raw": row["permit_number_raw"]}


def _permit_agreement(noun: str, row: Row, found: Evidence) -> Condition:
    link = found.links["permit", row["permit_number"]]
    here, permit = dashed(row["apn"]), row["permit_number"]
    says = f"{noun} is filed on parcel {here}, but permit {permit} is for {_of_record(link)}."
    return says, {
        "parcel": row["apn"],
        "permit_number": row["permit_number"],
        "parcels_of_record": link["parcels"],
        "parcels_of_record_in_all": link["in_all"],
    }


def _pin_agreement(noun: str, row: Row, found: Evidence) -> Condition:
    link = found.links["pin", row["pin_raw"]]
    says = f"{noun} is filed on parcel {dashed(row['apn'])}, but PIN '{row['pin_raw']}' belongs to {_of_record(link)}."
    return says, {
        "parcel": row["apn"],
        "pin_raw": row["pin_raw"],
        "parcels_of_record": link["parcels"],
        "parcels_of_record_in_all": link["in_all"],
    }


def _of_record(link: Row) -> str:
    first = dashed(link["parcels"][0])
    return f"parcel {first}" if link["in_all"] == 1 else f"{link['in_all']} others, among them {first}"


def _gps_agreement(noun: str, row: Row, found: Evidence) -> Condition:
    seen = found.places["gps", row["row_no"]]
    says = f"{noun} is filed on parcel {dashed(row['apn'])}, but was taken {distance(seen['distance_m'])} from it"
    evidence = {"content": row["sha256"], "parcel": row["apn"], **seen}
    if seen["points_to"]:
        return f"{says}, on parcel {dashed(seen['points_to'])}.", evidence
    if seen["parcels_here_in_all"]:
        return f"{says}, where {seen['parcels_here_in_all']:,} other parcels lie.", evidence
    return f"{says}.", evidence


def _name_agreement(noun: str, row: Row, found: Evidence) -> Condition:
    seen = found.places["file_name", row["row_no"]]
    first = dashed(seen["parcels"][0])
    after = f"parcel {first}" if seen["parcels_in_all"] == 1 else f"{seen['parcels_in_all']} others, among them {first}"
    says = f"{noun} is filed on parcel {dashed(row['apn'])}, but its file is named after {after}"
    # A parcel number says the same twice; a permit or PIN says where the parcel was taken from.
    by = "" if seen["kinds"] == ["apn"] else f" ({listed(seen['identifiers'])})"
    return f"{says}{by}.", {"parcel": row["apn"], **seen}


def _parcel_lineage(noun: str, row: Row, found: Evidence) -> Condition:
    seen = found.places["lineage", row["row_no"]]
    successors = [dashed(each) for each in seen["successors"]]
    more = seen["successors_in_all"] - len(successors)
    named = listed([*successors, counted(more, "other")] if more else successors)
    says = (
        f"{noun} is filed on parcel {dashed(row['apn'])}, which was retired on {seen['stale_from']}; it became {named}."
    )
    return says, {"parcel": row["apn"], "apn_raw": row["apn_raw"], **seen}


def _mismatch_reports(noun: str, row: Row, found: Evidence) -> Condition:
    seen = found.places["reports", row["row_no"]]
    says = (
        f"{noun} is filed on parcel {dashed(row['apn'])}; since {seen['first_reported']} it is reported not to be of it"
    )
    evidence = {"content": row["sha256"], "parcel": row["apn"], **seen}
    right = f", but of parcel {dashed(seen['points_to'])}" if seen["points_to"] else ""
    return f"{says}{right}.", evidence


def distance(metres: float) -> str:
    """``180 m``, ``1.5 km``, ``9,080 km``: as exactly as anybody needs it."""
    if metres < _KILOMETRE:
        return f"{metres:.0f} m"
    return f"{metres / _KILOMETRE:,.1f} km" if metres < 100 * _KILOMETRE else f"{metres / _KILOMETRE:,.0f} km"


def _malformed_identifiers(noun: str, row: Row, found: Evidence) -> Condition:
    damaged = found.identifiers[row["row_no"]]
    told = [
        f"a {_KINDS[each['kind']]} that {'fits several' if each['status'] == 'ambiguous' else 'cannot be read'}: "
        f"'{each['raw']}'"
        for each in damaged
    ]
    return f"{noun} gives {listed(told)}.", {"identifiers": damaged}


def _missing_values(noun: str, row: Row, _: Evidence) -> Condition:
    says = f"{noun} lacks {row['missing_values']} of {counted(row['mandatory_values'], 'mandatory value')}"
    evidence = {"missing_values": row["missing_values"], "mandatory_values": row["mandatory_values"]}
    return f"{says}{_named(row['blank'])}.", {**evidence, "columns": row["blank"]}


def _invalid_values(noun: str, row: Row, _: Evidence) -> Condition:
    told = [f"{column} is '{value}'" for column, value in row["broken"].items()]
    says = f"{noun} has {counted(row['invalid_values'], 'value')} of the wrong format"
    evidence = {"invalid_values": row["invalid_values"], "typed_values": row["typed_values"]}
    return f"{says}{_named(told)}.", {**evidence, "values": row["broken"]}


def _named(words: Sequence[str]) -> str:
    return f": {listed(words)}" if words else ""


def _file_content(noun: str, row: Row, _: Evidence) -> Condition:
    says = f"{noun} cannot be read: {_plain(row['file_reason'])} ({row['storage_uri']})."
    return says, {"content": row["sha256"], "reason": row["file_reason"], "storage_uri": row["storage_uri"]}


def _file_presence(noun: str, row: Row, _: Evidence) -> Condition:
    evidence = {"reason": row["file_reason"], "storage_uri": row["storage_uri"]}
    if not (row["storage_uri"] or "").strip():
        return f"{noun} names no file.", evidence
    return f"{noun} has no file at {row['storage_uri']}: {_plain(row['file_reason'])}.", evidence


def _file_location(noun: str, row: Row, _: Evidence) -> Condition:
    says = f"{noun} names the path {row['storage_uri']}, which leads outside the department's folder; it was not read."
    return says, {"storage_uri": row["storage_uri"]}


def _checksum_status(noun: str, row: Row, _: Evidence) -> Condition:
    says = (
        f"{noun} has the SHA-256 {row['sha256'][:12]}..., but the manifest declares "
        f"{row['declared_sha256'].strip()[:12]}...."
    )
    return says, {
        "content": row["sha256"],
        "declared_sha256": row["declared_sha256"],
        "storage_uri": row["storage_uri"],
    }


def _untraceable(noun: str, row: Row, _: Evidence) -> Condition:
    wanted = {"declared_sha256": "checksum", "source_system": "source system", "batch_id": "batch id"}
    missing = [name for name in wanted if not (row[name] or "").strip()]
    return f"{noun} states no {listed([wanted[name] for name in missing])}.", {"missing": missing}


def _duplicate_metadata(noun: str, row: Row, found: Evidence) -> Condition:
    same = found.recordings[row["row_no"]]
    others = {
        name: [each for each in same[name] if each != row["image_id"]][:CAP]
        for name in ("same_recording", "same_checksum")
    }
    first = min(others["same_recording"] + others["same_checksum"])
    many = row["duplicate_metadata"]
    among = ", among them" if many > 1 else ":"
    says = f"{noun} describes the same recording as {counted(many, 'other record')}{among} {first}."
    return says, {"duplicate_metadata": many, **others}


def _plain(reason: str | None) -> str:
    return (reason or "no reason was recorded").replace("_", " ")


CONDITIONS: dict[str, Callable[[str, Row, Evidence], Condition]] = {
    "redundant_in_department": _redundant_in_department,
    "redundant_elsewhere": _redundant_elsewhere,
    "other_subjects": _other_subjects,
    "near_candidates": _near_candidates,
    "unrelated_parcels": _unrelated_parcels,
    "parcel_status": _parcel_status,
    "permit_status": _permit_status,
    "permit_agreement": _permit_agreement,
    "pin_agreement": _pin_agreement,
    "gps_agreement": _gps_agreement,
    "name_agreement": _name_agreement,
    "parcel_lineage": _parcel_lineage,
    "mismatch_reports": _mismatch_reports,
    "malformed_identifiers": _malformed_identifiers,
    "missing_values": _missing_values,
    "invalid_values": _invalid_values,
    "file_content": _file_content,
    "file_presence": _file_presence,
    "file_location": _file_location,
    "checksum_status": _checksum_status,
    "untraceable": _untraceable,
    "duplicate_metadata": _duplicate_metadata,
}
