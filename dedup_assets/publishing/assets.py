"""The files that every page of a site needs beside its text: one style sheet, its fonts, the schema of the figures.

Put here which they are, and how the U.S. Web Design System comes in. Keep out what the styles say (``static/app.css``).

USWDS is a locked dependency (``uswds/package.json``), installed by ``npm ci``; this project contains none of it. Its
style sheet is made for every component there is, half a megabyte with 200 pictures behind it. What a site gets is the
part whose classes our templates name, with the few pictures that this part uses written into it, and our own sheet
after it. Nothing is requested from anywhere else. Where USWDS is not installed, our sheet stands alone.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dedup_assets.publishing.style_filter import keep_used

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDER = "assets"
STYLE = "site.css"
# Where npm puts it, below this room.
USWDS = "uswds/node_modules/@uswds/uswds/dist"
# The weights that pages use, 20 kB each; others and italics are left to the browser to derive.
FONTS = {400: "sourcesanspro-regular-webfont.woff2", 700: "sourcesanspro-bold-webfont.woff2"}
FAMILY = "Source Sans Pro Web"
LICENCE = "LICENSE-uswds.md"
# Pictures up to this size (bytes) are written into the style sheet; USWDS's icons are a tenth of it.
_INLINE_LIMIT = 4_000
_CLASS = re.compile(r"\busa-[a-z0-9]+(?:[-_]{1,2}[a-z0-9]+)*")


def assets() -> dict[str, bytes]:
    """Everything that lies in a site's ``assets/``, by name; the same bytes for the same program and USWDS."""
    files = {STYLE: (_fonts_css() + style()).encode()}
    folder = _uswds()
    if folder:
        files |= {name: folder.joinpath("fonts", "source-sans-pro", name).read_bytes() for name in FONTS.values()}
        # Whoever passes the fonts on passes their licence on (SIL Open Font License, section 2).
        files[LICENCE] = folder.joinpath("..", "LICENSE.md").read_bytes()
    return files


@cache
def style() -> str:
    """The style sheet without the fonts: it names no other file, so it can stand inside a page."""
    own = _room().joinpath("static", "app.css").read_text(encoding="utf-8")
    folder = _uswds()
    if not folder:
        return own
    sheet = folder.joinpath("css", "uswds.min.css").read_text(encoding="utf-8")
    return f"{keep_used(sheet, classes_of_templates(), _picture)}\n{own}"


def schema() -> bytes:
    """What the keys of ``scorecard.json`` mean: the file ``scorecard.schema.json`` beside it."""
    return _room().joinpath("static", "scorecard.schema.json").read_bytes()


def notice() -> str | None:
    """What to say where USWDS is not installed; None where it is."""
    if _uswds():
        return None
    return (
        "The pages are published with this project's own style sheet alone, because the U.S. Web Design System is not "
        "installed. They are complete and accessible all the same. For its look, install npm and run `make install`."
    )


@cache
def classes_of_templates() -> frozenset[str]:
    """The classes of USWDS that our templates name, wherever they stand in them.

    A name that a template puts together (``usa-alert--{{ kind }}``) is not found: templates write names out.
    """
    folder = _room().joinpath("templates")
    texts = [each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".html")]
    return frozenset(name for text in texts for name in _CLASS.findall(text))


def _room() -> Traversable:
    return resources.files("dedup_assets.publishing")


def _uswds() -> Traversable | None:
    folder = _room().joinpath(*USWDS.split("/"))
    return folder if folder.joinpath("css", "uswds.min.css").is_file() else None


def _fonts_css() -> str:
    if not _uswds():
        return ""
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;src:url({name}) format("woff2")}}\n'
        for weight, name in FONTS.items()
    )


def _picture(address: str) -> str | None:
    """A picture that a rule names, as a ``data:`` address; None for one that is too large, or no picture."""
    folder = _uswds()
    if folder is None or Path(address).suffix != ".svg":
        return None
    file = folder.joinpath("css", *address.split("/"))
    if not file.is_file():
        return None
    data = file.read_bytes()
    return f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}" if len(data) <= _INLINE_LIMIT else None
