"""How a department and the city did from date to date, as Dagster plots it: one partition a date of the calendar.

Put here the points and where they are told. Keep out what is measured (``scoring``, ``findings``). Dagster plots an
asset without partitions by the time of its runs, so that six months read in one run would lie on one upright line; a
trend has the deliveries' own dates. Its asset is only told of: the step of ``score_history`` knows its numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.components.metadata import plain
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY, Home

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dedup_assets.scoring.score import Score

# Far more than a plot shows (120): every date of ten years of monthly deliveries, told again a few times.
_MOST_TOLD = 1000

Numbers = dict[str, int | float | str | None]


def trend_asset(name: str, owners: Sequence[str], tags: Mapping[str, str]) -> dg.AssetSpec:
    """The trend of a department, or of the city, whose ``name`` is its group."""
    return dg.AssetSpec(
        key=trend_key(name),
        deps=[dg.AssetKey([name, "score_history"])],
        description="Score, bounds, coverage, backlog, new and closed findings at every date: see Metadata, Plots.",
        group_name=name,
        owners=owners,
        kinds={"duckdb"},
        tags=tags,
        partitions_def=dg.DynamicPartitionsDefinition(name=_dates(name)),
    )


def trend_key(name: str) -> dg.AssetKey:
    """The asset key of the trend of a department, or of the city."""
    return dg.AssetKey([name, "trend"])


def points(rows: Sequence[Score], moved: Mapping[date, Mapping[str, int]]) -> dict[str, Numbers]:
    """What is plotted of every date, oldest first: the score, and what ``ledger_totals`` says of the findings."""
    return {
        row.as_of.isoformat(): score_numbers(row) | dict(moved.get(row.as_of, {}))
        for row in sorted(rows, key=lambda each: each.as_of)
    }


def score_numbers(row: Score) -> Numbers:
    """What Dagster plots of one score."""
    return {
        "score": row.score,
        "lower": row.lower,
        "upper": row.upper,
        "coverage": row.coverage,
        "grade": row.grade,
        "images": row.images,
    }


def tell_trend(context: dg.AssetExecutionContext, name: str, told_now: Mapping[str, Numbers]) -> None:
    """Tell Dagster every date that is new or whose numbers changed, as after a late or superseding delivery."""
    _keep_in_order(context.instance, _dates(name), list(told_now))
    told_before = _told(context.instance, trend_key(name))
    for as_of, numbers in told_now.items():
        metadata = {key: plain(value) for key, value in numbers.items() if value is not None}
        if told_before.get(as_of) != {key: each.value for key, each in metadata.items()}:
            context.log_event(dg.AssetMaterialization(trend_key(name), partition=as_of, metadata=metadata))


def scorecard_link(name: str) -> dg.MetadataValue[str]:
    """Where the page of a department, or of the city, is published: an address that people reach, else its path."""
    own, page = settings(), f"{'index' if name == CITY else name}.html"
    if own.site_url:
        return dg.MetadataValue.url(f"{own.site_url}/{page}")
    return dg.MetadataValue.path(str(Home(own.home).site / page))


def _dates(name: str) -> str:
    return f"{name}_as_of"


def _keep_in_order(instance: dg.DagsterInstance, dates: str, wanted: Sequence[str]) -> None:
    """Make ``wanted`` the partitions, in this order: Dagster plots them in the order in which they were added."""
    known = list(instance.get_dynamic_partitions(dates))
    kept = [each for each, should in zip(known, wanted, strict=False) if each == should]
    if known[: len(kept)] != kept or len(kept) < len(known):
        kept = []
        for each in known:
            instance.delete_dynamic_partition(dates, each)
    instance.add_dynamic_partitions(dates, list(wanted[len(kept) :]))


def _told(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str | None, Mapping[str, object]]:
    """The numbers told last of each date."""
    found: dict[str | None, Mapping[str, object]] = {}
    for record in instance.fetch_materializations(dg.AssetRecordsFilter(asset_key=key), limit=_MOST_TOLD).records:
        if record.asset_materialization:  # newest first
            numbers = {name: each.value for name, each in record.asset_materialization.metadata.items()}
            found.setdefault(record.asset_materialization.partition, numbers)
    return found
