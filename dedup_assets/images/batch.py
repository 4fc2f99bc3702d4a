"""Units of images on an engine, and what is done when one kills its worker.

Put here the care that one image costs one image. Keep out what a unit reads and writes (``folder.py``, ``observe.py``).

A unit has ``items``, one image each. When its process dies, the item in hand is the suspect: the items before and after
it go on in units of their own, and the suspect is tried once more alone, in case the process died of something else.
If it fails again, or took too long, its unit gets ``lost`` (a reason), and the image is read but not decoded; if even
that fails, ``blind``, and it is not read either. A unit that has ``paged`` gets ``first_only`` before ``lost``: it may
have been a later page, and then the file is still worth its first. Nothing is tried more often than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.engines.engine import UnitFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dedup_assets.engines.engine import Engine, Function, Outcome, Unit
    from dedup_assets.engines.progress import Progress

_STEPS = ("alone", "first_only")
_REASONS = {"timeout": "time_limit", "memory": "memory_limit", "crashed": "crashed"}


def cut(items: list[Any], size: int, common: Unit) -> Iterator[Unit]:
    """Units of at most ``size`` items, each with the keys of ``common``."""
    for first in range(0, len(items), size):
        yield _unit(common, items[first : first + size])


def run_units(
    engine: Engine, function: Function, units: Iterable[Unit], progress: Progress, named: Callable[[Unit], Unit]
) -> Iterator[Outcome]:
    """Outcomes, all of them ok, that cover every item of ``units`` exactly once, in no particular order.

    ``named`` is applied to each unit before it runs (to give it its output file).

    Raises UnitFailedError when a unit failed for a reason that lies in no image.
    """
    waiting: Iterable[Unit] = units
    while True:
        again: list[Unit] = []
        for outcome in engine.run(function, map(named, waiting), progress):
            if outcome.status == "ok":
                yield outcome
            else:
                again += _recut(outcome)
        if not again:
            return
        waiting = again


def _unit(common: Unit, items: list[Any], **more: object) -> Unit:
    return {**common, "items": items, "weight": len(items), **more}


def _recut(outcome: Outcome) -> list[Unit]:
    unit, suspect = outcome.unit, outcome.in_hand
    reason = _REASONS.get(outcome.status)
    if reason is None or (suspect is None and unit.get("again")):
        raise UnitFailedError(f"a unit of {len(unit['items'])} images failed ({outcome.status}): {outcome.detail}")
    common = {key: value for key, value in unit.items() if key not in ("items", "weight", "output", "again", *_STEPS)}
    items = unit["items"]
    if suspect is None:  # it died between images: nobody's fault, so once more
        return [_unit(common, items, again=True)]
    if unit.get("blind"):
        raise UnitFailedError(f"an image that is not even opened failed ({outcome.status}): {outcome.detail}")
    if unit.get("lost"):
        return [_unit(common, items, blind=True)]
    if unit.get("first_only"):
        mine = _unit(common, [items[suspect]], lost=reason)
    elif unit.get("alone") or outcome.status == "timeout":
        mine = _unit(common, [items[suspect]], **{"first_only" if unit.get("paged") else "lost": reason})
    else:
        mine = _unit(common, [items[suspect]], alone=True)
    others = [part for part in (items[:suspect], items[suspect + 1 :]) if part]
    return [mine, *(_unit(common, part) for part in others)]
