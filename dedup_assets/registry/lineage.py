"""The lineage of parcels: which APN was retired when, and which APNs took its place.

Put here how steps of lineage are read and followed. Keep out where they are kept (``reference.py``) and what follows
for a record (findings). A parcel that is split has several successors: which of them a photograph belongs to is for
other evidence, so all of them are named.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal

from dedup_assets.registry.folder import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

Change = Literal["split", "merge", "split_and_merge", "renumber"]


@dataclass(frozen=True, slots=True)
class Step:
    """``apn`` (canonical) is retired from ``effective`` on, and ``successor`` is one of those that took its place."""

    apn: str
    successor: str
    effective: date

    @property
    def pair(self) -> tuple[str, str]:
        """The retired APN and its successor."""
        return self.apn, self.successor


class Lineage:
    """Every step that a registry knows of, to be asked what became of an APN."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """A step that is stated twice counts once, from its first day.

        Raises RegistryError when a parcel would be its own successor, directly or along a chain; dates do not excuse
        it, for a number that was retired is not given again.
        """
        self._next: dict[str, dict[str, date]] = defaultdict(dict)
        for step in steps:
            known = self._next[step.apn].get(step.successor)
            self._next[step.apn][step.successor] = min(step.effective, known or step.effective)
        try:
            TopologicalSorter(self._next).prepare()
        except CycleError as error:
            chain = " -> ".join(reversed(error.args[1]))
            raise RegistryError(
                f"the parcel lineage goes in a circle: {chain}; a retired parcel cannot become its own successor, "
                "so correct or remove one of these rows"
            ) from error

    def __len__(self) -> int:
        """The number of retired APNs."""
        return len(self._next)

    @property
    def apns(self) -> set[str]:
        """Every APN that a step names, retired or successor."""
        return {*self._next, *(each for steps in self._next.values() for each in steps)}

    @property
    def retired(self) -> list[str]:
        """Every APN that was retired at any time, sorted."""
        return sorted(self._next)

    def steps(self) -> list[Step]:
        """Every step once, by APN and successor."""
        return [Step(apn, each, day) for apn in self.retired for each, day in sorted(self._next[apn].items())]

    def stale_from(self, apn: str) -> date | None:
        """The day from which ``apn`` is retired; None when it never was."""
        steps = self._next.get(apn)
        return min(steps.values()) if steps else None

    def is_stale(self, apn: str, as_of: date | None = None) -> bool:
        """Whether ``apn`` is retired on the day ``as_of``; without one, by all that is known."""
        return bool(self._taken(apn, as_of))

    def successors(self, apn: str, as_of: date | None = None) -> tuple[str, ...]:
        """What ``apn`` has become by ``as_of`` (without it, by now): the ends of all its chains, sorted.

        Empty when it is not retired; more than one when it, or one of its successors, was split.
        """
        ends, seen, ahead = set(), {apn}, self._taken(apn, as_of)
        while ahead:
            each = ahead.pop()
            if each not in seen:
                seen.add(each)
                further = self._taken(each, as_of)
                ahead.extend(further)
                if not further:
                    ends.add(each)
        return tuple(sorted(ends))

    def descendants(self, apn: str) -> set[str]:
        """Every APN on the chains from ``apn`` on, itself excluded."""
        seen: set[str] = set()
        ahead = self._taken(apn, None)
        while ahead:
            each = ahead.pop()
            if each not in seen:
                seen.add(each)
                ahead.extend(self._taken(each, None))
        return seen

    def changes(self) -> dict[tuple[str, str], Change]:
        """What happened in each step (apn, successor): by how many parcels became how many on its day."""
        became: dict[tuple[str, date], int] = defaultdict(int)
        came: dict[tuple[str, date], int] = defaultdict(int)
        for step in self.steps():
            became[step.apn, step.effective] += 1
            came[step.successor, step.effective] += 1
        names: dict[tuple[bool, bool], Change] = {
            (False, False): "renumber",
            (True, False): "split",
            (False, True): "merge",
            (True, True): "split_and_merge",
        }
        return {
            step.pair: names[became[step.apn, step.effective] > 1, came[step.successor, step.effective] > 1]
            for step in self.steps()
        }

    def _taken(self, apn: str, as_of: date | None) -> list[str]:
        """The successors of the steps that ``apn`` has taken by a day."""
        return [each for each, day in self._next.get(apn, {}).items() if as_of is None or day <= as_of]
