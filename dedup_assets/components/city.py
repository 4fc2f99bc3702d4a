"""The city as a Dagster resource: its settings, its home, its departments, and how a step tells what it does.

Put here what every asset needs to reach the rooms. Keep out what a room does.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

from dedup_assets.components.retry import is_transient, permanent_failures
from dedup_assets.deliveries.contract import Contract, load_contract
from dedup_assets.deliveries.department import Department, load_departments
from dedup_assets.deliveries.landing import calendar
from dedup_assets.engines import LogProgress, Progress, TerminalProgress
from dedup_assets.engines.local import LocalEngine
from dedup_assets.errors import UserError
from dedup_assets.scoring.policies import load_policies
from dedup_assets.scoring.policy import Policy, load_policy
from dedup_assets.settings import Settings, settings
from dedup_assets.warehouse import CITY, Home, WarehouseBusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    import duckdb


class City(dg.ConfigurableResource):  # type: ignore[type-arg]  # the resource is its own value
    """One installation. It holds the run lock of its home from the first step of a run to the last."""

    _stack: ExitStack = PrivateAttr(default_factory=ExitStack)
    _engine: LocalEngine | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Wait for a run that uses the same home, saying so in the log, then hold it."""
        log = context.log.info if context.log else print
        terminal = self.settings.progress == "terminal"
        lock = self.home.run_lock(self.settings.lock_timeout_seconds, say_to_person if terminal else log)
        self._stack.enter_context(lock)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002 - Dagster's signature
        """Let go of the home, and end the workers."""
        self._stack.close()
        self._engine = None

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return settings()

    @property
    def home(self) -> Home:
        """The home folder."""
        return Home(self.settings.home)

    @property
    def departments(self) -> list[Department]:
        """Every department, by name."""
        return load_departments(self.settings.departments)

    def contract(self, name: str) -> Contract:
        """A department's data contract."""
        path = self.settings.departments / name / "contract.yaml"
        return _contract(path, path.stat().st_mtime_ns if path.exists() else 0)

    def members(self, pool: str) -> list[Department]:
        """The departments whose tables a pool holds."""
        return [each for each in self.departments if pool_of(each) == pool]

    def contracts(self, pool: str) -> dict[str, Contract]:
        """The contracts of a pool's departments, by department."""
        return {each.name: self.contract(each.name) for each in self.members(pool)}

    def policy(self) -> Policy:
        """The scoring policy in force."""
        return load_policy(self.settings.policy)

    def policies(self) -> tuple[Policy, ...]:
        """The scoring policies: the one in force, and those it took the place of."""
        return load_policies(self.settings.policy)

    def department_root(self, department: Department) -> str:
        """The folder or URL that a department's image references are confined to."""
        return f"{self.settings.landing_url.rstrip('/')}/{department.name}"

    def calendar(self) -> list[date]:
        """Every date for which some department handed something in."""
        return calendar(self.settings.landing_url, self.departments, self.settings.as_of)

    def engine(self) -> LocalEngine:
        """Where units of heavy work run: worker processes of this machine, the same for all steps of a run.

        Starting one costs 0.7 CPU seconds, most of it OpenCV; a run of six departments would start them seven times.
        """
        if self._engine is None:
            own = self.settings
            # A unit has up to 128 images, and almost never one that takes its whole limit: an hour is a hang.
            self._engine = LocalEngine(own.workers, own.worker_memory_bytes, max(3600.0, 128 * own.image_seconds))
            self._stack.callback(self._engine.close)
        return self._engine

    def say(self, context: dg.AssetExecutionContext, about: str) -> Callable[[str], None]:
        """Where a step tells what it does: Dagster's log, or the standard error of the person who started the run."""
        if self.settings.progress == "log":
            return context.log.info
        return lambda text: say_to_person(f"{about}: {text}")

    def progress(self, context: dg.AssetExecutionContext, about: str) -> Progress:
        """A bar on a person's terminal, timed lines elsewhere; ``about`` stands before each."""
        if self.settings.progress == "terminal":
            return TerminalProgress(about)
        return LogProgress(self.say(context, about))

    @contextmanager
    def connect(self, pool: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to a pool's warehouse.

        What goes wrong inside an enclave is written there and nowhere else: a database error quotes the values it
        stumbled over, and Dagster's event log is no place for a booking number. A failure that trying again cannot mend
        is not tried again (``retry.py``).
        """
        with permanent_failures():
            if pool == CITY:
                with self.home.warehouse(CITY).connect() as con:
                    yield con
                return
            try:
                with self.home.warehouse(pool).connect() as con:
                    yield con
            except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a restricted value
                report = self.home.pool(pool) / "last_error.txt"
                report.write_text(traceback.format_exc(), encoding="utf-8")
                message = f"a step failed inside the enclave of {pool}; the reason stands in {report}"
                raise (BusyEnclaveError if is_transient(error) else EnclaveError)(message) from None


@cache
def _contract(path: Path, _changed: int) -> Contract:
    """A contract as long as its file stands unchanged: holding one to the standard takes a tenth of a second."""
    return load_contract(path)


class EnclaveError(UserError):
    """A step failed in an enclave; the reason stays there."""


class BusyEnclaveError(EnclaveError, WarehouseBusyError):
    """A step failed in an enclave for a reason that may be gone in a minute; what it was stays there."""


def pool_of(department: Department) -> str:
    """The pool that holds a department: its own when it is restricted, else the city's."""
    return department.name if department.restricted else CITY


def say_to_person(text: str) -> None:
    """A line on standard error, for a run that a person started."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
