"""One bundle: read the pools, write the bag beside its place, sign it, put it there.

Put here the order of the steps. What a file holds stands in the other modules of this room, where it lies in
``layout.py``.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from textwrap import fill
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.evidence import chain, crate, layout
from dedup_assets.evidence.bag import Bag
from dedup_assets.evidence.canonical import document
from dedup_assets.evidence.decisions import write_decisions
from dedup_assets.evidence.documents import copy_documents, rules_of_results
from dedup_assets.evidence.gx_results import write_gx_results
from dedup_assets.evidence.inputs import inputs
from dedup_assets.evidence.leaves import Leaves, write_absent, write_enclave, write_findings
from dedup_assets.evidence.measurements import measurements
from dedup_assets.evidence.merkle import Tree
from dedup_assets.evidence.period import scope
from dedup_assets.evidence.retention import retention
from dedup_assets.evidence.salt import Openings, Salts, openings
from dedup_assets.evidence.signatures import sign
from dedup_assets.evidence.statement import CLAIM, predicate, statement
from dedup_assets.evidence.tables import write_tables
from dedup_assets.evidence.versions import versions
from dedup_assets.scoring.measure import stored_measures
from dedup_assets.scoring.policies import load_policies
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from dedup_assets.deliveries.department import Department
    from dedup_assets.evidence.period import BundleTier, Scope
    from dedup_assets.evidence.timestamp import Authority
    from dedup_assets.settings import Settings
    from dedup_assets.warehouse import Home

# Auditors' rows and ids are not for everybody on the machine.
_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a bundle of. ``holds``: why it must be kept longer than its clock says."""

    period: str
    tier: BundleTier = "auditor"
    corrects: str | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, who witnesses, and whose time it is."""

    key: Ed25519PrivateKey
    witness: Ed25519PrivateKey | None = None
    authority: Authority | None = None


@dataclass(frozen=True, slots=True)
class Bundled:
    """What was made. ``root`` and ``link`` hexadecimal; ``bytes`` of the payload."""

    path: Path
    as_of: date
    root: str
    link: str
    leaves: int
    files: int
    bytes: int


def bundle(
    home: Home,
    departments: Sequence[Department],
    own: Settings,
    asked: Asked,
    signing: Signing,
    *,
    out: Path,
    runs: Mapping[str, str],
) -> Bundled:
    """Make the bundle of a period in the folder of bundles ``out``. The caller holds the home's run lock.

    ``runs``: the Dagster run that last made each table, by asset key. The same home, key and folder give the same
    bytes, but for a time stamp. A failure leaves nothing.

    Raises PeriodError for a period that the calendar has not, ChainError for one that has a bundle, SignatureError,
    TimestampError, and UserError for a document that cannot be read or a folder that cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out} cannot be a folder of bundles ({error.strerror}); name another with --out") from error
    with _reading(home, CITY) as con:
        about = scope(con, asked.period, asked.tier, departments)
        place = chain.place_for(out, about, asked.corrects)
        with _building(out / place.name) as folder:
            bag = Bag(folder)
            chained = _payload(con, home, own, about, place=place, asked=asked, bag=bag, runs=runs)
            signed = bag.seal(place.name, about.as_of, verify_text())
            payload = statement(signed, predicate(con, about, load_policies(own.policy), chained))
            sign(folder, payload, signing.key, signing.authority)
            if signing.witness is not None:
                sign(folder, payload, signing.witness, signing.authority)
    files = bag.payload().values()
    return Bundled(
        path=out / place.name,
        as_of=about.as_of,
        root=chained["root"],
        link=chained["link"],
        leaves=chained["leaves"],
        files=len(files),
        bytes=sum(each.size for each in files),
    )


def verify_text() -> bytes:
    """``VERIFY.txt``: the commands, and what a signature says."""
    commands = resources.files("dedup_assets.evidence").joinpath("verify.txt").read_text(encoding="utf-8")
    return f"{commands}\n{fill(CLAIM, 118)}\n".encode()


@contextmanager
def _reading(home: Home, pool: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that only reads, with bounded memory."""
    with home.warehouse(pool).read() as con:
        con.execute(query("evidence", "bounds"))
        yield con


@contextmanager
def _building(path: Path) -> Iterator[Path]:
    """A folder to build in, which takes its place when the block ends without an error."""
    part = path.with_name(f".{path.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a bundle that was broken off
    part.mkdir(mode=_MODE)
    try:
        yield part
        part.rename(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _payload(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    own: Settings,
    about: Scope,
    *,
    place: chain.Place,
    asked: Asked,
    bag: Bag,
    runs: Mapping[str, str],
) -> dict[str, Any]:
    """Write everything below data/; returns what ``chain.json`` says."""
    stated = versions()
    with ExitStack() as stack:
        opened = {
            name: stack.enter_context(openings(home.pool(name), place.name, Salts(home.pool(name), about.as_of)))
            for name in about.restricted
            if (home.root / "enclaves" / name / "warehouse.duckdb").exists()
        }
        bag.write(layout.INPUTS, document(inputs(con, about, opened)))
        copy_documents(about, own, bag)
        write_gx_results(con, about, own.expectations, bag)
        write_decisions(con, home, about, opened, bag)
        tables = write_tables(con, about, bag)
        finding, tree = _findings(con, home, about, opened, bag)
    chained = chain.chain(place, tree.root(), tree.size)
    for path, value in {
        layout.BUNDLE: _bundle(about, place, [finding, *tables], rules_of_results(con, about, own)),
        layout.CHAIN: chained,
        layout.MEASUREMENTS: measurements(stored_measures(con, _measured(about)), about.as_of),
        layout.RETENTION: retention(about.as_of, own.final_report, asked.holds),
        layout.RUNS: {"assets": dict(runs), "runs": sorted(set(runs.values()))},
        layout.VERSIONS: stated,
    }.items():
        bag.write(path, document(value))
    bag.write(layout.CRATE, document(crate.crate(about, place.name, bag.payload(), stated, sorted(set(runs.values())))))
    return chained


def _findings(
    con: duckdb.DuckDBPyConnection, home: Home, about: Scope, opened: Mapping[str, Openings], bag: Bag
) -> tuple[dict[str, Any], Tree]:
    """Write the findings of the city and the leaves of every pool."""
    with bag.open(layout.LEAVES) as file:
        leaves = Leaves(file, Tree())
        finding = write_findings(con, about, bag, leaves, Salts(home.pool(CITY), about.as_of))
        for name in sorted(about.restricted):
            if name not in opened:
                write_absent(name, leaves, Salts(home.pool(name), about.as_of))
                continue
            with _reading(home, name) as enclave:
                write_enclave(enclave, name, about, leaves, opened[name])
    return finding, leaves.tree


def _measured(about: Scope) -> list[str]:
    return [*about.counted, CITY] if about.tier == "auditor" else about.counted


def _bundle(
    about: Scope, place: chain.Place, tables: Sequence[Mapping[str, Any]], other_rules: Sequence[str]
) -> dict[str, Any]:
    return {
        "format": layout.FORMAT,
        "bundle": place.name,
        "period": about.as_of.isoformat(),
        "is_newest_period": about.is_newest,
        "tier": about.tier,
        "corrects": place.corrects,
        "departments": [
            {"name": each.name, "title": each.title, "restricted": each.restricted} for each in about.departments
        ],
        "judged_by_other_rules": list(other_rules),
        "tables": sorted(tables, key=lambda each: str(each["name"])),
    }
