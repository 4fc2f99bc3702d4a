"""The planted truth: what is wrong with the sample city, when each delivery shows it, and which rule should say so.

Put here how truth is kept and written. Keep out what is planted (``planting/``). The columns are explained in the
package's docstring.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup_assets.sample.plan import Record
    from dedup_assets.sample.schedule import Calendar

COLUMNS = (
    "planted_id", "kind", "department", "as_of_first", "as_of_last", "image_id", "other_department", "other_image_id",
    "rule_id", "expected", "detail",
)  # fmt: skip

Spell = tuple[int, int | None]  # deliveries from the first up to, not including, the second


@dataclass(frozen=True)
class Party:
    """A condition: the newest readable delivery of ``department`` is one of ``spells``."""

    department: str
    spells: tuple[Spell, ...]


@dataclass(frozen=True)
class Planted:
    """A line of truth before it has dates: ``record`` breaks (or must not break) ``rule_id`` while all parties hold."""

    planted_id: str
    kind: str
    record: Record
    other: Record | None
    rule_id: str
    expected: str
    detail: str
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Story:
    """One planted thing: all its lines share ``planted_id`` and ``kind``."""

    truth: Truth
    planted_id: str
    kind: str

    def tell(
        self,
        record: Record,
        rules: Sequence[str],
        *,
        spells: Sequence[Spell],
        expected: str = "finding",
        other: Record | None = None,
        other_spells: Sequence[Spell] = ((0, None),),
        detail: str = "",
    ) -> None:
        """One line a rule: it holds while the record's department is in ``spells``.

        Where ``other`` is another department's, that one must be in ``other_spells`` too.
        """
        parties = [Party(record.department, tuple(spells))]
        if other and other.department != record.department:
            parties.append(Party(other.department, tuple(other_spells)))
        for rule in rules:
            line = Planted(self.planted_id, self.kind, record, other, rule, expected, detail, tuple(parties))
            self.truth.planted.append(line)


class Truth:
    """All that was planted, in order."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.planted: list[Planted] = []
        self._deliveries: list[dict[str, str]] = []
        self._stories = 0

    def story(self, kind: str) -> Story:
        """A new planted thing."""
        self._stories += 1
        return Story(self, f"T{self._stories:04d}", kind)

    def tell_delivery(self, kind: str, department: str, at: int, *, rule: str, expected: str, detail: str) -> None:
        """A line about one whole delivery; it has no image."""
        as_of = self._calendar.as_of(at).isoformat()
        line = dict.fromkeys(COLUMNS, "")
        line |= {
            "planted_id": self.story(kind).planted_id,
            "kind": kind,
            "department": department,
            "as_of_first": as_of,
            "as_of_last": "" if at == self._calendar.deliveries - 1 else as_of,
            "rule_id": rule,
            "expected": expected,
            "detail": detail,
        }
        self._deliveries.append(line)

    def rows(self) -> list[dict[str, str]]:
        """The lines of ``truth.csv``: one for each unbroken run of deliveries that show a planted thing."""
        lines = []
        for planted in self.planted:
            for first, last in self._runs(planted):
                line = {
                    "planted_id": planted.planted_id,
                    "kind": planted.kind,
                    "department": planted.record.department,
                    "as_of_first": first,
                    "as_of_last": last,
                    "image_id": planted.record.image_id,
                    "other_department": planted.other.department if planted.other else "",
                    "other_image_id": planted.other.image_id if planted.other else "",
                    "rule_id": planted.rule_id,
                    "expected": planted.expected,
                    "detail": planted.detail,
                }
                lines.append(line)
        return lines + self._deliveries

    def write(self, path: Path) -> None:
        """Write ``truth.csv``."""
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows())

    def _runs(self, planted: Planted) -> list[tuple[str, str]]:
        """Dates of the first and last delivery of each run; the last is empty when nothing after it is without."""
        own = self._calendar.readable(planted.record.department)
        shown = [all(self._holds(party, at) for party in planted.parties) for at in own]
        runs: list[tuple[str, str]] = []
        for number, at in enumerate(own):
            if not shown[number] or (number and shown[number - 1]):
                continue
            end = next((n for n in range(number, len(own)) if not shown[n]), None)
            last = "" if end is None else self._calendar.as_of(own[end - 1]).isoformat()
            runs.append((self._calendar.as_of(at).isoformat(), last))
        return runs

    def _holds(self, party: Party, at: int) -> bool:
        newest = max((n for n in self._calendar.readable(party.department) if n <= at), default=None)
        return newest is not None and any(
            start <= newest and (end is None or newest < end) for start, end in party.spells
        )
