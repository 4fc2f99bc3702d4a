"""Causes in plain sentences: what the tables look like, and what to do about it, once for all its findings.

Put here the words, from the evidence that ``finding_cause.detail`` keeps. Keep out what makes a cause likely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dedup_assets.findings.conditions import counted, dashed

Detail = Mapping[str, Any]

# How each kind of evidence of a shift is called.
_EVIDENCE = {"gps": "GPS", "name": "file names", "permit": "permits", "pin": "PINs"}


def say(cause: str, detail: Detail) -> str:
    """The cause of a finding as one plain sentence with its counts; ``detail`` is its evidence.

    Raises KeyError when nobody wrote a sentence for the cause.
    """
    return _SAID[cause](detail)


def advise(cause: str, detail: Detail) -> str:
    """What to do about a cause as a whole, as one plain sentence; empty where only each finding can be put right."""
    return _ADVICE[cause](detail) if cause in _ADVICE else ""


def _undetermined(_: Detail) -> str:
    return "Undetermined: nothing in the delivery tells how it came about."


def _shifted(detail: Detail) -> str:
    (first, last), (low, high) = detail["rows_certain"], detail["rows_possible"]
    open_ended = "" if (first, last) == (low, high) else f" (perhaps {low} to {high})"
    told_by = " and ".join(_EVIDENCE[each] for each in detail["evidence"])
    before, after = detail["parcel_findings_before"], detail["parcel_findings_after"]
    return (
        f"Rows {first} to {last}{open_ended} of batch {detail['batch_id']} are filed under the parcel of the row "
        f"{_away(detail['k'])}, as their {told_by} show; re-aligned, {before - after:,} of the batch's "
        f"{counted(before, 'finding')} about parcels would be gone."
    )


def _away(offset: int) -> str:
    return f"{abs(offset)} {'after' if offset > 0 else 'before'} it"


def _realign(detail: Detail) -> str:
    first, last = detail["rows_certain"]
    return (
        f"Re-align batch {detail['batch_id']}: rows {first} to {last} take the parcel of the row {_away(-detail['k'])}."
    )


def _replayed(detail: Detail) -> str:
    return (
        f"Batch {detail['batch_id']} was imported twice: {detail['rows_shared']:,} of its "
        f"{counted(detail['rows_of_replay'], 'row')} stand at the same place in batch {detail['replay_of']}."
    )


def _withdraw(detail: Detail) -> str:
    return f"Batch {detail['batch_id']} repeats {detail['replay_of']}: have the second import withdrawn as a whole."


def _frozen(detail: Detail) -> str:
    return (
        f"The manifest has the very bytes of the one of {detail['first_delivered_on']}: "
        f"{counted(detail['deliveries_with_these_bytes'], 'delivery', 'deliveries')} brought one and the same state."
    )


def _thaw(detail: Detail) -> str:
    return f"Have the export run again: it has handed in one state since {detail['first_delivered_on']}."


def _damaged(detail: Detail) -> str:
    how = ", ".join(each.replace("_", " ") for each in detail["transformations"])
    return (
        f"A spreadsheet damaged {detail['rows_affected']:,} of {counted(detail['rows_given'], 'value')} in column "
        f"{detail['column_name']} of {_batch(detail)} ({how}); {detail['rows_restored']:,} could be restored."
    )


def _batch(detail: Detail) -> str:
    return f"batch {detail['batch_id']}" if detail["batch_id"] else "the records without a batch"


def _export_text(detail: Detail) -> str:
    return f"Have column {detail['column_name']} of {_batch(detail)} exported as text again."


def _placeholder(detail: Detail) -> str:
    strangers = counted(detail["unrelated_parcels"], "other parcel")
    return (
        f"The picture stands in for photographs that are not there: it is filed on {strangers} unrelated to this one."
    )


def _name_keyed(detail: Detail) -> str:
    return (
        f"The picture was attached by its file name: {counted(detail['records_of_name'], 'record')} are called "
        f"'{detail['file_name']}', and {counted(detail['parcels'], 'parcel')} hold this one under it."
    )


def _attach_by_record(detail: Detail) -> str:
    return f"Have the importer attach by record, not by file name: several pictures are called '{detail['file_name']}'."


def _stale(detail: Detail) -> str:
    days = detail["days_from_capture_to_upload"]
    age = f", {days:,} days after it was taken" if days is not None else ""
    return (
        f"An older photograph of parcel {dashed(detail['parcel'])} was pulled along{age}: "
        f"{counted(detail['records'], 'record')} hold it under {counted(detail['permits'], 'permit')}."
    )


def _reencoded(detail: Detail) -> str:
    sides = ", ".join(str(each) for each in detail["longer_sides"])
    copies = counted(detail["copies_without_exif"], "copy", "copies")
    return (
        f"{detail['source_system']} writes copies of its own: of {copies} without EXIF "
        f"{detail['copies_on_ladder']:,} have one of the longer sides {sides} (pixels)."
    )


def _originals(detail: Detail) -> str:
    return f"Have {detail['source_system']} deliver its originals in place of the copies it makes."


def _legacy(detail: Detail) -> str:
    return (
        f"{detail['source_system']} does not look for copies: {detail['copies']:,} of its "
        f"{counted(detail['records'], 'record')} are, and {detail['other_copies']:,} of "
        f"{detail['other_records']:,} of all other sources (chance of that at one rate: {detail['chance']})."
    )


def _look_for_copies(detail: Detail) -> str:
    return f"Have {detail['source_system']} look for copies before it adds a picture."


def _misnamed(detail: Detail) -> str:
    return (
        f"The file name does not follow the department's grammar ({detail['grammar']}): of such records "
        f"{detail['wrong_outside']:,} of {detail['records_outside']:,} are wrong, of all others "
        f"{detail['wrong_inside']:,} of {detail['records_inside']:,}."
    )


def _name_well(detail: Detail) -> str:
    return f"Have files named as most are ({detail['grammar']}) before they are imported."


_SAID: dict[str, Callable[[Detail], str]] = {
    "undetermined": _undetermined,
    "batch_shifted": _shifted,
    "batch_replayed": _replayed,
    "feed_frozen": _frozen,
    "spreadsheet_damage": _damaged,
    "placeholder": _placeholder,
    "name_keyed_attach": _name_keyed,
    "stale_pull": _stale,
    "cms_reencode": _reencoded,
    "legacy_source": _legacy,
    "inconsistent_naming": _misnamed,
}
_ADVICE: dict[str, Callable[[Detail], str]] = {
    "batch_shifted": _realign,
    "batch_replayed": _withdraw,
    "feed_frozen": _thaw,
    "spreadsheet_damage": _export_text,
    "name_keyed_attach": _attach_by_record,
    "cms_reencode": _originals,
    "legacy_source": _look_for_copies,
    "inconsistent_naming": _name_well,
}
