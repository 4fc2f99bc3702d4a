"""What starts a department's run: a manifest that arrived, or its cron. And how old its newest manifest may be.

Put here the job, the sensor and the schedule of one department. Keep out how an arrival is noticed (``arrivals.py``).

Both look before they ask: a department whose run waits or goes on is not asked for again, so neither a burst of
manifests nor cron and sensor together start more than one run at a time. Names in run keys and tags are those of
departments; of a manifest only digests are written down.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.components import retry, steps
from dedup_assets.components.arrivals import Lookout, Memory
from dedup_assets.components.city import pool_of
from dedup_assets.components.lineage import manifest_schema
from dedup_assets.components.trend import trend_asset
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

# The score of the city, and what is published from it, follow from every department at once; `defs/automation.py` says
# when.
CITY_SCORE = dg.AssetKey([CITY, "score_history"])
# A look lists a few folders; a delivery that lies half a minute longer is not late.
LOOK_SECONDS = 30
# The cron asks for no run when one of the same department began and was read so shortly before.
RECENT = timedelta(hours=12)
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
DAY = timedelta(days=1)
PERIOD_DAYS = {"weekly": 7, "monthly": 31, "quarterly": 92}
DEPARTMENT_TAG = "dedup/department"


def definitions(department: Department, contract: Contract) -> dg.Definitions:
    """The manifests as an asset, the job that processes them, and what starts it."""
    job = delivery_job(department)
    return dg.Definitions(
        assets=[
            manifest(department, contract),
            trend_asset(department.name, [department.owner], steps.tier(department)),
        ],
        jobs=[job],
        schedules=[delivery_schedule(department, job)],
        sensors=[arrival_sensor(department, job)],
    )


def manifest(department: Department, contract: Contract) -> dg.AssetSpec:
    """The manifests in the landing zone: what the department makes and we only watch, with the age that it may have.

    One is owed in every period, so two may lie up to two periods apart before the second is late.
    """
    period = timedelta(days=PERIOD_DAYS[department.cadence])
    late = 2 * period - timedelta(days=department.due_days)
    return dg.AssetSpec(
        key=steps.key(department, "manifest"),
        description=f"What {department.title} hands in ({department.system}); one is owed {department.cadence}.",
        group_name=department.name,
        owners=[department.owner],
        kinds=set(contract.formats),
        tags=steps.tier(department),
        metadata={"dagster/column_schema": manifest_schema(contract)},
        freshness_policy=dg.FreshnessPolicy.time_window(warn_window=period, fail_window=max(late, period + DAY)),
    )


def delivery_job(department: Department) -> dg.UnresolvedAssetJobDefinition:
    """From the department's manifests to its score, and what changes in its pool with them.

    The city's registry comes along, for its reference files are deliveries too and nothing else would read them.
    """
    own: dg.AssetSelection = dg.AssetSelection.groups(department.name)
    if pool_of(department) == CITY:
        own |= dg.AssetSelection.assets(dg.AssetKey([CITY, "parcel"]))
    return dg.define_asset_job(
        name=job_name(department),
        selection=(own.downstream() - dg.AssetSelection.assets(CITY_SCORE).downstream()).materializable(),
        description=f"Processes what {department.title} delivered, from manifest to score.",
        tags={DEPARTMENT_TAG: department.name},
        op_retry_policy=retry.POLICY,
    )


def job_name(department: Department) -> str:
    """The name of a department's job."""
    return f"{department.name}_hygiene"


