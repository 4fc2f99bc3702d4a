"""What a decision is about, what it may say, and how strong evidence can be: the vocabulary of this room.

What each verdict does, about a **pair** of contents and about a **finding**:

- ``duplicate``: the pair is one photograph, whatever was measured: facts of every date count it as a duplicate. About
  a finding: it is right; it stays open until a delivery no longer shows it.
- ``not_duplicate``: the pair is two photographs: facts of every date no longer count it, nor does it wait for anybody.
  About a finding: withdrawn.
- ``wrong_parcel``: one photograph that hangs on a wrong parcel: as ``duplicate``; which record is wrong, a decision
  about its finding says. About a finding: it is right; it stays open.
- ``not_a_problem``: one photograph, rightly held twice. Measurements stay; findings about copies that rest on this pair
  alone are withdrawn. About a finding: withdrawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from dedup_assets.errors import UserError

Kind = Literal["pair", "finding"]
Verdict = Literal["duplicate", "not_duplicate", "wrong_parcel", "not_a_problem"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

# How much each class of evidence settles: matching's verdicts, what a rule says of a finding, and nothing at all. A
# decision is opened again only by evidence of a higher rank than what was on the table when it was taken.
EVIDENCE_RANK = {
    "none": 0,
    "low_information": 1,
    "undecided": 2,
    "rule": 3,
    "same_image_local_change": 3,
    "same_template_or_scene": 3,
    "same_image": 4,
    "exact_pixels": 5,
    "exact_file": 6,
}

_CONTENT = re.compile(r"[0-9a-f]{64}")
_FINDING = re.compile(r"F-[0-9a-f]{16}")


class DecisionError(UserError):
    """A decision cannot be taken or read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about. ``key``: a finding's id, or the two contents of a pair, ordered, joined by a colon.

    Both follow from contents alone, so a decision survives re-runs and renames.
    """

    kind: Kind
    key: str

    @property
    def contents(self) -> tuple[str, str] | None:
        """The two sha256 of a pair; None for a finding."""
        if self.kind != "pair":
            return None
        first, _, second = self.key.partition(":")
        return first, second


def pair(one: str, other: str) -> Subject:
    """The pair of two contents, given in any order as sha256 in hexadecimal.

    Raises DecisionError for anything else, and for equal bytes: these are one content and no pair.
    """
    for each in (one, other):
        if not _CONTENT.fullmatch(each):
            raise DecisionError(f"{each!r} is no content; give a sha256 as 64 digits from 0 to 9 and a to f")
    if one == other:
        raise DecisionError(f"{one} is one content, not a pair; decide about the findings of the records that hold it")
    return Subject("pair", ":".join(sorted((one, other))))


def finding(finding_id: str) -> Subject:
    """A finding by its id.

    Raises DecisionError when it is no finding's id.
    """
    if not _FINDING.fullmatch(finding_id):
        raise DecisionError(f"{finding_id!r} is no finding; give its id: F- and 16 digits from 0 to 9 and a to f")
    return Subject("finding", finding_id)


def parse_subject(text: str) -> Subject:
    """A subject as people type it: ``F-0123456789abcdef``, or two sha256 joined by a colon.

    Raises DecisionError for anything else.
    """
    stated = text.strip()
    if ":" in stated:
        one, _, other = stated.partition(":")
        return pair(one.strip().lower(), other.strip().lower())
    return finding(stated)


def check_verdict(verdict: str) -> Verdict:
    """The verdict, if it is one. Raises DecisionError otherwise."""
    if verdict not in VERDICTS:
        raise DecisionError(f"{verdict!r} is no verdict; use {', '.join(VERDICTS)}")
    return verdict


def evidence_rank(evidence_class: str) -> int:
    """How much a class of evidence settles. Raises DecisionError when there is no such class."""
    if evidence_class not in EVIDENCE_RANK:
        raise DecisionError(f"{evidence_class!r} is no class of evidence; use {', '.join(EVIDENCE_RANK)}")
    return EVIDENCE_RANK[evidence_class]
