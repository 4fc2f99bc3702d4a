"""The messages of every page, and the catalogues that hold their translations.

Put here where messages come from (the code and templates of this room, and the texts that are data: suites,
departments, policy) and how ``locale/<language>.po`` is brought up to date. Keep out saying them (``language.py``).

    python -m dedup_assets.publishing.catalogue

adds what is new to every catalogue, untranslated, and drops what nobody says any more. A test fails until each has its
translation. The files hold neither places nor dates, so that they change only when a message does.
"""

from __future__ import annotations

import io
import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dedup_assets.publishing.language import LANGUAGES, SOURCE
from dedup_assets.settings import PROJECT, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message as Translation

Message = str | tuple[str, str]

# The functions that say or mark a message, with the places of its forms (``language.py``, ``words.counted``).
KEYWORDS = {"text": None, "mark": None, "texts": (1, 2), "mark_both": (1, 2), "counted": (1, 2)}
_JINJA_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
# As the environment of ``render.py`` is set.
_JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}

# The texts of a rule that pages show, beside its description.
_RULE_TEXTS = ("title", "purpose", "criteria", "target", "judges", "effect", "recommendation")
_WIDTH = 120
# Lines of a catalogue's header that would change without a message having changed.
_UNSTABLE = (
    "Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator",
    "Language-Team", "Generated-By",
)  # fmt: skip


def messages() -> set[Message]:
    """Every message that a page may say; a pair where it depends on a number."""
    return {*_of_code(), *_of_rules(), *_of_departments(), *_of_policy()} - {""}


def catalogue_file(code: str) -> Path:
    """The catalogue of a language; only a checkout can be written to."""
    return Path(str(resources.files("dedup_assets.publishing").joinpath("locale", f"{code}.po")))


def read_catalogue(code: str) -> Catalog:
    """The catalogue of a language, with everything that translators left in it."""
    return read_po(io.BytesIO(catalogue_file(code).read_bytes()), locale=code)


def update(code: str) -> tuple[int, int]:
    """Bring one catalogue up to date; returns how many messages it has, and how many of them wait for a translation."""
    template = Catalog()
    for message in messages():
        template.add(message)
    catalogue = read_catalogue(code)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalogue, width=_WIDTH, no_location=True, sort_output=True)
    lines = written.getvalue().decode("utf-8").splitlines(keepends=True)
    stable = [each for each in lines if not each.startswith(tuple(f'"{name}' for name in _UNSTABLE))]
    catalogue_file(code).write_text("".join(stable), encoding="utf-8")
    return len(catalogue), sum(not _is_translated(each) for each in catalogue if each.id)


def _is_translated(message: Translation) -> bool:
    """Whether every form of a message has its words."""
    forms = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(map(str.strip, forms))


def _of_code() -> Iterator[Message]:
    """Messages of this room's modules and templates."""
    room = Path(str(resources.files("dedup_assets.publishing")))
    for method, pattern, keywords in (
        ("python", "**.py", KEYWORDS),
        ("jinja2", "templates/**.html", _JINJA_KEYWORDS),
    ):
        found = extract_from_dir(room, [(pattern, method)], {pattern: _JINJA}, keywords)
        for _, _, message, _, _ in found:
            yield message if isinstance(message, str) else (message[0], message[1])


def _of_rules() -> Iterator[Message]:
    """The texts of every rule of every suite."""
    for suite in sorted((PROJECT / "expectations").glob("*.json")):
        for rule in json.loads(suite.read_text(encoding="utf-8")).get("expectations", []):
            yield rule["description"]
            yield from (rule["meta"][name] for name in _RULE_TEXTS)


def _of_departments() -> Iterator[Message]:
    """Title and system of the departments that are shipped."""
    for document in sorted(settings().departments.glob("*/defs.yaml")):
        attributes = yaml.safe_load(document.read_text(encoding="utf-8"))["attributes"]
        yield from (attributes["title"], attributes["system"])


def _of_policy() -> Iterator[Message]:
    """What the data are wanted for."""
    policy = yaml.safe_load(settings().policy.read_text(encoding="utf-8"))
    yield from (each["title"] for each in policy["purposes"].values())


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != SOURCE:
            total, waiting = update(language)
            print(f"{catalogue_file(language).name}: {total} messages, {waiting} without a translation")  # noqa: T201  # a developer's command
