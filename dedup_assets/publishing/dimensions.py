"""The seven dimensions in words that a council member understands.

Put here how a dimension is asked and counted in plain words. Keep out weights (the policy's) and how A, B and N are
counted (``scoring``). A dimension that has no words here is shown under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.words import sentence_case

if TYPE_CHECKING:
    from dedup_assets.publishing.disclosure import Count


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its title, the question it answers, and what its A and B count."""

    title: str
    question: str
    defect: str
    defects: str
    measured: str

    def sentence(self, defects: Count, measured: Count) -> str:
        """``142 redundant copies among 1,204 photographs compared``."""
        noun = self.defect if defects.value == 1 else self.defects
        return f"{defects.text} {noun} among {measured.text} {self.measured}"


_WORDS = {
    "parcel_accuracy": Dimension(
        "Right parcel",
        "Is each photograph filed on the parcel that it shows?",
        "record contradicted by other evidence",
        "records contradicted by other evidence",
        "records for which there is evidence",
    ),
    "uniqueness": Dimension(
        "Uniqueness",
        "Is each photograph kept once?",
        "redundant copy",
        "redundant copies",
        "photographs compared",
    ),
    "referential_consistency": Dimension(
        "Matching numbers",
        "Do the permit, the parcel and the map number belong together?",
        "broken link between permit, parcel and map number",
        "broken links between permit, parcel and map number",
        "records with such a link",
    ),
    "completeness": Dimension(
        "Completeness",
        "Is every required value filled in?",
        "missing required value",
        "missing required values",
        "required values",
    ),
    "traceability": Dimension(
        "Traceability",
        "Can each record be traced to its source, batch and checksum?",
        "record without checksum, source system or batch",
        "records without checksum, source system or batch",
        "records",
    ),
    "validity": Dimension(
        "Well-formed values",
        "Does every value have the form it must have?",
        "value that breaks its form",
        "values that break their form",
        "values that have a prescribed form",
    ),
    "timeliness": Dimension(
        "Timeliness",
        "Was everything delivered when it was due?",
        "delivery missing or unusable",
        "deliveries missing or unusable",
        "expected",
    ),
}


def dimension(identifier: str) -> Dimension:
    """The words of a dimension, by its identifier in the table ``measure``."""
    known = _WORDS.get(identifier)
    if known:
        return known
    title = sentence_case(identifier)
    return Dimension(title, title, "defect", "defects", "records")
