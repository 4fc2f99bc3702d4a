"""A bundle's findings, ledger and scores made again from its inputs, and held to the bundle byte for byte.

Put here which tables can be made again without the restricted departments, and what is said of the rest. Keep out the
steps (``reperform_steps.py``) and the comparison (``reperform_compare.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.check_contents import read
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.period import Scope
from dedup_assets.evidence.reperform_compare import Compared, compare
from dedup_assets.evidence.reperform_decisions import take_decisions
from dedup_assets.evidence.reperform_inputs import rows_of, start
from dedup_assets.evidence.reperform_steps import perform
from dedup_assets.evidence.tables import FINDING, TABLES, Table, lines_of
from dedup_assets.evidence.versions import versions
from dedup_assets.review.store import store_of
from dedup_assets.warehouse import CITY, Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from dedup_assets.engines import Progress
    from dedup_assets.settings import Settings

# What the city's pool alone decides, though it is said of the city.
_OF_OPEN_DEPARTMENTS = frozenset({"impact_total"})


@dataclass(frozen=True, slots=True)
class Reperformed:
    """What came out. ``left``: what the comparison does not cover, and why, line by line."""

    bundle: str
    inputs: int
    tables: tuple[Compared, ...]
    left: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether every compared table is the same bytes."""
        return all(each.equal for each in self.tables)

    def says(self) -> list[str]:
        """The result, line by line: tables with differences first, each with its rows."""
        lines = [f"{self.bundle}: {self.inputs} input files are those that the bundle names"]
        for each in sorted(self.tables, key=lambda its: its.equal):
            lines += _table_says(each)
        return [*lines, *self.left]


def reperform(
    bundle: Path, landing: Path, registry: Path, own: Settings, work: Path, *, show: int, progress: Progress,
    notice: Callable[[str], None],
) -> Reperformed:  # fmt: skip
    """Make the tables of a verified bundle again in ``work``, an empty folder, and compare.

    ``landing`` and ``registry`` hold the inputs, with the images beside the manifests; ``show``: how many rows of each
    side a difference shows.

    Raises InputError for an input that is not the one that the bundle names, Fault for a bundle that does not hang
    together, UserError for a bundle of the committee's tier.
    """
    about = read(bundle, layout.BUNDLE)
    if about["tier"] != "auditor":
        raise UserError(f"{about['bundle']} lacks evidence and reasons, so it cannot be made again; take the auditor's")
    begin = start(bundle, landing, registry, work)
    home = Home(work / "home")
    decisions = take_decisions(bundle, store_of(home, CITY))
    restricted = [each["name"] for each in about["departments"] if each["restricted"]]
    dates = sorted({date.fromisoformat(row["as_of"]) for row in rows_of(bundle, "period")})
    perform(home, begin, own, dates, whole=not restricted, progress=progress, notice=notice)
    scope = Scope(date.fromisoformat(about["period"]), about["is_newest_period"], about["tier"], begin.departments)
    with home.warehouse(CITY).read() as con:
        tables = tuple(_compare_all(con, bundle, scope, about["tables"], city=not restricted, show=show))
    return Reperformed(about["bundle"], begin.checked, tables, tuple(_left(bundle, about, restricted, decisions)))


def _compare_all(
    con: duckdb.DuckDBPyConnection, bundle: Path, scope: Scope, stated: Sequence[dict[str, Any]], *, city: bool,
    show: int,
) -> Iterator[Compared]:  # fmt: skip
    """Every table of the bundle that can be made again. ``city``: also what is said of the city as a whole."""
    there = {each["name"] for each in stated if "rows" in each}
    for about in (FINDING, *TABLES):
        if about.name not in there or (about.name == "score_order" and not city):
            continue
        names = {*scope.unrestricted, *([CITY] if city or about.name in _OF_OPEN_DEPARTMENTS else [])}
        made = (line for line in lines_of(con, scope, about)[1] if _is_of(line, names))
        yield compare(about.name, (line for line in _lines(bundle, about) if _is_of(line, names)), made, show)


def _lines(bundle: Path, about: Table) -> Iterator[bytes]:
    with (bundle / layout.table(about.name)).open("rb") as file:
        for line in file:
            yield line.removesuffix(b"\n")


def _is_of(line: bytes, names: set[str]) -> bool:
    """Whether a row is about one of these, or about none: the policies and decisions name no department."""
    try:
        return dict(json.loads(line)).get("department") in {None, *names}
    except (ValueError, TypeError) as error:
        raise Fault(layout.TABLES, f"{line[:80]!r} is no row ({error})") from error


def _table_says(each: Compared) -> list[str]:
    if each.equal:
        return [f"equal      {each.table}: {each.rows:,} rows, byte for byte"]
    if not each.missing and not each.added:
        return [f"DIFFERENT  {each.table}: the same {each.rows:,} rows in another order"]
    counts = f"{each.missing:,} rows only in the bundle (-), {each.added:,} only made again (+)"
    return [f"DIFFERENT  {each.table}: {counts}, of {each.rows:,} rows", *each.shown]


def _left(bundle: Path, about: dict[str, Any], restricted: Sequence[str], decisions: int) -> Iterator[str]:
    """What the comparison does not cover."""
    if restricted:
        yield (
            f"not made again: counts and scores of {', '.join(restricted)}, which are restricted, and those of the "
            "city, of which they are part"
        )
    for each in about["tables"]:
        if "absent" in each:
            yield f"not made again: {each['name']}, which is not in this bundle: {each['absent']}"
    yield f"taken from the bundle: what people decided ({decisions} entries)"
    yield f"not compared: {layout.GX_RESULTS} and {layout.MEASUREMENTS}, which say again what tables say"
    yield "not in a bundle: reports of wrong parcels; a finding that rests on one shows as a difference"
    yield "not in a bundle: digests of all image files; one that was exchanged since shows by what it changes"
    stated, here = read(bundle, layout.VERSIONS), versions()
    others = [name for name in ("product", "packages", "python") if stated[name] != here[name]]
    if others:
        yield f"made with other software than {layout.VERSIONS} names: {', '.join(others)}"
