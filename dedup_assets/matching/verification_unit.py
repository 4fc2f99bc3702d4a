"""The unit of verification: pairs of contents in, a verdict and its evidence for each out.

Put here what a worker does. Keep out engines and tables: a unit knows neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup_assets.engines.hand import hold, release
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.matching.page_verdicts import judge_contents
from dedup_assets.matching.shelf import Shelf
from dedup_assets.matching.sources import GoneError, Sources
from dedup_assets.matching.verdict import (
    Candidate,
    Judgement,
    PagePair,
    Side,
    candidate_evidence,
    canonical_json,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.engines.engine import Unit
    from dedup_assets.matching.working_pictures import WorkingPictures


def packed(candidate: Candidate) -> list[Any]:
    """A candidate as an item of a unit, which must be JSON."""
    sides = [[each.sha256, each.frames, each.pages, each.quality] for each in (candidate.a, candidate.b)]
    pages = [[p.page_a, p.page_b, p.channel, p.form, p.distance, p.votes] for p in candidate.pages]
    return [*sides, pages]


def unpacked(item: list[Any]) -> Candidate:
    """The candidate that ``packed`` made an item of."""
    a, b, pages = item
    return Candidate(Side(*a), Side(*b), tuple(PagePair(*each) for each in pages))


def verify_unit(unit: Unit) -> dict[str, Any]:
    """Unit function: ``items`` (packed candidates) to verdicts and evidence, in the same order.

    With ``output`` they go to that Parquet file, else they come back as ``rows``. ``places``: where the bytes of each
    content are (``sources``), ``shelf``: folder of working pictures or None, ``lost``: why not to look at a pair.
    """
    if "output" in unit:
        from dedup_assets.engines.unit import is_written

        if is_written(unit):
            return {}
    from dedup_assets.matching.working_pictures import WorkingPictures  # OpenCV, which only workers need

    limits = Limits(**unit["limits"])
    shelf = Shelf(Path(unit["shelf"])) if unit["shelf"] else None
    pictures = WorkingPictures(Sources(unit["places"], limits), limits, shelf)
    rows = []
    for place, item in enumerate(unit["items"]):
        hold(place, 2 * limits.seconds)
        found = _judged(unpacked(item), pictures, unit.get("lost"))
        rows.append((found.verdict, canonical_json(found.evidence)))
    release()
    if "output" not in unit:
        return {"rows": rows}
    _write(unit, rows)
    return {}


def _judged(candidate: Candidate, pictures: WorkingPictures, lost: str | None) -> Judgement:
    from dedup_assets.matching.verify.judge import verify

    def look(pair: PagePair) -> Judgement:
        one = pictures.of(candidate.a.sha256, pair.page_a)
        other = pictures.of(candidate.b.sha256, pair.page_b)
        return verify(one, other, pair.distance, form=pair.form)

    reason = lost
    if reason is None:
        try:
            return judge_contents(candidate, look)
        except GoneError:
            reason = "image_gone"
        except UnreadableError as error:
            reason = error.reason
    return Judgement("undecided", {**candidate_evidence(candidate), "reason": reason})


def _write(unit: Unit, rows: Sequence[tuple[str, str]]) -> None:
    import pyarrow as pa

    from dedup_assets.engines.unit import write

    sides = [[item[side][0] for item in unit["items"]] for side in (0, 1)]
    verdicts, evidence = ([row[part] for row in rows] for part in (0, 1))
    columns = {"sha256_a": sides[0], "sha256_b": sides[1], "verdict": verdicts, "evidence": evidence}
    write(unit, pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))
