"""The language that a page is being written in: messages from the catalogues, numbers and dates by locale.

Put here which languages there are and the ways to say something in the one in force. Keep out the messages: they
stand where they are used, in English, and in ``locale/<language>.po``. Catalogues are read as text when first needed,
so that there is nothing to compile and nothing compiled to fall behind.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import TYPE_CHECKING

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What each language is called in itself. The first is the one that the messages in the code are written in.
LANGUAGES = {"en": "English", "es": "Español"}
SOURCE = "en"
# Los Angeles writes 1,234.5 in Spanish too (field notes, publishing, section 7), hence the United States' variants.
_LOCALES = {"en": "en_US", "es": "es_US"}


def chosen(codes: str) -> tuple[str, ...]:
    """The languages that an installation publishes in, from their codes with blanks between them.

    Raises UserError for one that there is not, and without the one that a site begins with.
    """
    found = tuple(each for each in LANGUAGES if each in codes.split())
    unknown = sorted(set(codes.split()) - set(LANGUAGES))
    if unknown or SOURCE not in found:
        given = f"there is no {unknown[0]}" if unknown else f"{SOURCE} is missing, which a site begins with"
        raise UserError(f"DEDUP_LANGUAGES is {codes!r}: {given}; name {SOURCE}, and of {', '.join(LANGUAGES)} others")
    return found


@dataclass(frozen=True, slots=True)
class Language:
    """One language: ``code`` as in the page's ``lang``, Babel's locale, and the catalogue of its messages."""

    code: str
    locale: Locale
    catalogue: NullTranslations


@cache
def language(code: str) -> Language:
    """The language of a code. Raises KeyError for one that there is not."""
    return Language(code, Locale.parse(_LOCALES[code]), _catalogue(code))


_CURRENT: ContextVar[Language | None] = ContextVar("language", default=None)


def current() -> Language:
    """The language in force; the source language where none was chosen."""
    return _CURRENT.get() or language(SOURCE)


@contextmanager
def using(chosen: Language) -> Iterator[Language]:
    """Everything said inside is said in ``chosen``."""
    token = _CURRENT.set(chosen)
    try:
        yield chosen
    finally:
        _CURRENT.reset(token)


def text(message: str, **values: object) -> str:
    """A message in the language in force; ``%(name)s`` in it stands for a value. What says nothing stays empty."""
    said = current().catalogue.gettext(message) if message else ""  # "" is where a catalogue keeps its own header
    return said % values if values else said


def texts(one: str, many: str, number: int, /, **values: object) -> str:
    """A message that depends on a number, which is ``%(count)s`` in it, written by locale.

    ``values`` are the others; ``count`` among them says how the number itself is to be written instead.
    """
    said = current().catalogue.ngettext(one, many, number)
    return said % {"count": format_decimal(number, locale=current().locale), **values}


def mark(message: str) -> str:
    """The message itself, marked for the catalogues: for constants, which are said later by ``text``."""
    return message


def mark_both(one: str, many: str) -> tuple[str, str]:
    """Both forms of a message that depends on a number, marked for the catalogues and said later by ``texts``."""
    return one, many


@cache
def _catalogue(code: str) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    file = resources.files("dedup_assets.publishing").joinpath("locale", f"{code}.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=_LOCALES[code]))
    compiled.seek(0)
    return GNUTranslations(compiled)
