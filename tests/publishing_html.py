"""Reading published pages without a browser: balanced elements, their attributes and their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VOID = {"meta", "link", "br", "img"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text below, blanks collapsed."""
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[Element]:
        """Every element of a tag below, in order."""
        found = []
        for child in self.children:
            found += [child] if child.tag == tag else []
            found += child.all(tag)
        return found

    def every(self) -> list[Element]:
        """Every element below, in order."""
        return [each for child in self.children for each in (child, *child.every())]

    def rows(self, caption: str) -> list[list[str]]:
        """The cells of the body of the one table whose caption contains ``caption``."""
        [table] = [each for each in self.all("table") if caption in each.all("caption")[0].text]
        [body] = table.all("tbody")
        return [[cell.text for cell in row.children if cell.tag in {"th", "td"}] for row in body.all("tr")]

    def section(self, heading: str) -> Element:
        """The section whose h2 is ``heading``."""
        [found] = [each for each in self.all("section") if [h.text for h in each.all("h2")] == [heading]]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)


def read_page(path: Path) -> Element:
    """The document; fails on an element that is not closed, or closed by another."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert [each.tag for each in reader.open] == ["document"], f"{path.name}: not closed: {reader.open[-1].tag}"
    return reader.open[0]
