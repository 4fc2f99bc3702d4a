"""What a paper is made of: headings, text, lists, tables, fields, lines to fill in. No words of any paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 to 4. ``new_page``: it begins a page when printed."""

    text: str
    level: int = 2
    new_page: bool = False
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Points:
    """A list. ``boxes``: with a box to tick before each point."""

    points: Sequence[str]
    boxes: bool = False
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with what they say."""

    pairs: Sequence[tuple[str, str]]
    kind: str = "fields"


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines for a person to fill in."""

    names: Sequence[str]
    kind: str = "blanks"


Block = Heading | Text | Points | Table | Fields | Blanks


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. ``name``: of its files, without a suffix; ``draft``: what is said above it of who must do what.

    ``wide``: its tables have many columns, so it is printed across.
    """

    name: str
    title: str
    draft: str
    blocks: Sequence[Block] = ()
    wide: bool = False
