"""Reading ``.sql`` files. Put no SQL text here."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def query(room: str, name: str) -> str:
    """The text of ``dedup_assets/<room>/<name>.sql``.

    Parameters are bound by the caller (``con.execute(query(...), {...})``); nothing is ever formatted in.

    Raises FileNotFoundError when the room has no such file.
    """
    return resources.files("dedup_assets").joinpath(*room.split("."), f"{name}.sql").read_text(encoding="utf-8")
