"""What happens without anyone at a keyboard, beside the departments' own sensors and schedules.

Publication follows from scores, and alerts from what went wrong. When a department's run starts stands in
``components/delivery.py``, because it is the department's own.
"""

import logging
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from dedup_assets.components import alerts
from dedup_assets.components.lost_runs import report_lost_runs
from dedup_assets.components.outbox import Alert, Outbox, channel_names, channels_of
from dedup_assets.deliveries.department import load_departments
from dedup_assets.publishing.status import status
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY, Home

# Alerts are for people: five minutes are soon, and each look asks the event log for every check.
WATCH_SECONDS = 300

publication = dg.AutomationConditionSensorDefinition(
    "publication",
    target=dg.AssetSelection.groups(CITY),
    description="Scores the city and publishes the site after a department's scores changed and nothing forbids it.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)


@dg.run_failure_sensor(
    name="failed_runs",
    description="Raises an alert for a run that failed and is not tried again.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Write the alert down and try to send it; the sensor ``watch`` sends what could not be."""
    failed_steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    found = alerts.failed_run(context.dagster_run, failed_steps, settings().dagster_url)
    tell([found] if found else [], context.log)


@dg.sensor(
    name="watch",
    description="Alerts for critical checks that fail and deliveries that are late; sends what waits; finds lost runs.",
    minimum_interval_seconds=WATCH_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Look at every check, every department and every run that goes on."""
    own = settings()
    home = Home(own.home)
    suspects = report_lost_runs(context.instance, home, (context.cursor or "").split(), time.time())
    graph = context.repository_def.asset_graph if context.repository_def else None
    found = alerts.failed_checks(context.instance, graph.asset_check_keys if graph else (), own.dagster_url)
    standing = status(home, load_departments(own.departments), datetime.now(ZoneInfo(own.time_zone)).date())
    late = (alerts.late_delivery(each, own.dagster_url) for each in standing["departments"])
    found += [each for each in late if each]
    return dg.SensorResult(skip_reason=dg.SkipReason(tell(found, context.log)), cursor=" ".join(suspects))


def tell(found: list[Alert], log: logging.Logger) -> str:
    """Write down what is new, log it, and send what waits; says what was done.

    A channel that is down raises nothing. Raises AlertError for an address that is none, once the alerts are safe.
    """
    own, now = settings(), time.time()
    outbox = Outbox(own.home / "alerts.json")
    new = outbox.add(found, channel_names(own.alert_addresses), now)
    for each in new:
        log.warning("%s. %s %s", each.title, each.text, each.link)
    arrived, waiting = outbox.deliver(channels_of(own.alert_addresses), now)
    return f"{len(new)} new alerts; {arrived} sent, {waiting} wait for a channel"
