"""What a piece of evidence says, in plain words: what was seen, and why that counts.

Put here sentences. Keep out the evidence (``attribution_*.sql``) and the rule (``rule.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.findings.attribution.place import CONSISTENT_M, CONTRADICTS_M, ELSEWHERE_M
from dedup_assets.findings.conditions import counted, dashed, distance, listed

if TYPE_CHECKING:
    from collections.abc import Callable

Detail = dict[str, Any]
# Parcels that a sentence names; more of them are counted.
_NAMED = 3

# What a source is called, and what its word is worth.
NAMES = {
    "gps": "GPS of the picture",
    "file_name": "file name",
    "batch_neighbours": "neighbours in the batch",
    "permit_of_record": "permit of record",
    "pin_relation": "PIN",
    "same_photograph": "other records of the photograph",
    "reports": "reports of people",
    "lineage": "lineage of the parcel",
    "registry": "registry",
}
MEANS = {
    "gps": f"It tells where the camera stood: up to {CONSISTENT_M:.0f} m is this parcel or a neighbour of it, beyond "
    f"{CONTRADICTS_M:.0f} m it is another place.",
    "file_name": "Whoever stored the file named it so; it does not move when the rows of a manifest slip.",
    "batch_neighbours": "Rows of one batch were filed together, so keys that slipped, slipped for all of them.",
    "permit_of_record": "A permit is issued for a place; but its number is typed in the same row and slips with it.",
    "pin_relation": "A PIN and a parcel number of one row must name the same place.",
    "same_photograph": "A photograph shows one place: of two parcels that are strangers to each other, one is wrong.",
    "reports": "Anybody can report, so it decides only where nothing else speaks; a person should look all the same.",
    "lineage": "A retired number still names its land, but nobody looks there.",
    "registry": "Being on record does not say that the picture is of it.",
}
_NOT_FOUND = {
    "permit_unknown": "is not on record",
    "permit_not_checked": "cannot be looked up, the registry holds no permits",
    "pin_unknown": "is not on record",
    "pin_not_checked": "cannot be looked up, the registry holds no PINs",
}
_ROLES = {"resident": "by a resident", "applicant": "by an applicant", "staff": "by staff"}
STATUS = {
    "attributed": "attributed",
    "contradicted": "contradicted",
    "contested": "contested",
    "stale": "filed under a retired number",
    "other_jurisdiction": "a parcel of another jurisdiction",
    "unknown_parcel": "filed on no parcel of record",
    "no_parcel": "filed on no parcel",
    "unverifiable": "neither supported nor contradicted",
}


def seen(source: str, stance: str, apn: str | None, detail: Detail) -> str:
    """What a source saw, in one sentence. Raises KeyError for a source that is none of ``rule.SOURCES``."""
    return _SEEN[source](stance, apn, detail)


def _gps(stance: str, apn: str | None, detail: Detail) -> str:
    if detail["distance_m"] is None:
        return _unmeasured(apn, detail)
    off = f"{_who(detail)} stood {distance(detail['distance_m'])} from"
    if stance == "supports":
        related = detail["related_parcel"]
        return f"{off} {f'parcel {dashed(related)}, which belongs with it' if related else 'the parcel'}."
    if stance == "contradicts":
        return f"{off} the parcel{_around(apn, detail)}."
    if detail["why"] == "unsure":
        return f"{off} the parcel, but its receiver may be off by {detail['error_m']:.0f} m."
    return f"{off} the parcel: too far to agree, too near to disagree{_vague(detail)}."


def _who(detail: Detail) -> str:
    return "By another copy of the photograph, the camera" if detail["from_copy"] else "The camera"


def _unmeasured(apn: str | None, detail: Detail) -> str:
    """A position with no distance to the filed parcel, and why there is none."""
    position = f"{detail['latitude']:.5f}, {detail['longitude']:.5f}"
    if detail["why"] == "no_fix":
        return f"The camera had no fix: it wrote {position}."
    if detail["why"] == "rounded":
        return f"The position, {position}, is rounded to a kilometre or more, which tells the town and not the parcel."
    if detail["why"] == "unsure":
        return f"{_who(detail)} stood at {position}, but its receiver may be off by {detail['error_m']:.0f} m."
    lacking = "; the registry has no point for the filed parcel" if detail["why"] == "no_point" else ""
    return f"{_who(detail)} stood at {position}{_around(apn, detail)}{lacking}."


def _vague(detail: Detail) -> str:
    metres = detail["uncertainty_m"]
    if not metres:
        return ""
    if detail["error_m"] == metres:
        return f", and its receiver may be off by {metres:.0f} m"
    return f", and its digits leave {metres:.0f} m open"


def _around(apn: str | None, detail: Detail) -> str:
    if apn:
        return f", on parcel {dashed(apn)}"
    if detail["parcels_here"]:
        places = listed([dashed(each) for each in detail["parcels_here"][:_NAMED]])
        many = detail["parcels_here_in_all"]
        if many <= _NAMED:
            return f", where parcels {places} lie"
        return f", where {many:,} parcels lie, among them {places}"
    nearest = detail["nearest_parcel_m"]
    if nearest is None or nearest > ELSEWHERE_M:
        return ", far from every parcel of record"
    return f", {distance(nearest)} from the nearest parcel of record"


def _file_name(stance: str, apn: str | None, detail: Detail) -> str:
    said = f"The file is named after {listed(detail['identifiers'])}"
    if not detail["parcels"]:
        why = "may be a day and a number as well" if detail["maybe_day"] else "is not on record"
        return f"{said}, which {why}."
    if stance == "supports":
        return f"{said}, {'a parcel that belongs with this one' if detail['related'] else 'which is of this parcel'}."
    others = [dashed(each) for each in detail["parcels"][:_NAMED]]
    return f"{said}, which is of parcel {dashed(apn) if apn else listed(others)}."


def _batch_neighbours(stance: str, apn: str | None, detail: Detail) -> str:
    if stance == "contradicts" and apn:
        k = detail["k"]
        way = "further down" if k > 0 else "further up"
        return (
            f"Between rows {detail['first_row']:,} and {detail['last_row']:,} of the batch, "
            f"{counted(detail['rows'], 'picture')} are of the parcel that stands {counted(abs(k), 'row')} {way}; "
            f"there, this row finds parcel {dashed(apn)}."
        )
    words = {"agrees": "is where it should be", "differs": "is not where it should be"}
    before, after = words[detail["before"]], words[detail["after"]]
    if before == after:
        return f"The picture before it and the one after it: each {before}."
    return f"The picture before it {before}; the one after it {after}."


def _permit_of_record(stance: str, apn: str | None, detail: Detail) -> str:
    number = f"Permit {detail['permit_number']}"
    if stance == "supports":
        return f"{number} is for {'a parcel that belongs with this one' if detail['related'] else 'this parcel'}."
    if detail["why"] in _NOT_FOUND:
        return f"{number} {_NOT_FOUND[detail['why']]}."
    return f"{number} is for parcel {dashed(apn)}." if apn else f"{number} is on record without a parcel."


def _pin_relation(stance: str, apn: str | None, detail: Detail) -> str:
    number = f"PIN '{detail['pin']}'"
    if stance == "supports":
        return f"{number} relates to this parcel, or to one that belongs with it."
    if detail["why"] in _NOT_FOUND:
        return f"{number} {_NOT_FOUND[detail['why']]}."
    if apn:
        return f"{number} belongs to parcel {dashed(apn)}."
    many = detail["parcels_of_pin"]
    return f"{number} belongs to {counted(many, 'other parcel')}." if many else f"{number} relates to no known parcel."


def _same_photograph(stance: str, apn: str | None, detail: Detail) -> str:
    others = counted(detail["other_records"], "other record")
    hold = "holds" if detail["other_records"] == 1 else "hold"
    if stance == "contradicts":
        where = f"parcel {dashed(apn)}" if apn else counted(detail["unrelated_parcels"], "parcel")
        return f"{others} {hold} this photograph; it is also filed on {where}, which is unrelated."
    if stance == "supports":
        return f"{others} {hold} this photograph, on this parcel or on one that belongs with it."
    return f"{others} {hold} this photograph{f', on parcel {dashed(apn)}' if apn else ' and name no parcel either'}."


def _reports(_stance: str, apn: str | None, detail: Detail) -> str:
    times = counted(detail["reports"], "report")
    says = "says" if detail["reports"] == 1 else "say"
    roles = listed([_ROLES[each] for each in detail["roles"]])
    right = f", but of parcel {dashed(apn)}" if apn else ""
    return f"Since {detail['first_reported']}, {times} ({roles}) {says} that it is not of this parcel{right}."


def _lineage(stance: str, apn: str | None, detail: Detail) -> str:
    successors = [dashed(each) for each in ([apn] if apn else detail["successors"])]
    tense = "was retired on" if stance == "contradicts" else "will be retired on"
    return f"The number {tense} {detail['stale_from']}; the land is now {listed(successors)}."


def _registry(_stance: str, _apn: str | None, detail: Detail) -> str:
    return {
        "known": "The number is a parcel of record.",
        "unknown": "The number is no parcel of record."
        + ("" if detail["complete_roll"] else " But the registry holds no complete roll of parcels."),
        "stale": "The number was a parcel of record and is retired.",
        "other_jurisdiction": "The number is a parcel outside the city.",
        "unresolved": "The number stands for many parcels, or for one not determined yet.",
        "ambiguous": "The number is damaged and fits several parcels.",
        "malformed": "The value cannot be read as a parcel number.",
    }[detail["status"]]


_SEEN: dict[str, Callable[[str, str | None, Detail], str]] = {
    "gps": _gps,
    "file_name": _file_name,
    "batch_neighbours": _batch_neighbours,
    "permit_of_record": _permit_of_record,
    "pin_relation": _pin_relation,
    "same_photograph": _same_photograph,
    "reports": _reports,
    "lineage": _lineage,
    "registry": _registry,
}
