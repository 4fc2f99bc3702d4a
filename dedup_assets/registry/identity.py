"""What one raw identifier means, the list of identifiers that a registry holds, and the rule that decides a repair.

Put here what all kinds share. Keep out how each of them is written: ``apn.py``, ``pin.py``, ``permit.py``,
``old_reference.py``, ``police.py``.

The rule: a notation (dashes, blanks, letter case) loses nothing and is simply read. Where something is lost (zeros,
digits, the order of month and day), the format alone only tells the *readings* that are conceivable; the registry must
hold exactly one of them before it is called repaired. A wrong repair is worse than none.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

Kind = Literal["apn", "pin", "permit", "reference", "dr", "booking"]
Status = Literal["ok", "repaired", "ambiguous", "unresolved", "malformed", "stale", "other_jurisdiction"]

# The words for what was done to a raw value. These change its notation only:
SEPARATORS = "separators"  # dashes, blanks, slashes, dots or underscores between the parts, taken out or put in
BLANKS = "blanks"  # blanks around the value, or too many inside it
CASE = "case"  # lower case letters
CHARACTERS = "characters"  # full-width digits, no-break blanks, invisible characters, other dashes
QUOTES = "quotes"  # quotation marks, and the text guards '… and ="…" of spreadsheets
NOTATION = frozenset({SEPARATORS, BLANKS, CASE, CHARACTERS, QUOTES})
# and these mend damage:
BLANKS_LOST = "blanks_lost"  # a PIN without its inner blanks; they follow from the fixed width
LEADING_ZEROS = "leading_zeros"  # zeros in front of a part or of the whole were lost
ZERO_PADDED = "zero_padded"  # zeros stand where a PIN has blanks, or in front of an APN
FLOAT = "float"  # 5056022001.0
EXPONENT = "exponent"  # 5.056022001E+09
DIGITS_LOST = "digits_lost"  # the last digits were rounded away
DATE_IFIED = "date_ified"  # a spreadsheet took the parts for a date

# An incomplete registry (parcels known from permits only) proves a reading only when few are conceivable. Measured on
# the 7,190 parcels of the real permits, each left out once: zeros lost in concatenated parts give at most 4 readings
# and found another parcel in 0.1 % of cases; one digit rounded away gives some 15 readings and found another, wrong
# parcel as its only fit in 13 % of cases, two digits in 23 %.
FEW_READINGS = 8
# Readings that no registry supports are listed for people up to this many.
LISTED_READINGS = 12


@dataclass(frozen=True, slots=True)
class Identity:
    """What one raw value means.

    The parsers give ok, repaired, ambiguous, unresolved or malformed. Of an APN read without doubt, ``standing.py``
    tells more: *stale* (retired; ``candidates`` are its successors) and *other_jurisdiction* (a parcel outside the
    city). ``canonical`` is null when ambiguous, unresolved or malformed. ``candidates`` are, when ambiguous, the
    registry entries that fit, or else what the format allows when that is little; sorted. ``in_registry`` is whether
    the canonical value or a candidate is an entry of the registry; null when the registry holds nothing of this kind.
    """

    kind: Kind
    raw: str
    canonical: str | None
    status: Status
    repairs: tuple[str, ...]
    candidates: tuple[str, ...]
    in_registry: bool | None

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON has them, without the kind."""
        return {
            "raw": self.raw,
            "canonical": self.canonical,
            "status": self.status,
            "repairs": list(self.repairs),
            "candidates": list(self.candidates),
            "in_registry": self.in_registry,
        }


