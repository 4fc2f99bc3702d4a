"""What a pair of contents is: the words for it, and how they are arrived at.

A *judge* turns candidates into judgements. It sees all candidates of a run at once, so that one that needs pixels can
fetch and compare them in units of its own. Keep out how candidates are found (``search``) and what becomes of a
judgement (``match_contents``, ``folder``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

Verdict = Literal[
    "exact_file",
    "exact_pixels",
    "same_image",
    "same_image_local_change",
    "same_template_or_scene",
    "low_information",
    "undecided",
]
# The verdicts that make a pair a duplicate without a person looking at it.
DUPLICATE: frozenset[Verdict] = frozenset({"exact_file", "exact_pixels", "same_image"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two distinct contents whose 256-bit hashes differ in ``distance`` bits, at most ``radius``."""

    sha256_a: str
    sha256_b: str
    distance: int
    radius: int
    quality_a: int | None
    quality_b: int | None


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

    version = "hash-1"

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        """``undecided`` for each, with the distance and the quality of both hashes."""
        for each in candidates:
            yield Judgement("undecided", hash_evidence(each))


def hash_evidence(candidate: Candidate) -> dict[str, object]:
    """What the hashes say of a candidate; every judge's evidence begins with it."""
    return {
        "distance": candidate.distance,
        "quality_a": candidate.quality_a,
        "quality_b": candidate.quality_b,
        "radius": candidate.radius,
    }


def exact_pixels(a: NDArray[np.generic], b: NDArray[np.generic]) -> bool:
    """Whether two decoded images (height, width or height, width, channels) hold the same pixels in the same form."""
    return a.dtype == b.dtype and a.shape == b.shape and bool(np.array_equal(a, b))


def canonical_json(evidence: Mapping[str, object]) -> str:
    """Evidence as text: keys sorted, no blanks, so that equal evidence is equal text."""
    return json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
