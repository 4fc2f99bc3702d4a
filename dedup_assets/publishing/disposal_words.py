"""The law that decides whether a duplicate may be disposed of, said in the language in force.

Put here the sentences of ``findings/impact/finding_impact.sql``, which keeps the one that decides with each finding.
Keep out who may dispose of what: that room decides, and people after it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.words import in_source, plain

if TYPE_CHECKING:
    from markupsafe import Markup

# In the order in which they are tried; ``kept`` is the image that stays.
_SENTENCES = (
    mark("Recordings are evidence: Penal Code 832.18 forbids deleting them; a person reviews."),
    mark("A police record is not disposed of because a copy of it exists; a person reviews."),
    mark(
        "2 CFR 200.334: kept for three years after the final expenditure report, longer under litigation; the delivery "
        "does not tell that date."
    ),
    mark("Los Angeles Administrative Code 12.1(d): each department's copy serves its own functions."),
    mark(
        "Los Angeles Administrative Code 12.1(d): it is filed for another case than the copy that stays and serves "
        "there as the original; file it right first."
    ),
    mark(
        "Los Angeles Administrative Code 12.1(d): it is filed for another case than %(kept)s and serves there as the "
        "original; file it right first."
    ),
    mark(
        "Los Angeles Administrative Code 12.1(d): it shows the same as %(kept)s in other bytes; whether that is an "
        "accurate reproduction is not for software to say."
    ),
    mark("Government Code 34090(a): a form, plan or map may be a record that affects title to real property."),
    mark(
        "Government Code 34090(d) and 34090.7: its age is not known; duplicates are then disposed of only by a "
        "procedure that the City has adopted."
    ),
    mark(
        "Government Code 34090(d) and 34090.7: it is less than two years old; duplicates are then disposed of only by "
        "a procedure that the City has adopted."
    ),
    mark(
        "Los Angeles Administrative Code 12.1(d): the same bytes for the same case as %(kept)s, which stays; more than "
        "two years old (Government Code 34090)."
    ),
)


def disposal_words(basis: str) -> str | Markup:
    """The sentence of ``finding_impact.disposal_basis``; one that is not known here is marked as in its language."""
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(basis)
        if found:
            return plain(text(sentence, **found.groupdict()))
    return in_source(basis)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each sentence and what finds it, whatever the image is called."""
    return [
        (each, re.compile(re.escape(each).replace(re.escape("%(kept)s"), "(?P<kept>.*)"), re.DOTALL))
        for each in _SENTENCES
    ]
