"""What a pair of contents is: the words for it, and how they are arrived at.

A *judge* turns candidates into judgements. It sees all candidates of a run at once, so that one that needs pixels can
fetch and compare them in units of its own. Keep out how candidates are found (``search``) and what becomes of a
judgement (``match_contents``, ``folder``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, cast

from dedup_assets.matching.turned import inverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


Verdict = Literal[
    "exact_file",
    "exact_pixels",
    "same_image",
    "same_image_local_change",
    "same_template_or_scene",
    "low_information",
    "undecided",
]
Channel = Literal["hash", "turned", "local"]
# The verdicts that make a pair a duplicate without a person looking at it.
DUPLICATE: frozenset[Verdict] = frozenset({"exact_file", "exact_pixels", "same_image"})


@dataclass(frozen=True, slots=True, order=True)
class PagePair:
    """A page of one content and a page of another, and the channel that found them to be alike.

    Attributes:
        page_a, page_b: numbers of the pages, from 0.
        channel: hash, turned or local (``warehouse/schema/candidate.sql``).
        form: of page b, 1 to 7 in the channel ``turned``, else 0.
        distance: bits of 256 in which the hashes of the pages differ, under ``form``.
        votes: features that agree, in the channel ``local``, else 0.
    """

    page_a: int
    page_b: int
    channel: Channel = "hash"
    form: int = 0
    distance: int = 0
    votes: int = 0

    def turned_round(self) -> PagePair:
        """The same pair as that of (b, a)."""
        return replace(self, page_a=self.page_b, page_b=self.page_a, form=inverse(self.form))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contents of a candidate.

    Attributes:
        sha256: of its bytes.
        frames: pages or frames that the file has.
        pages: pages of it that were fingerprinted; fewer than ``frames`` where the page cap cut, and 1 of an animation.
        quality: of the hash of its first page.
    """

    sha256: str
    frames: int = 1
    pages: int = 1
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two distinct contents, ``a.sha256 < b.sha256``, with the pages (at least one pair) that may show the same."""

    a: Side
    b: Side
    pages: tuple[PagePair, ...]

    @property
    def distance(self) -> int:
        """Of the nearest pages."""
        return min(each.distance for each in self.pages)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on: numbers and words that JSON can hold."""

    verdict: Verdict
    evidence: Mapping[str, object]


class Judge(Protocol):
    """Says what candidates are. The same candidate always gets the same judgement, whatever else is asked."""

    @property
    def version(self) -> str:
        """Changes whenever a judgement could; all pairs are then judged anew."""

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        """A judgement for each candidate, in order."""


class HashJudge:
    """Judges by the hash alone, which can tell that two contents may be copies, never that they are.

    Distinct forms on one template lie as near as copies do (field notes, image matching, section 8), so the verdict is
    ``undecided``.
    """

    version = "hash-2"

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        """``undecided`` for each, with what made a candidate of it."""
        for each in candidates:
            yield Judgement("undecided", candidate_evidence(each))


def candidate_evidence(candidate: Candidate) -> dict[str, object]:
    """What made a candidate of two contents; every judge's evidence begins with it."""
    found: dict[str, object] = {
        "distance": candidate.distance,
        "quality_a": candidate.a.quality,
        "quality_b": candidate.b.quality,
        "channels": sorted({each.channel for each in candidate.pages}),
    }
    votes = max(each.votes for each in candidate.pages)
    if votes:
        found["votes"] = votes
    return found


def turned_round(evidence: Mapping[str, object]) -> dict[str, object]:
    """The evidence of the pair (a, b) as that of (b, a): what is said of each side changes sides."""
    told = dict(evidence)
    for name in ("quality", "frames"):
        sides = (f"{name}_a", f"{name}_b")
        if sides[0] in told:
            told[sides[0]], told[sides[1]] = told[sides[1]], told[sides[0]]
    if "common" in told:
        told["common"] = sorted([b, a] for a, b in cast("Iterable[tuple[int, int]]", told["common"]))
    if "shown" in told:
        shown = cast("Mapping[str, int]", told["shown"])
        told["shown"] = {"page_a": shown["page_b"], "page_b": shown["page_a"], "form": inverse(shown["form"])}
    return told


def canonical_json(evidence: Mapping[str, object]) -> str:
    """Evidence as text: keys sorted, no blanks, so that equal evidence is equal text."""
    return json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
