"""Drawing a sample: by department and rule from open findings, by department from records without one.

Within a stratum the cases with the lowest sha256(seed|case id) are drawn, so whoever knows the ids and the seed draws
the same ones with ``sha256sum``. Put here the drawing. Keep out what a sheet shows (``sheets.py``).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.evidence.canonical import canonical
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb


class SampleError(UserError):
    """There is nothing to draw from, or results do not fit their sample; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``kind``: finding, or record (one without an open finding); ``place``: in its stratum, from 1.

    ``population``: how many cases its stratum has. ``row_no`` is None of a finding about a whole delivery, which may
    have no manifest either.
    """

    case_id: str
    kind: str
    department: str
    rule_id: str | None
    population: int
    place: int
    subject: str
    delivery_id: str | None
    row_no: int | None
    condition: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: ``sample_id`` is S- and 16 digits of the sha256 of everything that ``stated`` says but itself."""

    sample_id: str
    as_of: date
    seed: int
    per_stratum: int
    cases: tuple[Case, ...]

    def stated(self) -> dict[str, Any]:
        """What is written down of a sample: seed, size, and every case with its stratum; no values of any record."""
        return {"sample_id": self.sample_id, **_stated(self.as_of, self.seed, self.per_stratum, self.cases)}


def draw(con: duckdb.DuckDBPyConnection, departments: Sequence[str], seed: int, per_stratum: int) -> Sample:
    """Draw at most ``per_stratum`` cases of each stratum of ``departments``, which are of the pool of ``con``.

    Raises SampleError when there is nothing to draw.
    """
    given = {"departments": list(departments), "seed": str(seed), "per_stratum": per_stratum}
    cases = tuple(
        Case(**dict(zip((each[0] for each in found.description or ()), row, strict=True)))
        for name in ("sample_finding", "sample_record")
        for found in [con.execute(query("evidence.sampling", name), given)]
        for row in found.fetchall()
    )
    if not cases:
        raise SampleError("there is neither an open finding nor a record to draw; run `dedup run` first")
    as_of: date = con.execute(
        query("evidence.sampling", "sample_as_of"), {"departments": list(departments)}
    ).fetchall()[0][0]
    whole = hashlib.sha256(canonical(_stated(as_of, seed, per_stratum, cases))).hexdigest()
    return Sample(f"S-{whole[:16]}", as_of, seed, per_stratum, cases)


def _stated(as_of: date, seed: int, per_stratum: int, cases: Sequence[Case]) -> dict[str, Any]:
    told = ("case_id", "kind", "department", "rule_id", "population", "place")
    return {
        "as_of": as_of.isoformat(),
        "seed": seed,
        "per_stratum": per_stratum,
        "order": "sha256(seed|case_id), lowest first, within department and rule",
        "cases": [{name: asdict(each)[name] for name in told} for each in cases],
    }
