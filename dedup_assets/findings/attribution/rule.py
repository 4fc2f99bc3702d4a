"""The rule that combines evidence about a parcel: an ordered decision table, read from the top; the first line decides.

Put here the table and nothing else. It is no score: nothing is weighed or added up, so every answer can be told in one
sentence. Raise RULE_VERSION with every change; it stands in each row of ``attribution``.

The order follows how far a source is from the row's own keys. Where the camera stood (gps) was recorded before anybody
filed the picture. A file name was given by whoever stored it. A permit or PIN is typed with the APN, in the same row,
and slips with it. Copies of one photograph on two parcels say that one is wrong, never which. A report (somebody says
that the picture shows another parcel) can be made by anybody, so it is heard where everything else is silent.

The words of ``status``:

- *attributed*: something beside the number itself supports the parcel, and nothing contradicts it.
- *contradicted*: the evidence says another place, and nothing of equal rank says this one.
- *contested*: evidence stands against evidence; a person must look.
- *stale*: the number is retired; the land may be right.
- *other_jurisdiction*: a parcel outside the city; no city permit or PIN is due. No defect.
- *unknown_parcel*: a complete roll of parcels does not hold the number.
- *no_parcel*: the record gives no number that can be read as one parcel.
- *unverifiable*: nothing speaks for or against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

RULE_VERSION = "2"

# In this order they are asked which parcel is meant: each narrows down what those before it left open, and one that
# fits none of what is left is passed over. Registry and lineage speak of the number, not of the picture.
SOURCES = (
    "gps", "file_name", "batch_neighbours", "permit_of_record", "pin_relation", "same_photograph", "reports",
    "lineage", "registry",
)  # fmt: skip
STANCES = ("supports", "contradicts", "inconclusive")

Parcel = Literal["filed", "pointed", "none"]
# What a line may ask beside "source=stance": where the number itself stands.
PARCEL = "parcel"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    It fits when each set of ``when`` holds at least one thing that is so; ``source=stance`` or ``parcel=standing``.
    ``parcel`` says which parcel is the one most supported: the filed one, the one that the other sources point to, or
    none because they are tied. ``because`` is for people, after the word "because".
    """

    id: str
    status: str
    parcel: Parcel
    when: tuple[frozenset[str], ...]
    because: str


def _line(identifier: str, status: str, parcel: Parcel, *when: str, because: str) -> Line:
    """``when``: each a choice, ``a|b``; all of them must hold."""
    return Line(identifier, status, parcel, tuple(frozenset(each.split("|")) for each in when), because)


TABLE = (
    _line(
        "A01", "no_parcel", "pointed", "parcel=none",
        because="the record gives no number that can be read as one parcel",
    ),
    _line(
        "A02", "contradicted", "pointed", "gps=contradicts", "file_name=supports",
        "batch_neighbours=contradicts|permit_of_record=contradicts|pin_relation=contradicts|same_photograph=contradicts",
        because="the camera stood elsewhere, and more evidence than that speaks against the name of the file",
    ),
    _line(
        "A03", "contested", "none", "gps=contradicts", "file_name=supports",
        because="the camera stood elsewhere, but the file is named after this parcel",
    ),
    _line(
        "A04", "contradicted", "pointed", "gps=contradicts",
        because="the camera stood elsewhere",
    ),
    _line(
        "A05", "contested", "filed", "gps=supports",
        "file_name=contradicts|batch_neighbours=contradicts|permit_of_record=contradicts|pin_relation=contradicts",
        because="the camera stood on this parcel, but something else names another one",
    ),
    _line(
        "A06", "contradicted", "pointed", "file_name=contradicts",
        "batch_neighbours=contradicts|permit_of_record=contradicts|pin_relation=contradicts",
        because="the file name names another parcel, and it is not alone in contradicting this one",
    ),
    _line(
        "A07", "contested", "none", "file_name=contradicts",
        "batch_neighbours=supports|permit_of_record=supports|pin_relation=supports|same_photograph=supports",
        because="the file name names another parcel, but other evidence supports this one",
    ),
    _line(
        "A08", "contradicted", "pointed", "file_name=contradicts",
        because="the file name names another parcel and nothing supports this one",
    ),
    _line(
        "A09", "contested", "none", "permit_of_record=contradicts|pin_relation=contradicts",
        "file_name=supports|permit_of_record=supports|pin_relation=supports",
        because="the numbers in the record name two places",
    ),
    _line(
        "A10", "contradicted", "pointed", "permit_of_record=contradicts|pin_relation=contradicts",
        because="the permit or PIN of the record belongs to another parcel and nothing supports this one",
    ),
    _line(
        "A11", "contested", "pointed", "batch_neighbours=contradicts",
        because="the rows around it in its batch slipped by a constant number, and it has no evidence of its own",
    ),
    _line(
        "A12", "unknown_parcel", "pointed", "registry=contradicts", "parcel=unknown",
        because="the complete roll of parcels does not hold the number",
    ),
    _line(
        "A13", "stale", "pointed", "parcel=stale",
        because="the number is retired",
    ),
    _line(
        "A14", "other_jurisdiction", "filed", "parcel=other_jurisdiction",
        because="the parcel lies outside the city, where no city permit or PIN is due",
    ),
    _line(
        "A15", "attributed", "filed", "gps=supports", "same_photograph=contradicts",
        because="the camera stood on this parcel; it is the other records of the photograph that must be looked at",
    ),
    _line(
        "A16", "contested", "none", "same_photograph=contradicts",
        because="the same photograph is filed on an unrelated parcel too, and nothing tells which is right",
    ),
    _line(
        "A17", "attributed", "filed",
        "gps=supports|file_name=supports|permit_of_record=supports|pin_relation=supports",
        because="independent evidence supports this parcel and nothing contradicts it",
    ),
    _line(
        "A18", "contested", "pointed", "reports=contradicts",
        because="somebody reported that it shows another parcel, and nothing else speaks for this one",
    ),
    _line("A19", "unverifiable", "none", because="nothing speaks for or against this parcel"),
)  # fmt: skip
LINES = {line.id: line for line in TABLE}


def decide(said: Mapping[str, str]) -> tuple[Line, tuple[str, ...]]:
    """The line that decides, and the sources that made it fit.

    ``said``: by source its stance, of those that spoke, and under ``parcel`` where the filed number stands: none,
    known, unknown, stale, other_jurisdiction or not_checked.
    """
    so = {f"{name}={word}" for name, word in said.items()}
    line = next(each for each in TABLE if all(choice & so for choice in each.when))
    decisive = {each.split("=")[0] for choice in line.when for each in choice & so}
    return line, tuple(source for source in SOURCES if source in decisive)