class Known:
    """The identifiers of one kind that a registry holds.

    ``variants(canonical)`` gives the whole numbers that an entry can turn into when a spreadsheet drops its zeros; the
    index over them is built when a value with lost digits first asks for it. ``complete``: the list is a roll of all
    there are, not a sample.
    """

    def __init__(
        self, entries: Iterable[str], variants: Callable[[str], Iterable[int]] | None = None, *, complete: bool = False
    ) -> None:
        self._entries = frozenset(entries)
        self._variants = variants
        self._list: list[str] = []
        self._index: list[int] = []
        self.complete = complete

    def __contains__(self, canonical: str) -> bool:
        return canonical in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def near(self, low: int, high: int) -> set[str]:
        """The entries with a variant from ``low`` to ``high``, both included."""
        if self._variants is None or not self._entries:
            return set()
        size = len(self._entries)
        if not self._index:
            # A number and the place of its entry in one integer: half the memory and time of sorted pairs.
            variants, self._list = self._variants, list(self._entries)
            self._index = sorted(number * size + at for at, each in enumerate(self._list) for number in variants(each))
        found = self._index[bisect_left(self._index, low * size) : bisect_left(self._index, (high + 1) * size)]
        return {self._list[each % size] for each in found}


class Reader:
    """Builds the ``Identity`` of one raw value against one registry."""

    __slots__ = ("kind", "known", "raw")

    def __init__(self, kind: Kind, raw: str, known: Known | None) -> None:
        self.kind, self.raw = kind, raw
        self.known = known or None  # an empty registry can neither support nor deny

    def whole(self, canonical: str, repairs: Sequence[str] = ()) -> Identity:
        """Nothing was lost: ok when only the notation differs, repaired when damage could be undone without loss."""
        status: Status = "ok" if NOTATION.issuperset(repairs) else "repaired"
        return self._identity(status, canonical, repairs, (), held=self.known is not None and canonical in self.known)

    def supported(self, readings: Collection[str], repairs: Sequence[str]) -> Identity:
        """Something was lost and ``readings`` are all that the format allows: the registry decides."""
        if not readings:
            return self.malformed()
        fits = [] if self.known is None else [each for each in readings if each in self.known]
        if fits:
            return self.narrowed(fits, repairs, few=len(readings) <= FEW_READINGS)
        listed = sorted(readings) if len(readings) <= LISTED_READINGS else []
        return self._identity("ambiguous", None, repairs, listed, held=False)

    def narrowed(self, fits: Collection[str], repairs: Sequence[str], *, few: bool = False) -> Identity:
        """``fits`` are the registry's entries among the conceivable readings, which are ``few`` or not."""
        if len(fits) == 1 and self.known is not None and (few or self.known.complete):
            return self._identity("repaired", next(iter(fits)), repairs, (), held=True)
        return self._identity("ambiguous", None, repairs, sorted(fits), held=bool(fits))

    def doubted(self, exact: Collection[str], low: int, high: int, repairs: Sequence[str]) -> Identity | None:
        """Ambiguous when ``exact``, what a number says to the last digit, is no entry, but others from low to high are.

        None when there is no reason for the doubt.
        """
        if self.known is None or any(each in self.known for each in exact):
            return None
        fits = self.near(low, high)
        return self._identity("ambiguous", None, repairs, sorted({*fits, *exact}), held=True) if fits else None

    def near(self, low: int, high: int) -> set[str]:
        """The registry's entries that can print as a number from ``low`` to ``high``; none without a registry."""
        return set() if self.known is None else self.known.near(low, high)

    def unresolved(self, repairs: Sequence[str] = ()) -> Identity:
        """A legal wildcard: many parcels, or none determined yet."""
        return self._identity("unresolved", None, repairs, (), held=False)

    def malformed(self) -> Identity:
        """Not a value of this kind, whatever is done to it. Blank text is one."""
        return self._identity("malformed", None, (), (), held=False)

    def _identity(
        self, status: Status, canonical: str | None, repairs: Sequence[str], candidates: Sequence[str], *, held: bool
    ) -> Identity:
        in_registry = None if self.known is None else held
        return Identity(self.kind, self.raw, canonical, status, tuple(repairs), tuple(candidates), in_registry)
