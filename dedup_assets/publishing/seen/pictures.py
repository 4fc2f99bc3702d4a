"""What was seen of pictures and their files: copies, look-alikes, what cannot be read or is not what was declared.

Put here whatever comes from bytes. Keep out where a picture is filed: ``parcels.py``.
"""

from __future__ import annotations

from typing import Any

from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.words import Words, listed

Evidence = dict[str, Any]

_WHY_KEPT = Words(
    parcel_not_contradicted=mark("no permit, PIN or GPS contradicts its parcel"),
    taken_first=mark("it was taken first"),
    most_pixels=mark("it is the largest"),
    uploaded_first=mark("it was uploaded first"),
    first_by_name=mark("its identifier comes first and nothing else tells them apart"),
)
# The reasons of ``images/reasons.py``, within a sentence.
FILE_REASONS = Words(
    empty_file=mark("the file has no bytes"),
    not_an_image=mark("it is no known kind of picture or document"),
    unsupported=mark("its kind is not accepted as an image"),
    truncated=mark("the file ends before the picture does"),
    corrupt=mark("its picture cannot be decoded"),
    encrypted=mark("the document opens only with a password"),
    too_many_bytes=mark("the file is too large"),
    too_many_pixels=mark("the picture has too many pixels"),
    too_many_frames=mark("the file has too many pages or frames"),
    time_limit=mark("decoding it took too long"),
    memory_limit=mark("decoding it needed too much memory"),
    crashed=mark("the decoder crashed on it"),
    permission=mark("the file may not be read by this account"),
    not_a_file=mark("the path is no file"),
    unreachable=mark("the storage did not deliver the file"),
    no_such_file=mark("there is no file of this name"),
    outside_root=mark("the name leads out of the department's folder"),
)
# Characters of a checksum that are enough to tell two apart.
_DIGEST = 12


def _redundant_in_department(record: str, seen: Evidence) -> str:
    return texts(
        "%(record)s is a further copy of %(kept)s, proposed as the authoritative one because %(why)s; %(count)s record "
        "of the department holds it.",
        "%(record)s is a further copy of %(kept)s, proposed as the authoritative one because %(why)s; %(count)s "
        "records of the department hold it.",
        seen["copies"],
        record=record,
        kept=seen["kept"],
        why=_WHY_KEPT[seen["kept_because"]],
    )


def _redundant_elsewhere(record: str, seen: Evidence) -> str:
    return texts(
        "%(record)s is also held by %(count)s record of %(departments)s.",
        "%(record)s is also held by %(count)s records of %(departments)s.",
        seen["copies_elsewhere"],
        record=record,
        departments=listed(seen["departments"]),
    )


def _other_subjects(record: str, seen: Evidence) -> str:
    return texts(
        "%(record)s is also held for %(count)s other booking: one photograph, two people or one person booked twice. "
        "Only a person may say which.",
        "%(record)s is also held for %(count)s other bookings: one photograph, two people or one person booked twice. "
        "Only a person may say which.",
        seen["other_bookings"],
        record=record,
    )


def _near_candidates(record: str, seen: Evidence) -> str:
    first = seen["nearest"][0]
    return texts(
        "%(record)s looks like %(count)s other photograph, most of all like %(nearest)s of %(department)s (%(bits)s of "
        "256 bits differ); nobody has decided.",
        "%(record)s looks like %(count)s other photographs, most of all like %(nearest)s of %(department)s (%(bits)s "
        "of 256 bits differ); nobody has decided.",
        seen["near_candidates"],
        record=record,
        nearest=first["image_id"],
        department=first["department"],
        bits=first["distance"],
    )


def _file_content(record: str, seen: Evidence) -> str:
    return text(
        "%(record)s cannot be read: %(reason)s (%(path)s).",
        record=record,
        reason=_file_reason(seen["reason"]),
        path=seen["storage_uri"],
    )


def _file_presence(record: str, seen: Evidence) -> str:
    path = seen["storage_uri"]
    if not (path or "").strip():
        return text("%(record)s names no file.", record=record)
    reason = _file_reason(seen["reason"])
    return text("%(record)s has no file at %(path)s: %(reason)s.", record=record, path=path, reason=reason)


def _file_reason(reason: str | None) -> str:
    return FILE_REASONS[reason] if reason and reason in FILE_REASONS else text("no reason was recorded")


def _file_location(record: str, seen: Evidence) -> str:
    return text(
        "%(record)s names the path %(path)s, which leads outside the department's folder; it was not read.",
        record=record,
        path=seen["storage_uri"],
    )


def _checksum_status(record: str, seen: Evidence) -> str:
    return text(
        "%(record)s has the SHA-256 %(found)s..., but the manifest declares %(declared)s....",
        record=record,
        found=seen["content"][:_DIGEST],
        declared=seen["declared_sha256"].strip()[:_DIGEST],
    )


SAID = {
    "redundant_in_department": _redundant_in_department,
    "redundant_elsewhere": _redundant_elsewhere,
    "other_subjects": _other_subjects,
    "near_candidates": _near_candidates,
    "file_content": _file_content,
    "file_presence": _file_presence,
    "file_location": _file_location,
    "checksum_status": _checksum_status,
}
