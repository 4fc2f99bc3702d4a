"""From the verdicts of pages to the verdict of the files that they are pages of.

Put here what several pages together mean. Keep out how two pages are compared (``verify``).

Two files are duplicates only when all of their pages are: two permit sets with one cover sheet are two permit sets. A
page that two files have in common is for people to see (``undecided``, reason ``pages_in_common``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dedup_assets.matching.verdict import DUPLICATE, Judgement, PagePair, candidate_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.matching.verdict import Candidate, Verdict

# What is said of a pair of pages that were compared in several ways: the first of these that was found.
_STRONGEST: tuple[Verdict, ...] = (
    "exact_pixels",
    "same_image",
    "same_image_local_change",
    "undecided",
    "low_information",
    "same_template_or_scene",
)
# Pages in common that are looked at and named; who sees twenty needs no twenty-first.
_MOST_PAGES = 20
# Of both pictures, from which on one lies on the other as a whole and not as a part of it.
_WHOLE = 0.95


def frames_that_count(media_type: str | None, frames: int | None) -> int:
    """Frames that two files must have in common to be duplicates, of a file with so many.

    A camera's JPEG may hold a preview or a second view behind the photograph (MPO); a copy that lost it is a copy.
    """
    return 1 if media_type == "image/jpeg" else max(1, frames or 1)


class Look(Protocol):
    """Compares a page of one content with a page of another."""

    def __call__(self, pair: PagePair) -> Judgement:
        """The judgement of the two pages."""


def judge_contents(candidate: Candidate, look: Look) -> Judgement:
    """What two contents are, from looking at their pages. Evidence: the candidate's, and that of the pages."""
    if candidate.a.frames == candidate.b.frames == 1:
        shown, found = _strongest([(pair, look(pair)) for pair in _ways(candidate.pages)])
        verdict = "same_template_or_scene" if _is_one_place(candidate, found) else found.verdict
        return Judgement(verdict, {**candidate_evidence(candidate), **found.evidence, **_named(shown)})
    return _of_documents(candidate, look)


def _is_one_place(candidate: Candidate, found: Judgement) -> bool:
    """Whether a pair that pixels leave open is one place photographed again, and no work for people.

    Views of one place share corners and windows, and portraits the wall behind them, so local features bring them in
    great number. What they find is a copy that fits, or one with something laid over what is left of it: in the middle
    lay none of the 290 labelled copies, but views of a venue. And a whole picture with a change in one place is found
    by its hash: where that is far away, it is another person before the wall.
    """
    if any(pair.channel != "local" for pair in candidate.pages):
        return False
    if found.verdict == "undecided":
        return found.evidence.get("reason") == "between_same_and_different"
    coarse = found.evidence.get("coarse")
    covered = min(coarse["cover_first"], coarse["cover_second"]) if isinstance(coarse, dict) else 0.0
    return found.verdict == "same_image_local_change" and covered > _WHOLE


def _of_documents(candidate: Candidate, look: Look) -> Judgement:
    evidence = {
        **candidate_evidence(candidate),
        "frames_a": candidate.a.frames,
        "frames_b": candidate.b.frames,
    }
    if candidate.a.frames == candidate.b.frames:
        pages = min(candidate.a.pages, candidate.b.pages)
        throughout = _throughout(pages, look)
        if throughout and pages == candidate.a.frames:
            verdict: Verdict = "exact_pixels" if set(throughout) == {"exact_pixels"} else "same_image"
            return Judgement(verdict, {**evidence, "reason": "all_pages", "pages": pages})
        if throughout:
            return Judgement("undecided", {**evidence, "reason": "pages_not_compared", "pages": pages})
    seen = [(pair, look(pair)) for pair in _ways(candidate.pages)[:_MOST_PAGES]]
    common = [[pair.page_a, pair.page_b] for pair, found in seen if found.verdict in DUPLICATE]
    if common:
        return Judgement(
            "undecided",
            {
                **evidence,
                "reason": "pages_in_common",
                "common": common,
                "shown": {"page_a": common[0][0], "page_b": common[0][1], "form": 0},
            },
        )
    shown, found = _strongest(seen)
    return Judgement(found.verdict, {**evidence, **found.evidence, **_named(shown)})


def _throughout(pages: int, look: Look) -> list[Verdict]:
    """The verdicts of page on page when all are duplicates, empty as soon as one is not.

    A blank page says nothing for or against; a document of blank pages only is no duplicate of another.
    """
    verdicts: list[Verdict] = []
    for page in range(pages):
        found = look(PagePair(page, page)).verdict
        if found in DUPLICATE:
            verdicts.append(found)
        elif found != "low_information":
            return []
    return verdicts


def _ways(pages: Sequence[PagePair]) -> list[PagePair]:
    """Each two pages under each form once, the nearest first."""
    nearest: dict[tuple[int, int, int], PagePair] = {}
    for pair in sorted(pages, key=lambda pair: (pair.form != 0, pair.distance, pair)):
        nearest.setdefault((pair.page_a, pair.page_b, pair.form), pair)
    return list(nearest.values())


def _strongest(seen: Sequence[tuple[PagePair, Judgement]]) -> tuple[PagePair, Judgement]:
    return min(seen, key=lambda each: _STRONGEST.index(each[1].verdict))


def _named(pair: PagePair) -> dict[str, object]:
    """Which pages the evidence is about, and the form of the second; nothing where there is nothing to tell."""
    if not (pair.page_a or pair.page_b or pair.form):
        return {}
    return {"shown": {"page_a": pair.page_a, "page_b": pair.page_b, "form": pair.form}}
