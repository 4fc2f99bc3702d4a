"""What is worth an alert: a failed run, a failed check of severity ERROR, a delivery that is late.

Put here what is noticed and how it is said. Keep out how it is sent (``outbox.py``). An alert is read outside the
enclaves, so it is made of names of departments and rules, dates and counts; an error's own text stays in the run,
because it may quote a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dagster as dg

from dedup_assets.components.outbox import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Set by Dagster on a run that it is going to start again by itself: only the last try is worth waking somebody.
_WILL_RETRY = "dagster/will_retry"
_RULES_NAMED = 12


def failed_run(run: dg.DagsterRun, failed_steps: Iterable[str], base: str) -> Alert | None:
    """The alert of a failed run; None while Dagster will try it again. ``base``: URL of the Dagster webserver.

    A run that was tried again and failed again is the same matter: it is told once.
    """
    if run.tags.get(_WILL_RETRY, "").lower() == "true":
        return None
    named = ", ".join(step.replace("__", "/") for step in sorted(failed_steps))
    return Alert(
        key=f"run:{run.root_run_id or run.run_id}",
        title=f"Run failed: {what_ran(run)}",
        text=f"Failed: {named}." if named else "It ended before any step failed: its process was lost or never began.",
        link=f"{base}/runs/{run.run_id}",
    )


def what_ran(run: dg.DagsterRun) -> str:
    """What a run was about: its job, or the groups of the assets that were chosen, or everything."""
    if not run.job_name.startswith("__"):  # Dagster's own job of all assets
        return run.job_name
    if not run.asset_selection:
        return "everything"
    return "assets of " + ", ".join(sorted({each.path[0] for each in run.asset_selection}))


def failed_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey], base: str) -> list[Alert]:
    """An alert for every asset on which checks of severity ERROR fail now, blocking or not.

    Told once for the same checks of the same delivery; more failing checks, or the next delivery, are news.
    """
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    by_asset: dict[dg.AssetKey, dict[str, Mapping[str, Any]]] = {}
    for key, record in latest.items():
        event = record.event.dagster_event if record.event else None
        if event is None or event.event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            continue
        found = event.asset_check_evaluation_data
        if not found.passed and found.severity == dg.AssetCheckSeverity.ERROR:
            by_asset.setdefault(key.asset_key, {})[key.name] = {k: v.value for k, v in found.metadata.items()}
    return [_of_checks(asset, failing, base) for asset, failing in sorted(by_asset.items())]


def late_delivery(department: Mapping[str, Any], base: str) -> Alert | None:
    """The alert of one row of ``status()``'s departments; None while its delivery is not late."""
    if not department["late"]:
        return None
    since = department["late_from"]
    owes = f"owes a delivery since {since}" if since else "has never delivered"
    newest = department["last_delivery"]
    read = f"; the newest that could be read is of {newest}" if newest else ""
    return Alert(
        key=f"late:{department['name']}:{since}",
        title=f"Delivery late: {department['title']}",
        text=f"{department['name']} {owes}{read}.",
        link=f"{base}/assets/{department['name']}/manifest",
    )


def _of_checks(asset: dg.AssetKey, failing: Mapping[str, Mapping[str, Any]], base: str) -> Alert:
    department = asset.path[0]
    as_of = max((str(each.get("as_of", "")) for each in failing.values()), default="")
    lines = [_line(name, each) for name, each in sorted(failing.items())[:_RULES_NAMED]]
    lines += [f"and {len(failing) - _RULES_NAMED} more"] * (len(failing) > _RULES_NAMED)
    when = f" (delivery of {as_of})" if as_of else ""
    return Alert(
        key=f"checks:{asset.to_user_string()}:{as_of}:{','.join(sorted(failing))}",
        title=f"Critical checks failed: {department}",
        text=f"{len(failing)} critical checks failed for {department}{when}:\n" + "\n".join(lines),
        link=f"{base}/assets/{asset.to_user_string()}?view=checks",
    )


def _line(name: str, numbers: Mapping[str, Any]) -> str:
    """One failed check in counts. What the check says in words stays behind: it may quote."""
    if "evaluated" in numbers:
        return f"  {name}: {int(numbers['failing']):,} of {int(numbers['evaluated']):,}"
    return f"  {name}: {int(numbers.get('failing', 0)):,}"
