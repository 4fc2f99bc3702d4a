"""What starts a department's run: manifests that arrived and lie still, once by content, and its cron."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from upath import UPath

from dedup_assets.components import arrivals
from dedup_assets.components.delivery import is_under_way, job_name, on_cron, on_look
from dedup_assets.deliveries.department import Department

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET = 60.0
PARKS = Department(name="parks", title="Parks", system="trees", owner="team:parks")
JAIL = Department(name="jail", title="Jail", system="portraits", owner="team:jail", restricted=True)


class Desk:
    """A landing zone, a Dagster instance and a clock that goes only when told; ``look`` is one tick of the sensor."""

    def __init__(self, landing: str, department: Department = PARKS) -> None:
        self.landing, self.department = landing, department
        self.instance = dg.DagsterInstance.ephemeral()
        self.now = 1000.0
        self.cursor: str | None = None
        self.keys: list[str] = []
        self.said = ""

    def drop(self, text: str, as_of: str = "2026-01-31", name: str = "manifest.csv") -> UPath:
        path = UPath(self.landing) / self.department.name / as_of / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def look(self, seconds: float = 30.0) -> bool:
        """Let time pass, look once; whether a run was asked for."""
        self.now += seconds
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        result = on_look(context, self.department, self.landing, QUIET, lambda: self.now)
        self.cursor = result.cursor
        self.said = result.skip_reason.skip_message if result.skip_reason else ""
        asked = result.run_requests or []
        self.keys += [each.run_key for each in asked if each.run_key]
        assert len(asked) <= 1
        return bool(asked)

    def settle(self) -> bool:
        """Look until everything that lies there has lain long enough; whether a run was asked for."""
        asked = [self.look() for _ in range(4)]
        return any(asked)

    def run(self, status: dg.DagsterRunStatus) -> dg.DagsterRun:
        """A run of the department's job in this state."""
        return self.instance.add_run(run_of(job_name(self.department), status))


def run_of(job: str, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """A run as Dagster's storage holds it; one that is queued must say where its job comes from."""
    target = LoadableTargetOrigin(module_name="dedup_assets.definitions")
    place = RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(target), "__repository__")
    return dg.DagsterRun(
        job_name=job, run_id=str(uuid.uuid4()), status=status, remote_job_origin=RemoteJobOrigin(place, job)
    )


@pytest.fixture(params=["folder", "memory"])
def desk(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Desk]:
    """A desk on a folder and one on a store that is no folder."""
    if request.param == "folder":
        yield Desk(str(tmp_path))
        return
    landing = f"memory://landing-{uuid.uuid4()}"
    yield Desk(landing)
    root = UPath(landing)
    if root.exists():
        root.fs.rm(root.path, recursive=True)


def test_a_manifest_starts_one_run_once_it_lies_still(desk: Desk) -> None:
    assert not desk.look()
    desk.drop("id\n1\n")
    assert [desk.look() for _ in range(5)] == [False, False, True, False, False]
    assert desk.said == "nothing new"


def test_a_manifest_that_grows_is_left_alone_until_it_stops(desk: Desk) -> None:
    for length in range(1, 30):
        desk.drop("id\n" + "1\n" * length)
        assert not desk.look()
    assert "still be writing" in desk.said
    assert desk.settle()
    assert len(desk.keys) == 1


def test_an_empty_file_is_taken_for_an_upload_about_to_begin(desk: Desk) -> None:
    desk.drop("")
    assert not any(desk.look() for _ in range(20))
    assert desk.look(30.0)


def test_fifty_manifests_that_arrive_together_start_one_run(desk: Desk) -> None:
    asked = 0
    for month in range(50):
        desk.drop(f"id\n{month}\n", as_of=f"{2020 + month // 12}-{month % 12 + 1:02d}-28")
        asked += desk.look(2.0)
    asked += sum(desk.look() for _ in range(6))
    assert asked == 1


def test_the_same_bytes_again_start_nothing_and_a_change_and_its_undoing_start_a_run_each(tmp_path: object) -> None:
    desk = Desk(str(tmp_path))
    path = desk.drop("a\n")
    assert desk.settle()
    path.unlink()
    desk.drop("a\n")
    assert not desk.settle()
    desk.drop("b\n")
    assert desk.settle()
    desk.drop("a\n")
    assert desk.settle()
    assert len(set(desk.keys)) == 3  # Dagster starts nothing for a key that it has seen


def test_a_run_that_was_asked_for_and_not_noted_is_asked_for_under_the_same_key(desk: Desk) -> None:
    desk.drop("a\n")
    desk.look()
    before = desk.cursor
    assert desk.look(QUIET)
    desk.cursor = before  # the daemon died after it started the run and before it wrote the cursor down
    assert desk.look()
    assert desk.keys[0] == desk.keys[1]


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTED])
def test_while_a_run_of_the_department_waits_or_goes_on_none_is_asked_for(
    desk: Desk, status: dg.DagsterRunStatus
) -> None:
    run = desk.run(status)
    desk.drop("a\n")
    assert not desk.settle()
    desk.instance.delete_run(run.run_id)
    desk.run(dg.DagsterRunStatus.SUCCESS)
    desk.instance.add_run(run_of("another", status))
    assert desk.look()


