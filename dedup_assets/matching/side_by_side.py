"""Two pages as a person looks at them: side by side, with a picture of where they differ.

Put here the making of those pictures, which happens in worker processes as all decoding does. Keep out pages and words
(``publishing``). A picture is encoded anew from the pixels alone: nothing of an original's EXIF is in it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup_assets.engines.hand import hold, release
from dedup_assets.images.batch import cut, run_units
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.matching.sources import GoneError, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dedup_assets.engines.engine import Engine, Unit
    from dedup_assets.engines.progress import Progress
    from dedup_assets.images.working import WorkingPage
    from dedup_assets.matching.sources import Place

# Pixels of the longer side of a page, enough to read the type of a form where two lie side by side at 1200 pixels.
SIDE = 560
_QUALITY = 80
_ITEMS = 4


class Pages(NamedTuple):
    """What to show: a page of one content beside a page of another, which was found under ``form``."""

    sha256_a: str
    page_a: int
    sha256_b: str
    page_b: int
    form: int


class Seen(NamedTuple):
    """JPEG files of both pages and of their difference; None where there is none to be had."""

    a: bytes | None
    b: bytes | None
    difference: bytes | None


def side_by_side(
    wanted: Sequence[Pages],
    places: Mapping[str, Sequence[Place]],
    engine: Engine,
    limits: Limits,
    progress: Progress,
) -> dict[Pages, Seen]:
    """The pictures of all that is wanted. An image that is gone, or cannot be decoded again, has none.

    Raises EngineError when no worker starts, UnitFailedError when one fails for a reason that lies in no image.
    """
    items = [list(each) for each in dict.fromkeys(wanted)]
    progress.start("pairs drawn", len(items))
    drawn: dict[Pages, Seen] = {}
    common = {"limits": limits.as_dict()}

    def named(unit: Unit) -> Unit:
        contents = {item[side] for item in unit["items"] for side in (0, 2)}
        return {**unit, "places": {sha256: [list(place) for place in places.get(sha256, ())] for sha256 in contents}}

    try:
        for outcome in run_units(engine, draw_unit, cut(items, _ITEMS, common), progress, named):
            for item, row in zip(outcome.unit["items"], outcome.result["rows"], strict=True):
                drawn[Pages(*item)] = Seen(*row)
    finally:
        progress.finish()
    return drawn


def draw_unit(unit: Unit) -> dict[str, Any]:
    """Unit function: ``items`` (``Pages``) to ``rows`` (``Seen``), in the same order."""
    limits = Limits(**unit["limits"])
    sources = Sources(unit["places"], limits)
    rows = []
    for place, item in enumerate(unit["items"]):
        hold(place, 2 * limits.seconds)
        rows.append(Seen(None, None, None) if unit.get("lost") else _drawn(Pages(*item), sources, limits))
    release()
    return {"rows": rows}


def _drawn(pages: Pages, sources: Sources, limits: Limits) -> Seen:
    from dedup_assets.matching.verify.difference import difference_picture
    from dedup_assets.matching.verify.picture import of_pixels

    a = _seen(pages.sha256_a, pages.page_a, sources, limits)
    b = _seen(pages.sha256_b, pages.page_b, sources, limits)
    difference = None
    if a and b and pages.sha256_a != pages.sha256_b:
        one, other = (of_pixels(each.pixels, width=each.width, height=each.height) for each in (a, b))
        difference = difference_picture(one, other, pages.form)
    return Seen(_jpeg(a.pixels if a else None), _jpeg(b.pixels if b else None), _jpeg(difference))


def _seen(sha256: str, page: int, sources: Sources, limits: Limits) -> WorkingPage | None:
    """A page as verification sees it, from which both the picture and the difference are made."""
    from dedup_assets.images.working import working_pixels
    from dedup_assets.matching.verify.picture import FINE

    try:
        return working_pixels(sources.read(sha256), page, limits, FINE)
    except (GoneError, UnreadableError):
        return None


def _jpeg(pixels: NDArray[Any] | None) -> bytes | None:
    if pixels is None:
        return None
    from PIL import Image

    out = io.BytesIO()
    picture = Image.fromarray(pixels)
    picture.thumbnail((SIDE, SIDE))
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