def delivery_schedule(department: Department, job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Follows the department's cron, so that a delivery that did not come is noticed too."""

    @dg.schedule(
        name=f"{department.name}_delivery",
        job=job,
        description=f"Looks for a delivery of {department.title}, and says so when there is none.",
        cron_schedule=department.cron,
        execution_timezone=settings().time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return on_cron(context.instance, department, context.scheduled_execution_time)

    return schedule


def on_cron(instance: dg.DagsterInstance, department: Department, due: datetime) -> dg.RunRequest | dg.SkipReason:
    """The run that a department's cron asks for at ``due``, or why it need not."""
    if is_under_way(instance, department):
        return dg.SkipReason("a run of this department waits or goes on")
    if last_read(instance, department) > (due - RECENT).timestamp():
        return dg.SkipReason(f"its deliveries were read less than {RECENT.total_seconds() / 3600:.0f} hours before")
    return dg.RunRequest(run_key=f"{department.name}:{due.isoformat()}", tags={"dedup/asked_by": "cron"})


def arrival_sensor(department: Department, job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Starts the department's job once for what was dropped in its part of the landing zone."""

    @dg.sensor(
        name=f"{department.name}_arrival",
        job=job,
        description=f"Starts a run when manifests of {department.title} arrived and nothing is being written any more.",
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        own = settings()
        return on_look(context, department, own.landing_url, own.quiet_seconds, time.time)

    return sensor


def on_look(
    context: dg.SensorEvaluationContext,
    department: Department,
    landing: str,
    quiet: float,
    clock: Callable[[], float],
) -> dg.SensorResult:
    """One look at the landing zone: the run to start, or what is waited for. ``clock``: seconds since 1970.

    A department is taken as a whole: its manifests are read when none of them has changed for ``quiet`` seconds and no
    run of it is under way, so fifty manifests that arrive together start one run.

    Raises OSError when the landing zone cannot be listed.
    """
    before, now = Memory.load(context.cursor), clock()
    lookout = Lookout(landing, department.name, clock)
    memory = lookout.compare(before, now)
    reason = ""
    if before.files and not memory.files:
        memory, reason = before, f"none of {len(before.files)} manifests is there any more; is it still mounted?"
    elif not memory.waiting:
        reason = "nothing new"
    elif not memory.at_rest(now, quiet):
        reason = f"the landing zone changed {now - memory.moved:.0f} s ago; somebody may still be writing"
    elif is_under_way(context.instance, department):
        reason = "a run of this department waits or goes on; what is new is looked at after it"
    return _wait(memory, reason) if reason else _ask(context.instance, department, lookout.read(memory, now))


def _ask(instance: dg.DagsterInstance, department: Department, memory: Memory) -> dg.SensorResult:
    """The run for what has come to rest, unless its bytes are not known yet or have been dealt with."""
    if not memory.is_read():
        unread = sum(not each.sha256 for each in memory.files.values())
        return _wait(memory, f"{unread} of {len(memory.files)} manifests are not read to their end yet")
    done = memory.dealt_with()
    if done.content == memory.content:
        return _wait(done, "the same manifests again, byte for byte")
    arrived = dg.AssetMaterialization(
        asset_key=steps.key(department, "manifest"),
        metadata={"manifests": len(done.files)},
        tags={"dagster/data_version": done.content},
    )
    if last_read(instance, department) > memory.moved:
        return _wait(done, "a run that somebody started has read them", arrived)
    run = dg.RunRequest(run_key=f"{department.name}:{done.chain}", tags={"dedup/asked_by": "arrival"})
    return dg.SensorResult(run_requests=[run], asset_events=[arrived], cursor=done.dump())


def is_under_way(instance: dg.DagsterInstance, department: Department) -> bool:
    """Whether a run of the department's job waits in the queue or goes on."""
    mine = dg.RunsFilter(job_name=job_name(department), statuses=UNFINISHED)
    return bool(instance.get_runs(mine, limit=1))


def last_read(instance: dg.DagsterInstance, department: Department) -> float:
    """When the run began that read the department's manifests last, whoever started it; 0 if it failed or none did."""
    event = instance.get_latest_materialization_event(steps.key(department, "image_record"))
    record = instance.get_run_record_by_id(event.run_id) if event else None
    return (record.start_time or 0.0) if record and record.dagster_run.is_success else 0.0


def _wait(memory: Memory, reason: str, *events: dg.AssetMaterialization) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), asset_events=events, cursor=memory.dump())
