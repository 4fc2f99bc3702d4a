"""Which Dagster run last made each table: what a bundle says of where its rows come from.

Dagster is imported only when there is something to ask it.
"""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

from dedup_assets.defs.instance import dagster_folder, has_runs

if TYPE_CHECKING:
    import dagster as dg


def table_runs() -> dict[str, str]:
    """The id of the run that last made each table, by asset key (``ladbs_permits/finding``); empty before any run.

    Assets that are no tables of the warehouse, such as the site, are left out: a bundle does not rest on them.
    """
    folder = dagster_folder()
    if not (folder / "dagster.yaml").exists() or not has_runs(folder):
        return {}
    os.environ["DAGSTER_HOME"] = str(folder)
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        return runs_of(instance)


def runs_of(instance: dg.DagsterInstance) -> dict[str, str]:
    """As ``table_runs``, of a Dagster instance."""
    schema = resources.files("dedup_assets.warehouse").joinpath("schema")
    tables = {file.name.removesuffix(".sql") for file in schema.iterdir()}
    keys = sorted(key for key in instance.get_asset_keys() if key.path[-1] in tables)
    found = {"/".join(key.path): instance.get_latest_materialization_event(key) for key in keys}
    return {key: event.run_id for key, event in found.items() if event is not None}
