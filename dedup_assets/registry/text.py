"""Plain text from what systems and spreadsheets put around and between the characters of an identifier.

Put here what holds for text of any kind. Keep out everything that knows what an identifier looks like.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dedup_assets.registry.identity import BLANKS, CHARACTERS, QUOTES

_GUARD = re.compile(r"""="(?P<guarded>.*)"|(?P<mark>["'])(?P<quoted>.*)(?P=mark)|'(?P<rest>.*)""", re.DOTALL)
_FULL_WIDTH = range(0xFF01, 0xFF5F)  # the block repeats ASCII from "!" on, 0xFEE0 further up
_SAME = {"−": "-", "‘": "'", "’": "'", "“": '"', "”": '"'}  # minus sign and typographic quotes


def clean(raw: str) -> tuple[str, list[str]]:
    """``raw`` in ASCII where that loses nothing, without text guards and outer blanks; and what was done, in order."""
    text, repairs = raw, []
    if not raw.isascii():
        text = "".join(map(_plain, raw))
        if text != raw:
            repairs.append(CHARACTERS)
    stripped = text.strip()
    guard = _GUARD.fullmatch(stripped)
    inner = next(each for each in guard.group("guarded", "quoted", "rest") if each is not None) if guard else stripped
    if stripped != text or (guard and inner != inner.strip()):
        repairs.append(BLANKS)
    if guard:
        repairs.append(QUOTES)
    return inner.strip(), repairs


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One character's plain form: invisible ones vanish, blanks, dashes and digits of any script become ASCII."""
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphen, zero-width blanks, byte order mark, direction marks
        return ""
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - 0xFEE0)
    return _SAME.get(character, character)
