"""The likely cause of a finding in sentences, said in the language in force, from the evidence that is kept with it.

Put here what bears out each cause, and what to do about a cause as a whole. They say what ``findings/causes/words.py``
says in one language. Keep out what a cause is called (``causes_view.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.causes import words as stored
from dedup_assets.findings.conditions import dashed
from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.words import Words, day, in_source, listed, number, plain

if TYPE_CHECKING:
    from markupsafe import Markup

Detail = Mapping[str, Any]

# How each kind of evidence of a shift is called.
_EVIDENCE = Words(gps=mark("GPS"), name=mark("file names"), permit=mark("permits"), pin=mark("PINs"))
# Beyond this nobody can tell one chance from a smaller one.
_MOST_ODDS = 1_000_000
# What a spreadsheet does to a number, by the words of ``registry/identity.py``; several at once are joined by " + ".
_DAMAGE = Words(
    blanks_lost=mark("blanks lost"),
    leading_zeros=mark("leading zeros"),
    zero_padded=mark("zero padded"),
    float=mark("float"),
    exponent=mark("exponent"),
    digits_lost=mark("digits lost"),
    date_ified=mark("date ified"),
    column_too_narrow=mark("column too narrow"),
)


def cause_words(cause: str, detail: Detail) -> str | Markup:
    """What bears a cause out, with its counts; ``detail`` is its evidence (``finding_cause.detail``).

    A cause that has no sentence here is said in the language of the code, and marked as such. Raises KeyError when
    nobody wrote a sentence for it there either.
    """
    return plain(_SAID[cause](detail)) if cause in _SAID else in_source(stored.say(cause, detail))


def cause_advice(cause: str, detail: Detail) -> str:
    """What to do about a cause as a whole; empty where only each finding can be put right."""
    return plain(_ADVICE[cause](detail)) if cause in _ADVICE else ""


def _undetermined(_: Detail) -> str:
    return text("Undetermined: nothing in the delivery tells how it came about.")


def _shifted(detail: Detail) -> str:
    (first, last), (low, high) = detail["rows_certain"], detail["rows_possible"]
    before, after = detail["parcel_findings_before"], detail["parcel_findings_after"]
    rows = {"first": first, "last": last, "low": low, "high": high}
    if (first, last) == (low, high):
        which = text("Rows %(first)s to %(last)s", **rows)
    else:
        which = text("Rows %(first)s to %(last)s (perhaps %(low)s to %(high)s)", **rows)
    values = {
        "rows": which,
        "batch": detail["batch_id"],
        "offset": abs(detail["k"]),
        "evidence": listed([_EVIDENCE.get(each, each) for each in detail["evidence"]]),
        "fewer": number(before - after),
    }
    if detail["k"] > 0:
        return texts(
            "%(rows)s of batch %(batch)s are filed under the parcel of the row %(offset)s after it, as their "
            "%(evidence)s show; re-aligned, %(fewer)s of the batch's %(count)s finding about parcels would be gone.",
            "%(rows)s of batch %(batch)s are filed under the parcel of the row %(offset)s after it, as their "
            "%(evidence)s show; re-aligned, %(fewer)s of the batch's %(count)s findings about parcels would be gone.",
            before,
            **values,
        )
    return texts(
        "%(rows)s of batch %(batch)s are filed under the parcel of the row %(offset)s before it, as their "
        "%(evidence)s show; re-aligned, %(fewer)s of the batch's %(count)s finding about parcels would be gone.",
        "%(rows)s of batch %(batch)s are filed under the parcel of the row %(offset)s before it, as their "
        "%(evidence)s show; re-aligned, %(fewer)s of the batch's %(count)s findings about parcels would be gone.",
        before,
        **values,
    )


def _realign(detail: Detail) -> str:
    first, last = detail["rows_certain"]
    values = {"batch": detail["batch_id"], "first": first, "last": last, "offset": abs(detail["k"])}
    if detail["k"] > 0:
        return text(
            "Re-align batch %(batch)s: rows %(first)s to %(last)s take the parcel of the row %(offset)s before it.",
            **values,
        )
    return text(
        "Re-align batch %(batch)s: rows %(first)s to %(last)s take the parcel of the row %(offset)s after it.", **values
    )


def _replayed(detail: Detail) -> str:
    return texts(
        "Batch %(batch)s was imported twice: %(shared)s of its %(count)s row stands at the same place in batch "
        "%(original)s.",
        "Batch %(batch)s was imported twice: %(shared)s of its %(count)s rows stand at the same place in batch "
        "%(original)s.",
        detail["rows_of_replay"],
        batch=detail["batch_id"],
        shared=number(detail["rows_shared"]),
        original=detail["replay_of"],
    )


def _withdraw(detail: Detail) -> str:
    return text(
        "Batch %(batch)s repeats %(original)s: have the second import withdrawn as a whole.",
        batch=detail["batch_id"],
        original=detail["replay_of"],
    )


def _frozen(detail: Detail) -> str:
    return texts(
        "The manifest has the very bytes of the one of %(date)s: %(count)s delivery brought one and the same state.",
        "The manifest has the very bytes of the one of %(date)s: %(count)s deliveries brought one and the same state.",
        detail["deliveries_with_these_bytes"],
        date=_day(detail["first_delivered_on"]),
    )


def _thaw(detail: Detail) -> str:
    since = _day(detail["first_delivered_on"])
    return text("Have the export run again: it has handed in one state since %(date)s.", date=since)


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _damaged(detail: Detail) -> str:
    how = ", ".join(" + ".join(map(_damage, each.split(" + "))) for each in detail["transformations"])
    return texts(
        "A spreadsheet damaged %(affected)s of %(count)s value in %(column)s (%(how)s); %(restored)s could be "
        "restored.",
        "A spreadsheet damaged %(affected)s of %(count)s values in %(column)s (%(how)s); %(restored)s could be "
        "restored.",
        detail["rows_given"],
        affected=number(detail["rows_affected"]),
        column=_column(detail),
        how=how,
        restored=number(detail["rows_restored"]),
    )


def _damage(transformation: str) -> str:
    return _DAMAGE.get(transformation, transformation.replace("_", " "))


def _column(detail: Detail) -> str:
    values = {"column": detail["column_name"], "batch": detail["batch_id"]}
    if not detail["batch_id"]:
        return text("column %(column)s of the records without a batch", **values)
    return text("column %(column)s of batch %(batch)s", **values)


def _export_text(detail: Detail) -> str:
    return text("Have %(column)s exported as text again.", column=_column(detail))


def _placeholder(detail: Detail) -> str:
    return texts(
        "The picture stands in for photographs that are not there: it is filed on %(count)s other parcel unrelated to "
        "this one.",
        "The picture stands in for photographs that are not there: it is filed on %(count)s other parcels unrelated to "
        "this one.",
        detail["unrelated_parcels"],
    )


def _name_keyed(detail: Detail) -> str:
    parcels = texts("%(count)s parcel", "%(count)s parcels", detail["parcels"])
    return texts(
        "The picture was attached by its file name: %(count)s record is called '%(name)s', and this picture is held "
        "under it on %(parcels)s.",
        "The picture was attached by its file name: %(count)s records are called '%(name)s', and this picture is held "
        "under it on %(parcels)s.",
        detail["records_of_name"],
        name=detail["file_name"],
        parcels=parcels,
    )


def _attach_by_record(detail: Detail) -> str:
    return text(
        "Have the importer attach by record, not by file name: several pictures are called '%(name)s'.",
        name=detail["file_name"],
    )


def _stale(detail: Detail) -> str:
    days, parcel = detail["days_from_capture_to_upload"], dashed(detail["parcel"])
    if days is None:
        start = text("An older photograph of parcel %(parcel)s was pulled along:", parcel=parcel)
    else:
        start = texts(
            "An older photograph of parcel %(parcel)s was pulled along, %(count)s day after it was taken:",
            "An older photograph of parcel %(parcel)s was pulled along, %(count)s days after it was taken:",
            days,
            parcel=parcel,
        )
    permits = texts("%(count)s permit", "%(count)s permits", detail["permits"])
    held = texts(
        "%(count)s record holds it under %(permits)s.",
        "%(count)s records hold it under %(permits)s.",
        detail["records"],
        permits=permits,
    )
    return f"{start} {held}"


def _reencoded(detail: Detail) -> str:
    return texts(
        "%(source)s writes copies of its own: of %(count)s copy without EXIF %(ladder)s has one of the longer sides "
        "%(sides)s (pixels).",
        "%(source)s writes copies of its own: of %(count)s copies without EXIF %(ladder)s have one of the longer sides "
        "%(sides)s (pixels).",
        detail["copies_without_exif"],
        source=detail["source_system"],
        ladder=number(detail["copies_on_ladder"]),
        sides=", ".join(str(each) for each in detail["longer_sides"]),
    )


def _originals(detail: Detail) -> str:
    return text(
        "Have %(source)s deliver its originals in place of the copies it makes.", source=detail["source_system"]
    )


def _legacy(detail: Detail) -> str:
    return texts(
        "%(source)s does not look for copies: %(copies)s of its %(count)s record is one, and %(other_copies)s of "
        "%(other_records)s of all other sources (chance of that at one rate: %(chance)s).",
        "%(source)s does not look for copies: %(copies)s of its %(count)s records are, and %(other_copies)s of "
        "%(other_records)s of all other sources (chance of that at one rate: %(chance)s).",
        detail["records"],
        source=detail["source_system"],
        copies=number(detail["copies"]),
        other_copies=number(detail["other_copies"]),
        other_records=number(detail["other_records"]),
        chance=_odds(float(detail["chance"])),
    )


def _odds(chance: float) -> str:
    """A small chance as people say it: ``1 in 430,000``, never more exactly than a figure or two."""
    if chance < 1 / _MOST_ODDS:
        return text("less than 1 in %(number)s", number=number(_MOST_ODDS))
    odds = 1 / chance
    coarse = 10 ** max(0, len(str(int(odds))) - 2)
    return text("1 in %(number)s", number=number(int(odds // coarse) * coarse))


def _look_for_copies(detail: Detail) -> str:
    return text("Have %(source)s look for copies before it adds a picture.", source=detail["source_system"])


def _misnamed(detail: Detail) -> str:
    return text(
        "The file name does not follow the department's grammar (%(grammar)s): of such records %(wrong_outside)s of "
        "%(records_outside)s are wrong, of all others %(wrong_inside)s of %(records_inside)s.",
        grammar=detail["grammar"],
        **{
            name: number(detail[name])
            for name in ("wrong_outside", "records_outside", "wrong_inside", "records_inside")
        },
    )


def _name_well(detail: Detail) -> str:
    return text("Have files named as most are (%(grammar)s) before they are imported.", grammar=detail["grammar"])


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
