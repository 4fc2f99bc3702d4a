"""Values from a person or a pipe, each with what it means: what ``dedup identify`` prints.

Plain Python over the reference files, with no DuckDB, so that it answers at once. Keep out reading standard input and
printing, which are the command line's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.registry.folder import find_files
from dedup_assets.registry.membership import PARSERS, known_from_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def identify(kind: str, values: Iterable[str], registry: str | None = None) -> Iterator[dict[str, Any]]:
    """One dict a value, in order: raw, canonical, status, repairs, candidates, in_registry.

    ``kind`` is apn, pin or permit; ``registry`` a folder of reference files (or fsspec URL), read before the first
    value. Without one nothing that needs its support is repaired. A value is kept as it is but for its line terminator.

    Raises UserError for another kind, RegistryError when the registry cannot be read.
    """
    if kind not in PARSERS:
        raise UserError(f"there is no kind of identifier {kind!r}; it is one of {', '.join(PARSERS)}")
    parse = PARSERS[kind]
    entries = known_from_files(kind, find_files(registry)) if registry else None
    for value in values:
        raw = value.removesuffix("\n").removesuffix("\r") if value.endswith("\n") else value
        yield parse(raw, entries).as_dict()
