"""Are the data reliable enough for what they are wanted for? In GAO's three words (GAO-20-283G), for each purpose.

Put here the comparison of bounds with what a purpose requires. Keep out the requirements: they are the policy's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from dedup_assets.scoring.policy import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy

Word = Literal["sufficiently reliable", "not sufficiently reliable", "undetermined"]


@dataclass(frozen=True, slots=True)
class Determination:
    """One purpose, its word, and the dimensions that decided it: those that fall short, or are not known well enough.

    ``dimensions`` is empty when the data are sufficiently reliable.
    """

    purpose: str
    title: str
    word: Word
    dimensions: tuple[str, ...]


def determine(policy: Policy, measures: Sequence[Measure]) -> list[Determination]:
    """The determination of every purpose from the measures of one department at one date.

    A purpose that requires a dimension which does not apply to the department is none of the department's, so it is
    left out.
    """
    by_dimension = {each.dimension: each for each in measures}
    found = []
    for name, purpose in policy.purposes.items():
        if not set(purpose.required) <= set(by_dimension):
            continue
        words = {each: _word(by_dimension[each], exact(least)) for each, least in purpose.required.items()}
        word: Word = "sufficiently reliable"
        for worse in ("undetermined", "not sufficiently reliable"):
            word = worse if worse in words.values() else word
        short = tuple(each for each, its in words.items() if its == word) if word != "sufficiently reliable" else ()
        found.append(Determination(name, purpose.title, word, short))
    return found


def _word(measure: Measure, least: Fraction) -> Word:
    """Right for certain: measured and right. Right at best: all but the defects that were seen."""
    if Fraction(measure.measured - measure.defects, measure.population) >= least:
        return "sufficiently reliable"
    if Fraction(measure.population - measure.defects, measure.population) < least:
        return "not sufficiently reliable"
    return "undetermined"
