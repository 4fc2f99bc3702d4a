"""The seven dimensions in words that a council member understands.

Put here how a dimension is asked and counted in plain words. Keep out weights (the policy's) and how A, B and N are
counted (``scoring``). A dimension that has no words here is shown under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import mark, mark_both, text
from dedup_assets.publishing.words import counted, sentence_case

if TYPE_CHECKING:
    from dedup_assets.publishing.disclosure import Count


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its title, the question it answers, and how its A is said, alone and among its B."""

    title: str
    question: str
    alone: tuple[str, str]
    among: tuple[str, str]

    def sentence(self, defects: Count, measured: Count) -> str:
        """``142 redundant copies among 1,204 photographs compared``; B is left out where it may not be shown."""
        if measured.value is None:
            return counted(*self.alone, defects)
        return counted(*self.among, defects, measured=measured.text)


# In the language of the code; ``dimension`` says title and question.
_WORDS = {
    "parcel_accuracy": Dimension(
        mark("Right parcel"),
        mark("Is each photograph filed on the parcel that it shows?"),
        mark_both(
            "%(count)s record contradicted by other evidence", "%(count)s records contradicted by other evidence"
        ),
        mark_both(
            "%(count)s record contradicted by other evidence among %(measured)s records for which there is evidence",
            "%(count)s records contradicted by other evidence among %(measured)s records for which there is evidence",
        ),
    ),
    "uniqueness": Dimension(
        mark("Uniqueness"),
        mark("Is each photograph kept once?"),
        mark_both("%(count)s redundant copy", "%(count)s redundant copies"),
        mark_both(
            "%(count)s redundant copy among %(measured)s photographs compared",
            "%(count)s redundant copies among %(measured)s photographs compared",
        ),
    ),
    "referential_consistency": Dimension(
        mark("Matching numbers"),
        mark("Do the permit, the parcel and the map number belong together?"),
        mark_both(
            "%(count)s broken link between permit, parcel and map number",
            "%(count)s broken links between permit, parcel and map number",
        ),
        mark_both(
            "%(count)s broken link between permit, parcel and map number among %(measured)s records with such a link",
            "%(count)s broken links between permit, parcel and map number among %(measured)s records with such a link",
        ),
    ),
    "completeness": Dimension(
        mark("Completeness"),
        mark("Is every required value filled in?"),
        mark_both("%(count)s missing required value", "%(count)s missing required values"),
        mark_both(
            "%(count)s missing required value among %(measured)s required values",
            "%(count)s missing required values among %(measured)s required values",
        ),
    ),
    "traceability": Dimension(
        mark("Traceability"),
        mark("Can each record be traced to its source, batch and checksum?"),
        mark_both(
            "%(count)s record without checksum, source system or batch",
            "%(count)s records without checksum, source system or batch",
        ),
        mark_both(
            "%(count)s record without checksum, source system or batch among %(measured)s records",
            "%(count)s records without checksum, source system or batch among %(measured)s records",
        ),
    ),
    "validity": Dimension(
        mark("Well-formed values"),
        mark("Does every value have the form it must have?"),
        mark_both("%(count)s value that breaks its form", "%(count)s values that break their form"),
        mark_both(
            "%(count)s value that breaks its form among %(measured)s values that have a prescribed form",
            "%(count)s values that break their form among %(measured)s values that have a prescribed form",
        ),
    ),
    "timeliness": Dimension(
        mark("Timeliness"),
        mark("Was everything delivered when it was due?"),
        mark_both("%(count)s delivery missing or unusable", "%(count)s deliveries missing or unusable"),
        mark_both(
            "%(count)s delivery missing or unusable among %(measured)s expected",
            "%(count)s deliveries missing or unusable among %(measured)s expected",
        ),
    ),
}
_ANY = (
    mark_both("%(count)s defect", "%(count)s defects"),
    mark_both("%(count)s defect among %(measured)s records", "%(count)s defects among %(measured)s records"),
)


def dimension(identifier: str) -> Dimension:
    """The words of a dimension in the language in force, by its identifier in the table ``measure``."""
    known = _WORDS.get(identifier)
    if known:
        return Dimension(text(known.title), text(known.question), known.alone, known.among)
    title = sentence_case(identifier)
    return Dimension(title, title, *_ANY)
