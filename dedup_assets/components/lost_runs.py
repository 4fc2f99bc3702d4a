"""Runs whose process is gone and of which nobody told Dagster: the machine was restarted, or the power went.

Dagster on one machine notices a lost process only as long as the process that started it lives; after a restart such a
run would hold the one place in the queue until it reaches its longest time. The home's run lock knows better: it is the
operating system's, every run holds it from its first step to its last, and it dies with its process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.warehouse import WarehouseBusyError

if TYPE_CHECKING:
    from collections.abc import Collection

    from dedup_assets.warehouse import Home

# A run holds the lock a few seconds after it began, when the definitions are loaded.
YOUNG_SECONDS = 300.0


def report_lost_runs(instance: dg.DagsterInstance, home: Home, suspects: Collection[str], now: float) -> list[str]:
    """Tell Dagster which of ``suspects`` failed, and return the ids of the runs that are suspect from now on.

    A run is suspect when it goes on in Dagster, began a while ago, and nobody holds the lock. It is lost when it was
    suspect in the look before, too: a run that ends just now has let go of the lock and is about to say so. ``now`` in
    seconds since 1970; ``suspects`` are the run ids that the look before returned.
    """
    going_on = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
    old = [each for each in instance.get_run_records(going_on) if (each.start_time or now) < now - YOUNG_SECONDS]
    if not old or _is_held(home):
        return []
    for each in old:
        if each.dagster_run.run_id in suspects:
            message = "The process of this run is gone: nobody holds its home's lock any more."
            instance.report_run_failed(each.dagster_run, message)
    return [each.dagster_run.run_id for each in old if each.dagster_run.run_id not in suspects]


def _is_held(home: Home) -> bool:
    try:
        with home.run_lock(0.0, lambda _: None):
            return False
    except WarehouseBusyError:
        return True
