"""The identifiers that file names carry: parcel numbers, permit numbers and PINs.

Put here how they are found and read. Keep out what they say about a record (``attribution_file_name.sql``). Only whole
identifiers are taken, as the registry's parsers read them, and only those that the registry holds speak: ten digits may
be a telephone number, and ``2024-05-12`` is no parcel whose zeros were lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.registry import apn, permit, pin
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from dedup_assets.registry.identity import Identity

_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9])"
_PERMIT = re.compile(_ALONE.format(r"[0-9]{5}[-_ ]?[0-9]{5}[-_ ]?[0-9]{5}"))
_PIN = re.compile(_ALONE.format(r"(?:[0-9]{3}[AB][0-9]{3}|[0-9]{3}-[0-9][AB][0-9]{3}) *[0-9]{1,5}"), re.IGNORECASE)
_APN = re.compile(_ALONE.format(r"[2-8][0-9]{3}[-_ ]?[0-9]{3}[-_ ]?[0-9]{3}"))
_BATCH = 50_000
_NAMED = pa.schema({"name": pa.string(), "kind": pa.string(), "canonical": pa.string()})


def read_names(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``attribution_named``: target_id, row_no, kind, canonical of each identifier in a record's file name.

    Expects the temporary tables ``fact_own``, ``fact_target`` and the macros of ``fact_macro.sql``.
    """
    con.execute(query("findings.attribution", "attribution_name"))
    names: pa.Table = con.sql(query("findings.attribution", "attribution_distinct_name")).to_arrow_table()
    tables = [_NAMED.empty_table()]
    for batch in names.to_batches(_BATCH):
        found = [
            (name, each.kind, each.canonical) for name in batch["name"].to_pylist() for each in identifiers_in(name)
        ]
        columns = [pa.array(values, pa.string()) for values in zip(*found, strict=True)]
        tables += [pa.table(columns, schema=_NAMED)] if found else []
    con.register("attribution_read", pa.concat_tables(tables))
    con.execute(query("findings.attribution", "attribution_named"))
    con.unregister("attribution_read")


def identifiers_in(name: str) -> Iterator[Identity]:
    """The identifiers of a file name that can be read without doubt, each once a place: permits, PINs, then APNs.

    What was read as one kind is not read again as another: the digits of a permit are no parcel.
    """
    for pattern, parse in ((_PERMIT, permit.parse), (_PIN, pin.parse), (_APN, apn.parse)):
        for found in pattern.findall(name):
            identity = parse(found, None)
            if identity.canonical is not None:
                yield identity
        name = pattern.sub("|", name)
