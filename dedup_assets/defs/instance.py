"""Where Dagster keeps what it knows of this installation, and what it says of the newest run.

Dagster is imported only when there is something to ask it: before the first run the answer is known without it.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dedup_assets.settings import PROJECT, settings

# Dagster's words for the state of a run, in ours; any other has not begun.
_SAID = {
    "SUCCESS": "ok",
    "FAILURE": "failed",
    "CANCELED": "stopped",
    "CANCELING": "going on",
    "STARTED": "going on",
    "STARTING": "going on",
}


def dagster_folder() -> Path:
    """The folder of the Dagster instance of this installation, which may not be there yet.

    DAGSTER_HOME decides; without it the project's own when the home lies in there, else one beside the home, so that a
    trial run elsewhere leaves no trace in the project.
    """
    given = os.environ.get("DAGSTER_HOME", "")
    if given:
        return Path(given).absolute()
    project, home = PROJECT / "dagster_home", settings().home.absolute()
    return project if home.is_relative_to(project) else home / "dagster"


def last_run() -> dict[str, Any] | None:
    """The newest run, whoever started it; None where there was none.

    ``run_id``, ``job`` (or ``everything``, or whose assets), ``status`` (ok, failed, stopped, going on, waiting),
    ``began`` and ``ended`` (ISO, in the city's time zone; null while it has not), ``link``.
    """
    folder = dagster_folder()
    if not (folder / "dagster.yaml").exists() or not has_runs(folder):
        return None
    os.environ["DAGSTER_HOME"] = str(folder)
    import dagster as dg

    from dedup_assets.components.alerts import what_ran

    with dg.DagsterInstance.get() as instance:
        newest = instance.get_run_records(limit=1)
    if not newest:
        return None
    run = newest[0].dagster_run
    return {
        "run_id": run.run_id,
        "job": what_ran(run),
        "status": _SAID.get(run.status.value, "waiting"),
        "began": _moment(newest[0].start_time),
        "ended": _moment(newest[0].end_time),
        "link": f"{settings().dagster_url}/runs/{run.run_id}",
    }


def has_runs(folder: Path) -> bool:
    """Whether asking can be worth Dagster's import: its SQLite files are there, or its storage is elsewhere."""
    return (folder / "history" / "runs.db").exists() or "\nstorage:" in (folder / "dagster.yaml").read_text("utf-8")


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, ZoneInfo(settings().time_zone)).isoformat(timespec="seconds")
