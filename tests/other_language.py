"""A language that nobody speaks: every letter of a message becomes another one, so that what was not said by a message
stays in plain letters and can be found on a page. Dates and numbers are those of a locale with its own letters."""

from __future__ import annotations

import re
from contextlib import contextmanager
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from dedup_assets.publishing import language as module

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "es"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
GREEK = "αβψδεφγηιξκλμνοπϊρστθωώχυζΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΪΡΣΤΘΩΏΧΥΖ"
# What stays as it is in a message: placeholders, elements, and the signs of HTML.
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")
SPOKEN = ("alt", "title", "aria-label", "data-title", "data-page", "data-of", "placeholder")
UNSPOKEN = {"style", "script", "code", "samp"}
VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


class OtherLanguage(NullTranslations):
    """Every message in other letters."""

    def gettext(self, message: str) -> str:
        parts = _KEPT.split(message)
        return "".join(part if place % 2 else part.translate(_LETTERS) for place, part in enumerate(parts))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


_LETTERS = str.maketrans(LATIN, GREEK)


@contextmanager
def other_language() -> Iterator[module.Language]:
    """The second language of every page is the one that nobody speaks."""
    spoken, locales = module._catalogue, module._LOCALES
    module._catalogue = lambda code: OtherLanguage() if code == CODE else spoken(code)  # type: ignore[assignment]
    module._LOCALES = {**locales, CODE: "el_GR"}
    module.language.cache_clear()
    try:
        yield module.language(CODE)
    finally:
        module._catalogue, module._LOCALES = spoken, locales
        module.language.cache_clear()


class _Reader(HTMLParser):
    """What is said on a page in its own language: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent: list[bool] = [False]
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        # What a link to another language says is in that language, whatever the page's own is called.
        foreign = (named.get("lang") or CODE) != CODE or "hreflang" in named
        silent = self.silent[-1] or tag in UNSPOKEN or foreign
        if not silent:
            self.said += [value for name, value in attrs if name in SPOKEN and value]
        if tag not in VOID:
            self.silent.append(silent)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.silent.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent[-1] and data.strip():
            self.said.append(" ".join(data.split()))


def said(page: str) -> list[str]:
    """Every text and spoken attribute of a page that is in the page's own language."""
    reader = _Reader()
    reader.feed(page)
    return reader.said
