"""The assets that a whole pool shares: what its identifiers mean, and which of its contents match.

The city's pool has them once (``defs/citywide.py``); every restricted department has its own, inside its enclave.

No ``from __future__ import annotations`` in this module: Dagster reads a step's annotations when it is defined.
"""

from collections.abc import Sequence
from typing import TypedDict

import dagster as dg

from dedup_assets.components import steps
from dedup_assets.components.city import City
from dedup_assets.components.histogram import histogram_metadata
from dedup_assets.components.lineage import pool_lineage
from dedup_assets.components.metadata import table_metadata
from dedup_assets.components.retry import tried_once
from dedup_assets.deliveries.department import Department
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY


def assets(
    pool: str, group: str, departments: Sequence[Department], *, has_identifiers: bool
) -> list[dg.AssetsDefinition]:
    """The assets of one pool, in the Dagster group ``group``.

    A pool whose contracts map no APN, PIN or permit number needs no registry, one without images no matches.
    """
    about = Shared(
        group_name=group,
        owners=[settings().city_owner] if pool == CITY else sorted({each.owner for each in departments}),
        tags={"tier": "open"} if pool == CITY else steps.tier(departments[0]),
        kinds={"duckdb"},
    )
    shared = [registry(pool, about), identifier(pool, about, departments)] if has_identifiers else []
    if any(each.has_images for each in departments):
        shared.append(match(pool, about, departments))
    return shared


class Shared(TypedDict):
    """What Dagster is told of every asset of one pool: whose it is, and in which tier."""

    group_name: str
    owners: list[str]
    tags: dict[str, str]
    kinds: set[str]


def identifier(pool: str, about: Shared, departments: Sequence[Department]) -> dg.AssetsDefinition:
    """What every APN, PIN and permit number of the pool's records means."""

    @dg.asset(
        key=[pool, "identifier"],
        **about,
        deps=[[pool, "parcel"], *[steps.key(each, "image_record") for each in departments]],
        description="Every raw identifier of the image records: canonical form, status, repairs, candidates.",
    )
    @tried_once
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.registry.forensics_batch import write_batch_damage
        from dedup_assets.registry.resolve import resolve_identifiers

        with city.connect(pool) as con:
            report = resolve_identifiers(con, context.log.info)
            damage = write_batch_damage(con, context.log.info)
            numbers = {**report.by_status, "damaged_columns_of_batches": len(damage)}
            lineage = pool_lineage("identifier", [(each, city.contract(each.name)) for each in departments])
            return dg.MaterializeResult(metadata=table_metadata(con, "identifier", report.rows, numbers, lineage))

    return step


def registry(pool: str, about: Shared) -> dg.AssetsDefinition:
    """Parcels, permits and PIN-APN relations of record."""

    @dg.asset(
        key=[pool, "parcel"],
        **about,
        description="Parcels, permits and PIN-APN relations of record, from the registry's reference files.",
    )
    @tried_once
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.registry.reference import load_registry

        with city.connect(pool) as con:
            report = load_registry(con, city.settings.registry_url, city.say(context, "Registry"))
            return dg.MaterializeResult(
                metadata=table_metadata(
                    con,
                    "parcel",
                    report.parcels,
                    {"permits": report.permits, "pins": report.pins, "registry_version": report.version},
                )
            )

    return step


def match(pool: str, about: Shared, departments: Sequence[Department]) -> dg.AssetsDefinition:
    """Pairs and groups of contents that look alike."""

    @dg.asset(
        key=[pool, "match"],
        **about,
        deps=[steps.key(each, "image_file") for each in departments if each.has_images],
        description="Pairs of contents that may show the same, what looking at their pixels says, and their groups.",
    )
    @tried_once
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.images.algorithm import ALGORITHM_VERSION
        from dedup_assets.images.limits import Limits
        from dedup_assets.matching.match_contents import match_contents
        from dedup_assets.matching.pixel_judge import PixelJudge
        from dedup_assets.matching.places import content_places

        with city.connect(pool) as con:
            judge = PixelJudge(
                city.engine(),
                Limits.of(city.settings),
                content_places(con, {each.name: city.department_root(each) for each in departments}),
                units=city.home.units(pool) / "verification",
                shelf=city.home.pictures(pool),
                progress=city.progress(context, "Matching"),
            )
            report = match_contents(con, ALGORITHM_VERSION, city.say(context, "Matching"), judge=judge)
            judge.forget()
            lineage = pool_lineage("match", [(each, city.contract(each.name)) for each in departments])
            metadata = table_metadata(con, "match", sum(report.verdicts.values()), report.numbers(), lineage)
            drawn = histogram_metadata(report.histogram) if report.new else None
            return dg.MaterializeResult(metadata=metadata | ({"distances": drawn} if drawn else {}))

    return step