def read_by_hand(desk: Desk, *, goes_well: bool = True) -> None:
    """A run, now, that somebody started: it reads the manifests, and then goes well or not."""

    @dg.asset(key=[desk.department.name, "image_record"])
    def read() -> None: ...

    @dg.asset(deps=[read])
    def rest() -> None:
        if not goes_well:
            raise OSError("the disk is full")

    assert dg.materialize([read, rest], instance=desk.instance, raise_on_error=False).success == goes_well


def test_what_a_run_by_hand_has_read_already_is_not_read_again(desk: Desk) -> None:
    desk.drop("a\n")
    desk.look()
    read_by_hand(desk)
    assert not desk.look(QUIET)
    assert "somebody started" in desk.said
    desk.now = datetime.now(UTC).timestamp() + 60
    desk.drop("b\n")
    assert desk.settle()


def test_what_a_run_has_read_that_failed_later_is_read_again(desk: Desk) -> None:
    desk.drop("a\n")
    desk.look()
    read_by_hand(desk, goes_well=False)
    assert desk.look(QUIET)


def test_a_landing_zone_that_is_gone_starts_nothing_and_neither_does_its_return(tmp_path: object) -> None:
    desk = Desk(str(tmp_path))
    desk.drop("a\n")
    assert desk.settle()
    here, away = UPath(desk.landing) / "parks", UPath(desk.landing) / "away"
    here.rename(away)
    assert not desk.settle()
    assert "mounted" in desk.said
    away.rename(here)
    assert not desk.settle()


def test_a_manifest_that_changes_while_it_is_read_is_not_picked_up(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(str(tmp_path))
    path = desk.drop("a\n")
    desk.look()
    digest = arrivals.landing_zone.digest

    def meanwhile(which: UPath) -> tuple[str, int]:
        found = digest(which)
        with path.open("a") as file:
            file.write("more\n")
        return found

    monkeypatch.setattr(arrivals.landing_zone, "digest", meanwhile)
    assert not desk.look(QUIET)
    monkeypatch.undo()
    assert not desk.look()
    assert desk.settle()


def test_a_look_ends_in_time_and_the_next_one_goes_on(tmp_path: object) -> None:
    desk = Desk(str(tmp_path))
    for version in ("", ".2", ".3"):
        desk.drop(f"a{version}\n", name=f"manifest{version}.csv")
    desk.look()
    desk.now += QUIET
    asked = []
    for _ in range(3):
        slow = iter(desk.now + step for step in (0, 0, 5, arrivals.READING_SECONDS, 99))
        context = dg.build_sensor_context(instance=desk.instance, cursor=desk.cursor)
        result = on_look(context, PARKS, desk.landing, QUIET, lambda times=slow: next(times))
        desk.cursor = result.cursor
        asked.append(bool(result.run_requests))
    assert asked == [False, False, True]


def test_what_is_kept_and_said_of_an_enclave_holds_no_name_and_no_value(tmp_path: object) -> None:
    desk = Desk(str(tmp_path), JAIL)
    desk.drop("booking\n4411223\n", as_of="Doe, Jane 4411223")
    desk.drop("booking\n4411223\n", name="manifest.csv")
    desk.drop("booking\n4411223\n", name="manifest of Jane Doe.csv")
    told = ""
    for _ in range(5):
        desk.look()
        told += desk.said + (desk.cursor or "")
    told += "".join(desk.keys)
    assert len(desk.keys) == 1
    for secret in ("4411223", "Jane", "Doe", "manifest.csv", "2026-01-31", str(tmp_path)):
        assert secret not in told


def test_a_memory_that_cannot_be_read_is_forgotten(desk: Desk) -> None:
    desk.cursor = "not what we wrote"
    desk.drop("a\n")
    assert desk.settle()


DUE = datetime(2026, 2, 2, 14, tzinfo=UTC)


def test_the_cron_asks_for_a_run_unless_one_goes_on(tmp_path: object) -> None:
    desk = Desk(str(tmp_path))
    assert isinstance(on_cron(desk.instance, PARKS, DUE), dg.RunRequest)
    desk.run(dg.DagsterRunStatus.QUEUED)
    assert is_under_way(desk.instance, PARKS)
    assert isinstance(on_cron(desk.instance, PARKS, DUE), dg.SkipReason)


def test_the_cron_asks_for_no_run_soon_after_the_deliveries_were_read(tmp_path: object) -> None:
    desk = Desk(str(tmp_path))
    read_by_hand(desk)
    now = datetime.now(UTC)
    assert isinstance(on_cron(desk.instance, PARKS, now + timedelta(hours=11)), dg.SkipReason)
    assert isinstance(on_cron(desk.instance, PARKS, now + timedelta(hours=13)), dg.RunRequest)
