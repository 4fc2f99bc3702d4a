"""Damage forensics of one column of identifiers: what was done to it, and how much of that can be undone.

Put here what a column of APNs, PINs or permit numbers tells by itself against the registry. Keep out columns whose rows
are found in the registry by another key (``forensics_cells.py``), files (``forensics_file.py``) and tables
(``forensics_batch.py``).

A transformation is named by the repairs that undo it (``identity.py``), and proven by undoing it: how many rows are
read again, and how many of them are entries of the registry. Nothing is guessed: what more than one entry fits stays
ambiguous, unless the row's other fields (the parcel of the permit that it names) allow exactly one of the candidates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedup_assets.registry import numeral
from dedup_assets.registry.identity import DIGITS_LOST, NOTATION, Identity
from dedup_assets.registry.membership import PARSERS
from dedup_assets.registry.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dedup_assets.registry.identity import Kind, Known

MALFORMED = "malformed"  # no transformation that is known explains the value
SINGLE_PRECISION = "single_precision"  # the whole column went through 32-bit floats
EXAMPLES = 5  # examples of one transformation, the first distinct ones by raw value
# Distinct numbers that must all lie on the grid of 32-bit floats before the column counts as one of them: a healthy APN
# does with a chance of 1 in 512, eight healthy ones together never do. Below 29 binary digits the grid is too narrow
# (16 and less) to tell that from chance.
_ENOUGH_SINGLES = 8
_WIDE_BITS = 29


@dataclass(frozen=True, slots=True)
class Damage:
    """What one transformation did to one column of a batch.

    ``rows_given``: rows of the column that could be judged, healthy ones included: those with a value, or with an
    original to compare. ``rows_affected`` = ``rows_restored`` + ``rows_ambiguous`` + ``rows_lost``. Restored: exactly
    one meaning is left; ``rows_by_row`` of them only with the help of the row's other fields; ``rows_in_registry`` of
    them are entries of the registry, which is the proof. Ambiguous: several meanings, or one that nothing supports.
    Lost: the value no longer tells what it was. ``is_notation``: only the way of writing changed. ``examples``: (raw,
    meaning).
    """

    column: str
    transformation: str
    is_notation: bool
    rows_given: int
    rows_affected: int
    rows_restored: int
    rows_in_registry: int
    rows_by_row: int
    rows_ambiguous: int
    rows_lost: int
    examples: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Tally:
    """Counts of one transformation while rows go by."""

    is_notation: bool
    restored: int = 0
    in_registry: int = 0
    by_row: int = 0
    ambiguous: int = 0
    lost: int = 0
    examples: dict[str, str] = field(default_factory=dict)

    def damage(self, column: str, transformation: str, rows_given: int) -> Damage:
        """The counts as a result."""
        affected = self.restored + self.ambiguous + self.lost
        examples = tuple(sorted(self.examples.items())[:EXAMPLES])
        return Damage(
            column, transformation, self.is_notation, rows_given, affected, self.restored, self.in_registry,
            self.by_row, self.ambiguous, self.lost, examples,
        )  # fmt: skip


def column_damage(
    column: str,
    kind: Kind,
    values: Sequence[str | None],
    known: Known | None = None,
    *,
    support: Sequence[str | None] | None = None,
    parse: Callable[[str, Known | None], Identity] | None = None,
) -> list[Damage]:
    """What happened to one column of identifiers of one batch, a row a transformation, sorted by its name.

    ``values`` are the raw cells of the batch in any order, None or blank where there is none; ``known`` the registry's
    entries; ``support`` what the same row's other fields say that the identifier is (canonical), or None. ``parse``
    reads a value in place of the kind's own parser (booking numbers of another form). Healthy cells, wildcards and
    blanks are no damage and are not counted.

    Raises ValueError when ``values`` and ``support`` are not of one length.
    """
    reader = parse or PARSERS[kind]
    seen = {raw: reader(raw, known) for raw in dict.fromkeys(values) if raw and raw.strip()}
    if _is_single_precision(seen):
        seen = {raw: _from_single(identity, known) for raw, identity in seen.items()}
    tallies: dict[str, Tally] = {}
    for raw, said in zip(values, support or [None] * len(values), strict=True):
        if raw and (identity := seen.get(raw)) and (name := _transformation(identity)):
            tally = tallies.setdefault(name, Tally(is_notation=NOTATION.issuperset(name.split(" + "))))
            _count(tally, identity, said)
    given = sum(raw in seen for raw in values)
    return [tallies[name].damage(column, name, given) for name in sorted(tallies)]


def _count(tally: Tally, identity: Identity, said: str | None) -> None:
    means = identity.canonical
    if means is None and said is not None and said in identity.candidates:
        means = said
        tally.by_row += 1
    if means is not None:
        tally.restored += 1
        tally.in_registry += identity.in_registry is True
    elif identity.status == "ambiguous":
        tally.ambiguous += 1
    else:
        tally.lost += 1
    # What the value means by itself: rows may decide otherwise of one another, and their order must not matter.
    tally.examples[identity.raw] = identity.canonical or " or ".join(identity.candidates[:EXAMPLES]) or "?"


def _transformation(identity: Identity) -> str:
    """The name of what was done to a value; empty when nothing was, or when it is the wildcard, however written."""
    if identity.status == "unresolved":
        return ""
    return MALFORMED if identity.status == "malformed" else " + ".join(identity.repairs)


def _numbers(identities: Iterable[Identity]) -> dict[str, numeral.Numeral]:
    """The raw values that print a whole number to its last digit, and the number."""
    read = {each.raw: numeral.read(clean(each.raw)[0]) for each in identities}
    return {raw: number for raw, number in read.items() if number and number.step == 1}


def _is_single_precision(seen: dict[str, Identity]) -> bool:
    """Whether the numbers of a column all lie on the grid of 32-bit floats, which a healthy column never does."""
    by_size: dict[int, list[bool]] = defaultdict(list)
    for number in _numbers(seen.values()).values():
        by_size[number.value.bit_length()].append(number.is_single)
    wide = [on_grid for bits, marks in by_size.items() if bits >= _WIDE_BITS for on_grid in marks]
    return len(wide) >= _ENOUGH_SINGLES and all(wide)


def _from_single(identity: Identity, known: Known | None) -> Identity:
    """A value of such a column again: its last digits are not to be trusted, whatever entry they happen to spell."""
    number = numeral.read(clean(identity.raw)[0])
    if number is None or number.step > 1 or number.value.bit_length() <= numeral.SINGLE_BITS:
        return identity
    step = 1 << (number.value.bit_length() - numeral.SINGLE_BITS)
    fits = known.near(number.value - step, number.value + step) if known else set()
    if identity.status == "malformed" and not fits:
        return identity
    repairs = tuple(dict.fromkeys([SINGLE_PRECISION, *identity.repairs, DIGITS_LOST]))
    proven = len(fits) == 1 and known is not None and known.complete
    return replace(
        identity,
        status="repaired" if proven else "ambiguous",
        canonical=next(iter(fits)) if proven else None,
        repairs=repairs,
        candidates=() if proven else tuple(sorted(fits)),
        in_registry=bool(fits) if known else None,
    )
