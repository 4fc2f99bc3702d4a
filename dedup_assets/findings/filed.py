"""Where a picture is filed already, and what that means for the parcel it is brought for.

Put here the answer to "is this picture on file for another parcel?". Keep out which contents show the same
(``matching.lookup``), and printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dedup_assets.matching.verdict import DUPLICATE
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dedup_assets.matching.verdict import Verdict

# What pixels leave open, and a person must look at.
_OPEN: frozenset[Verdict] = frozenset({"same_image_local_change", "undecided"})


class Answer(StrEnum):
    """What is known of a picture and a parcel; the first that applies is the answer."""

    other_parcel = "other_parcel"
    unknown_parcel = "unknown_parcel"
    related_parcel = "related_parcel"
    same_parcel = "same_parcel"
    perhaps_other_parcel = "perhaps_other_parcel"
    not_filed = "not_filed"


@dataclass(frozen=True, slots=True)
class Filed:
    """One record that holds the picture, or what may be it.

    ``standing`` of its parcel to the one that is asked about: same, related, other, or unknown where the record's own
    could not be resolved. ``apn`` is canonical, and None when unknown.
    """

    department: str
    image_id: str
    sha256: str
    apn: str | None
    standing: str
    verdict: Verdict

    @property
    def is_certain(self) -> bool:
        """Whether it is the same picture beyond doubt."""
        return self.verdict in DUPLICATE


def where_filed(con: duckdb.DuckDBPyConnection, verdicts: Mapping[str, Verdict], apn: str) -> list[Filed]:
    """Records of the pool, in each department's newest delivery, that hold the contents of ``verdicts`` (by digest).

    ``apn``: text(10), the parcel that the picture is brought for. What cannot be the same picture is left out.
    """
    wanted = sorted(sha256 for sha256, verdict in verdicts.items() if verdict in DUPLICATE | _OPEN)
    rows = con.execute(query("findings", "filed_record"), {"sha256s": wanted, "apn": apn}).fetchall()
    return [
        Filed(department, image_id, sha256, parcel, standing, verdicts[sha256])
        for department, image_id, sha256, parcel, standing in rows
    ]


def answer(filed: Sequence[Filed]) -> Answer:
    """What the records come to. Only what is certainly the same picture says that it is filed."""
    certain = {each.standing for each in filed if each.is_certain}
    for standing, said in (
        ("other", Answer.other_parcel),
        ("unknown", Answer.unknown_parcel),
        ("related", Answer.related_parcel),
        ("same", Answer.same_parcel),
    ):
        if standing in certain:
            return said
    if any(each.standing == "other" for each in filed):
        return Answer.perhaps_other_parcel
    return Answer.not_filed
