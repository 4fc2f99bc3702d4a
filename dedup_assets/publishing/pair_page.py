"""One page that shows pairs of images side by side, with nothing outside the file: what ``dedup match --html`` writes.

Put here what the page says of a pair. Keep out how pairs are found and drawn (``matching``). It is a page about files
on the machine of whoever asked: nothing of it belongs to the scorecard site.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing import assets
from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.verdict_words import VERDICTS, verdict_words
from dedup_assets.publishing.words import decimal, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.matching.side_by_side import Seen

# Pairs with pictures, some 80 kB each; and pairs named at all. A person looks at no more, and browsers stay quick.
MOST_DRAWN = 200
MOST_NAMED = 2_000

REASONS = {
    "equal_pixels": mark("every pixel is equal"),
    "equal_throughout": mark("they agree everywhere"),
    "nothing_to_see": mark("there is nothing to see on one of them"),
    "too_small": mark("one of them is too small to tell"),
    "not_aligned": mark("no way was found to lay one on the other"),
    "differs_in_places": mark("they agree but for one place"),
    "differs_throughout": mark("they differ in many places"),
    "not_legible": mark("the type is too small to be told apart"),
    "partly_cut_off": mark("one shows only part of the other"),
    "between_same_and_different": mark("the differences are too large for a copy and too small for another image"),
    "all_pages": mark("all pages are the same"),
    "pages_in_common": mark("they have pages in common, and others not"),
    "pages_not_compared": mark("the pages that were compared are the same, but not all were compared"),
    "image_gone": mark("the image is no longer where it was"),
    "time_limit": mark("comparing them took too long"),
    "memory_limit": mark("comparing them took too much memory"),
    "crashed": mark("a decoder crashed on one of them"),
}


@dataclass(frozen=True, slots=True)
class File:
    """One side of a pair, as the page names it."""

    name: str
    folder: str
    facts: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class PairView:
    """One pair: what it is called, why, and its pictures as ``data:`` URLs."""

    number: int
    verdict: str
    title: str
    because: str
    facts: list[str]
    a: File
    b: File
    difference: str | None
    is_drawn: bool


def pair_page(
    pairs: Sequence[Mapping[str, Any]],
    files: Mapping[str, Mapping[str, Any]],
    drawn: Mapping[tuple[str, str], Seen],
    compared: int,
) -> str:
    """The page.

    ``pairs``: as ``match_fingerprints`` gives them, in the order in which they are to be shown; ``files``: fingerprints
    by path; ``drawn``: pictures of pairs by their two paths; ``compared``: files that took part.
    """
    views = [_view(place, pair, files, drawn) for place, pair in enumerate(pairs[:MOST_NAMED], start=1)]
    counts = {verdict: sum(pair["verdict"] == verdict for pair in pairs) for verdict in VERDICTS}
    return render_page(
        "pairs.html",
        "pairs.html",
        pairs=views,
        found=len(pairs),
        compared=compared,
        counts=[(*verdict_words(verdict), counts[verdict], verdict) for verdict in VERDICTS if counts[verdict]],
        style=assets.style(),
    )


def in_order_of_interest(pairs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Duplicates first, then what a person must decide, then what only looks alike; the nearest first."""
    rank = {verdict: place for place, verdict in enumerate(VERDICTS)}
    return sorted(pairs, key=lambda pair: (rank[pair["verdict"]], pair["distance"], pair["a"], pair["b"]))


def to_be_drawn(pairs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The pairs that get pictures, at most MOST_DRAWN: the first of every verdict, then the second, and so on.

    A folder of many copies would otherwise show those alone, and nothing of what a person must decide.
    """
    turn: dict[str, int] = {}
    ranked = []
    for place, pair in enumerate(in_order_of_interest(pairs)):
        turn[pair["verdict"]] = turn.get(pair["verdict"], 0) + 1
        ranked.append((turn[pair["verdict"]], place, pair))
    return [pair for _, _, pair in sorted(ranked, key=lambda each: each[:2])[:MOST_DRAWN]]


def _view(
    place: int,
    pair: Mapping[str, Any],
    files: Mapping[str, Mapping[str, Any]],
    drawn: Mapping[tuple[str, str], Seen],
) -> PairView:
    seen = drawn.get((pair["a"], pair["b"]))
    title, meaning = verdict_words(pair["verdict"])
    evidence = pair["evidence"]
    told = pair["verdict"].startswith("exact")  # the verdict is the reason
    reason = "" if told else text(REASONS.get(str(evidence.get("reason")), ""))
    return PairView(
        number=place,
        verdict=pair["verdict"],
        title=title,
        because=text("%(meaning)s Reason: %(reason)s.", meaning=meaning, reason=reason) if reason else meaning,
        facts=_facts(pair["distance"], evidence),
        a=_file(pair["a"], files, seen.a if seen else None),
        b=_file(pair["b"], files, seen.b if seen else None),
        difference=_data_url(seen.difference) if seen and seen.difference else None,
        is_drawn=seen is not None,
    )


def _facts(distance: int, evidence: Mapping[str, Any]) -> list[str]:
    facts = [texts("%(count)s of 256 hash bits differs", "%(count)s of 256 hash bits differ", distance)]
    if evidence.get("inliers"):
        facts.append(
            texts(
                "%(count)s point of one picture was found again in the other",
                "%(count)s points of one picture were found again in the other",
                evidence["inliers"],
            )
        )
    coarse = evidence.get("coarse")
    if isinstance(coarse, dict) and "worst" in coarse:
        worst = decimal(coarse["worst"], 2)
        facts.append(text("largest local difference %(share)s of the contrast", share=worst))
    if evidence.get("common"):
        pages = ", ".join(text("%(left)s and %(right)s", left=a + 1, right=b + 1) for a, b in evidence["common"])
        facts.append(text("pages in common (left and right): %(pages)s", pages=pages))
    return facts


def _file(path: str, files: Mapping[str, Mapping[str, Any]], picture: bytes | None) -> File:
    known = files[path]
    where = PurePath(path)
    facts = [text("%(size)s kB", size=number(round((known.get("byte_size") or 0) / 1000)))]
    if known.get("width"):
        width, height = str(known["width"]), str(known["height"])
        facts.insert(0, text("%(width)s x %(height)s pixels", width=width, height=height))
    if (known.get("frames") or 1) > 1:
        facts.append(texts("%(count)s page", "%(count)s pages", known["frames"]))
    if known.get("captured_at"):
        facts.append(text("taken %(when)s", when=known["captured_at"]))
    return File(
        name=_printable(where.name),
        folder=_printable(str(where.parent)),
        facts=", ".join(facts),
        picture=_data_url(picture) if picture else None,
    )


def _printable(name: str) -> str:
    """File names are bytes; what is no text in them is shown as a question mark, so that the page can be written."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"
