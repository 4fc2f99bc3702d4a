"""A sample from a pool to a folder: drawn, noted in the store, its sheets and its file of results written.

Put here the order of these, and who may be drawn into which folder. Keep out each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from dedup_assets.engines.beside import beside
from dedup_assets.evidence.canonical import document
from dedup_assets.evidence.papers.render import html
from dedup_assets.evidence.sampling.draw import SampleError, draw
from dedup_assets.evidence.sampling.results import results_csv
from dedup_assets.evidence.sampling.sheets import sheets
from dedup_assets.findings.precision import Precision, precision
from dedup_assets.findings.suites import load_rules
from dedup_assets.review.audit_load import load_audit_results
from dedup_assets.review.audit_store import audits_of
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from dedup_assets.deliveries.department import Department
    from dedup_assets.review.audit_store import AuditStore
    from dedup_assets.warehouse import Home

_MODE = 0o700  # ids and values of records are not for everybody on the machine


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn. ``is_new``: the same sample was not drawn here before."""

    sample_id: str
    findings: int
    records: int
    is_new: bool
    files: tuple[Path, ...]


def sampled_pool(departments: Sequence[Department], name: str | None) -> tuple[str, list[Department]]:
    """The pool and the departments to draw from: every unrestricted one, or the one of that name.

    Raises SampleError for a name that is none.
    """
    if name is None:
        return CITY, [each for each in departments if not each.restricted]
    found = [each for each in departments if each.name == name]
    if not found:
        raise SampleError(f"there is no department {name}; there are {', '.join(each.name for each in departments)}")
    return (name if found[0].restricted else CITY), found


def draw_sample(
    home: Home, departments: Sequence[Department], own_rules: Path, *, department: str | None, seed: int,
    per_stratum: int, out: Path, at: datetime,
) -> Drawn:  # fmt: skip
    """Draw a sample, note it in the pool's store, and write ``sample.json``, the sheets and ``results.csv`` to ``out``.

    Of a restricted department ``out`` must lie in its enclave. The same home, seed and size give the same files.

    Raises SampleError for a folder outside the enclave, one that has files, and when there is nothing to draw.
    """
    pool, chosen = sampled_pool(departments, department)
    _allow(home, pool, out)
    with home.warehouse(pool).read() as con:
        sample = draw(con, [each.name for each in chosen], seed, per_stratum)
        papers = list(sheets(con, sample, {each.name: each.title for each in chosen}, load_rules(own_rules)))
    contents = {
        "sample.json": document(sample.stated()),
        "results.csv": results_csv(sample).encode(),
        **{f"{each.name}.html": html(each).encode() for each in papers},
    }
    out.mkdir(mode=_MODE, parents=True, exist_ok=True)
    for name, content in contents.items():
        with beside(out / name) as part:
            part.write_bytes(content)
    is_new = audits_of(home, pool).draw(sample.stated(), at=at)
    findings = sum(each.kind == "finding" for each in sample.cases)
    files = tuple(out / name for name in contents)
    return Drawn(sample.sample_id, findings, len(sample.cases) - findings, is_new, files)


def precision_so_far(store: AuditStore) -> list[Precision]:
    """What auditors found, by rule, as the store has it now; the warehouse knows it from the next run on."""
    with duckdb.connect() as con:
        con.execute(query("warehouse.schema", "audit_result"))
        load_audit_results(con, store)
        return precision(con)


def precision_sentence(about: Precision) -> str:
    """One line about one rule, or about records without a finding, for a person at a terminal."""
    if about.rule_id is None:
        drawn = f"auditors found {about.confirmed} of {about.judged} records without a finding to be in order"
    else:
        drawn = f"{about.rule_id}: auditors confirmed {about.confirmed} of {about.judged} findings they drew"
    unsure = f"; of {about.cannot_tell} more they could not tell" if about.cannot_tell else ""
    if not about.judged:
        return f"{drawn}{unsure}"
    low, high = (f"{100 * each:.1f}" for each in about.interval)
    return f"{drawn}; {'precision' if about.rule_id else 'right'} {low} to {high} %{unsure}"


def _allow(home: Home, pool: str, out: Path) -> None:
    enclave = home.root / "enclaves" / pool
    if pool != CITY and not out.resolve().is_relative_to(enclave.resolve()):
        raise SampleError(f"{pool} is restricted: its sample may not leave its enclave; give --out below {enclave}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SampleError(f"{out} is not an empty folder; what auditors filled in must not be written over")
