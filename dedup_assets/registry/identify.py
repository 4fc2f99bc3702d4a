"""Values from a person or a pipe, each with what it means: what ``dedup identify`` prints.

Plain Python over the reference files, with no DuckDB, so that it answers at once. Keep out reading standard input and
printing, which are the command line's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.registry.folder import find_files
from dedup_assets.registry.membership import PARSERS, apns_from_files, known_from_files
from dedup_assets.registry.police import BOOKING_FORM, booking_parser
from dedup_assets.registry.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup_assets.registry.identity import Known


def identify(
    kind: str, values: Iterable[str], registry: str | None = None, booking_form: str = BOOKING_FORM
) -> Iterator[dict[str, Any]]:
    """One dict a value, in order: raw, canonical, status, repairs, candidates, in_registry.

    ``kind`` is apn, pin, permit, reference (of an old permit), dr or booking; ``registry`` a folder of reference files
    (or fsspec URL), read before the first value. Without one nothing that needs its support is repaired. A retired APN
    is stale, its successors the candidates. Jurisdiction is told by the registry's tables alone, for it takes geometry.
    ``booking_form`` is the regular expression of a booking number. A value is kept as it is but for its line
    terminator.

    Raises UserError for another kind or a form that is no regular expression, RegistryError when the registry cannot be
    read.
    """
    if kind not in PARSERS:
        raise UserError(f"there is no kind of identifier {kind!r}; it is one of {', '.join(PARSERS)}")
    parse = booking_parser(booking_form) if kind == "booking" else PARSERS[kind]
    files = find_files(registry) if registry else []
    entries: Known | None = None
    standing = Standing()
    if files and kind == "apn":
        entries, lineage = apns_from_files(files)
        standing = Standing(lineage)
    elif files:
        entries = known_from_files(kind, files)
    for value in values:
        raw = value.removesuffix("\n").removesuffix("\r") if value.endswith("\n") else value
        yield standing.of(parse(raw, entries)).as_dict()
