"""One run of everything, in this process: what ``dedup run`` starts."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from dedup_assets.components.city import say_to_person
from dedup_assets.defs.instance import dagster_folder
from dedup_assets.errors import UserError
from dedup_assets.settings import PACKAGE, PROJECT, settings
from dedup_assets.warehouse import Home

if TYPE_CHECKING:
    from collections.abc import Iterator


class RunFailedError(UserError):
    """A step of the run failed; the message says which and why."""


def run_everything() -> str:
    """Materialise every asset in order, record the run in Dagster, and give its run id.

    The home is held from before Dagster's own storage is opened: two runs that both create it would break each other.

    Raises RunFailedError when a step failed; what was finished before it stays. WarehouseBusyError when another run
    holds the home past the deadline.
    """
    everything = dg.load_from_defs_folder(path_within_project=PACKAGE)
    job = everything.resolve_implicit_global_asset_job_def()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    own = settings()
    with Home(own.home).run_lock(own.lock_timeout_seconds, say_to_person), _instance() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=quiet)
        if result.success:
            return result.run_id
        raise RunFailedError(_first_failure(result))


def _first_failure(result: dg.ExecuteInProcessResult) -> str:
    """The first failed step in a person's words: its error's message, and where the stack trace is."""
    for event in result.all_events:
        if event.is_step_failure or event.is_failure:
            error = getattr(event.event_specific_data, "error", None)
            while error is not None and error.cause is not None:
                error = error.cause
            what = error.message.strip() if error is not None else event.message
            return f"step {event.step_key or 'start'} failed: {what} (run {result.run_id} in Dagster has the rest)"
    return f"run {result.run_id} failed"


@contextmanager
def _instance() -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of this installation, made on first use."""
    folder = dagster_folder()
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    if not config.exists():
        shutil.copy(PROJECT / "dagster_home" / "dagster.yaml", config)
    os.environ["DAGSTER_HOME"] = str(folder)
    with dg.DagsterInstance.get() as instance:
        yield instance
