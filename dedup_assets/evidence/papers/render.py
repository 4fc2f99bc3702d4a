"""A paper as a web page and as Markdown: the same blocks, set twice.

Put here how blocks are set. Keep out what they say. Whatever they say may come from a manifest, so both escape it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from dedup_assets.engines.beside import beside
from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Points, Table, Text

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.evidence.papers.paper import Block, Paper

# What Markdown or HTML inside it would take for markup.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|&~])")
# A line that would begin a list or a rule: the sign is escaped, for a backslash before a digit would be shown.
_START = re.compile(r"^(\s*)([-+=])|^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)
_BLANK = "______________________________"


def write(paper: Paper, folder: Path) -> list[Path]:
    """Write both forms into ``folder``, which must exist; returns their paths."""
    paths = []
    for suffix, content in ((".html", html(paper)), (".md", markdown(paper))):
        path = folder / f"{paper.name}{suffix}"
        with beside(path) as part:
            part.write_text(content, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def html(paper: Paper) -> str:
    """The paper as one page."""
    return _environment().get_template("paper.html").render(paper=paper)


def markdown(paper: Paper) -> str:
    """The paper as Markdown."""
    parts = [f"# {_plain(paper.title)}", f"**{_plain(paper.draft)}**", *(_block(each) for each in paper.blocks)]
    return "\n\n".join(parts) + "\n"


@cache
def _environment() -> Environment:
    """A name that a template misspells is an error, not a blank."""
    return Environment(
        loader=PackageLoader("dedup_assets.evidence.papers", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_plain(block.text)}"
        case Text():
            return _plain(block.text)
        case Points():
            return "\n".join(f"- {'[ ] ' if block.boxes else ''}{_cell(each)}" for each in block.points)
        case Fields():
            return "\n".join(f"- **{_cell(name)}:** {_cell(said)}" for name, said in block.pairs)
        case Blanks():
            return "\n".join(f"- **{_cell(each)}:** {_BLANK}" for each in block.names)
        case Table():
            head = f"| {' | '.join(_cell(each) for each in block.columns)} |"
            rule = f"|{' --- |' * len(block.columns)}"
            rows = [f"| {' | '.join(_cell(each) for each in row)} |" for row in block.rows]
            return "\n".join([f"**{_plain(block.caption)}**", "", head, rule, *rows])


def _plain(said: str) -> str:
    return _START.sub(r"\1\3\\\2\4", _MARKUP.sub(r"\\\1", said))


def _cell(said: str) -> str:
    return _plain(" ".join(said.split()))
