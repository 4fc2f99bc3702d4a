"""The laws of ``publishing/gate.py`` as blocking checks: what breaks one is not published, in a run or by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.publishing.gate import LAWS, Breach, breaches

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dedup_assets.deliveries.department import Department


def specs(asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """One blocking check a law, on the asset that the publication follows from."""
    return [dg.AssetCheckSpec(name=law, asset=asset, description=says, blocking=True) for law, says in LAWS.items()]


def results(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> list[dg.AssetCheckResult]:
    """What every law found, in the order of ``specs``: how often it is broken, and by whom."""
    return [result(each) for each in breaches(con, departments)]


def result(breach: Breach) -> dg.AssetCheckResult:
    """What one law found; the same numbers on pass and on fail."""
    return dg.AssetCheckResult(
        check_name=breach.law,
        passed=breach.count == 0,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"failing": breach.count, "departments": ", ".join(breach.departments)},
    )
