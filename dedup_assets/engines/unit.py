"""A unit's file: written whole or not at all, and not written twice.

Put here what every unit that leaves a Parquet file needs, on any engine. pyarrow is imported on use: units that only
give a small dict back do not pay for it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from dedup_assets.engines.beside import beside

if TYPE_CHECKING:
    import pyarrow as pa

    from dedup_assets.engines.engine import Unit

_KEY = b"unit"
# Keys of a unit that do not change what it writes: where it goes, what it counts for, what need not be tried again.
_APART = ("output", "weight", "refused", "refused_pages")


def digest(unit: Unit) -> str:
    """sha256 (hex) over the canonical JSON of what decides the unit's rows."""
    work = {key: value for key, value in unit.items() if key not in _APART}
    return hashlib.sha256(json.dumps(work, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def with_output(unit: Unit, folder: Path) -> Unit:
    """The unit with ``output``: a file below ``folder`` named after its digest."""
    return {**unit, "output": str(folder / f"{digest(unit)}.parquet")}


def is_written(unit: Unit) -> bool:
    """Whether ``unit["output"]`` holds what this unit writes, from an earlier run that was interrupted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(unit["output"]).metadata or {}
    except (OSError, pa.ArrowInvalid):  # absent, or no Parquet file
        return False
    return bool(metadata.get(_KEY) == digest(unit).encode())


def write(unit: Unit, table: pa.Table) -> None:
    """Write ``table`` to ``unit["output"]``, beside and renamed, so that the file is whole whenever it exists."""
    import pyarrow.parquet as pq

    output = Path(unit["output"])
    stamped = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: digest(unit).encode()})
    with beside(output) as part:
        pq.write_table(stamped, part)
