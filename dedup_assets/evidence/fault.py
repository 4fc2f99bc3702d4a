"""What is wrong with a bundle, and where. Put here the word alone."""

from __future__ import annotations

from dedup_assets.errors import UserError


class Fault(UserError):  # noqa: N818 - the word of the room's users; what is wrong is the bundle, not the program
    """The first thing that is wrong: in which file, and what was expected and found."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{shown(where)}: {what}")
        self.where = where


def shown(name: str) -> str:
    """A file's name on one line, whatever somebody called it: a line break in it could pretend to be a verdict."""
    return name if name.isprintable() else ascii(name)
