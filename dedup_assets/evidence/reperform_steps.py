"""The results made again: the rooms one after the other, in a fresh pool, without Dagster.

The order is that of ``defs/citywide.py`` and ``components/``, which say it to Dagster. Put here the order. Keep out
what is read (``reperform_inputs.py``) and the comparison (``reperform_compare.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.read import read_deliveries
from dedup_assets.engines.local import LocalEngine
from dedup_assets.findings.causes.find import find_causes
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.impact.measure import measure_impact, sum_impact
from dedup_assets.findings.ledger import build_ledger, city_ledger
from dedup_assets.findings.rules import apply_rules
from dedup_assets.findings.suites import load_rules
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.limits import Limits
from dedup_assets.images.observe import observe_images
from dedup_assets.matching.match_contents import match_contents
from dedup_assets.matching.pixel_judge import PixelJudge
from dedup_assets.matching.places import content_places
from dedup_assets.registry.forensics_batch import write_batch_damage
from dedup_assets.registry.reference import load_registry
from dedup_assets.registry.resolve import resolve_identifiers
from dedup_assets.review.load import load_decisions
from dedup_assets.review.store import store_of
from dedup_assets.scoring.measure import measure
from dedup_assets.scoring.policies import load_policies
from dedup_assets.scoring.restate import restate_city, restate_department
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.engines import Progress
    from dedup_assets.evidence.reperform_inputs import Start
    from dedup_assets.settings import Settings
    from dedup_assets.warehouse import Home

# A unit has up to 128 images, and almost never one that takes its whole limit: an hour is a hang.
_HANG_SECONDS, _UNIT_IMAGES = 3600.0, 128


def perform(
    home: Home, begin: Start, own: Settings, dates: Sequence[date], *, whole: bool, progress: Progress,
    notice: Callable[[str], None],
) -> None:  # fmt: skip
    """Compute every table of the departments of ``begin`` in the city's pool of ``home``, which is fresh.

    ``dates``: the city's calendar. ``own``: what of the installation decides (limits of images, workers). ``whole``:
    these departments are all of the city, so it can be scored too. The decisions are those of the home's store.
    """
    contracts = {each.name: load_contract(begin.contracts / each.name / "contract.yaml") for each in begin.departments}
    hang = max(_HANG_SECONDS, _UNIT_IMAGES * own.image_seconds)
    with (
        home.warehouse(CITY).connect() as con,
        LocalEngine(own.workers, own.worker_memory_bytes, hang) as engine,
    ):
        for each in begin.departments:
            read_deliveries(con, str(begin.manifests), each, contracts[each.name], dates, notice)
        load_registry(con, str(begin.registry), notice)
        _look(con, home, begin, own, engine, progress=progress, notice=notice)
        resolve_identifiers(con, notice)
        write_batch_damage(con, notice)
        _judge(con, home, begin, contracts)
        _score(con, begin, contracts, whole=whole)


def _look(
    con: duckdb.DuckDBPyConnection, home: Home, begin: Start, own: Settings, engine: LocalEngine, *,
    progress: Progress, notice: Callable[[str], None],
) -> None:  # fmt: skip
    """The bytes behind the records, and which of them show the same."""
    roots = {each.name: str(begin.images / each.name) for each in begin.departments}
    pictured = [each for each in begin.departments if each.has_images]
    limits = Limits.of(own)
    for each in pictured:
        observe_images(
            con, each, roots[each.name], home.units(CITY), engine=engine, limits=limits, progress=progress,
            notice=notice,
        )  # fmt: skip
    if pictured:
        judge = PixelJudge(
            engine, limits, content_places(con, roots), units=home.units(CITY) / "verification",
            shelf=home.pictures(CITY), progress=progress,
        )  # fmt: skip
        match_contents(con, ALGORITHM_VERSION, notice, judge=judge)
        judge.forget()


def _judge(con: duckdb.DuckDBPyConnection, home: Home, begin: Start, contracts: Mapping[str, Contract]) -> None:
    """Facts, findings, causes, the ledger, and what the findings hold up."""
    rules = load_rules(begin.expectations)
    load_decisions(con, store_of(home, CITY))
    for each in begin.departments:
        build_facts(con, [each], contracts)
    for each in begin.departments:
        apply_rules(con, each, contracts[each.name], begin.expectations)
        find_causes(con, [each], rules)
        build_ledger(con, [each], rules)
        measure_impact(con, [each], rules)
    sum_impact(con, begin.departments)


def _score(con: duckdb.DuckDBPyConnection, begin: Start, contracts: Mapping[str, Contract], *, whole: bool) -> None:
    policies = load_policies(begin.policy)
    for each in begin.departments:
        measure(con, [each], contracts)
        restate_department(con, policies, each)
    if whole:
        city_ledger(con, begin.departments)
        restate_city(con, policies, begin.departments)
