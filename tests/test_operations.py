"""What runs by itself and what does not: jobs, publication behind its gate, retries; and what ``dedup status`` says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import dagster as dg
import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from city import dedup
from dedup_assets.components import gate
from dedup_assets.components.city import BusyEnclaveError, EnclaveError
from dedup_assets.components.delivery import CITY_SCORE, job_name
from dedup_assets.components.lost_runs import YOUNG_SECONDS, report_lost_runs
from dedup_assets.components.retry import is_transient, permanent_failures, tried_once
from dedup_assets.definitions import defs
from dedup_assets.defs import automation
from dedup_assets.deliveries.department import Department, load_departments
from dedup_assets.deliveries.due import is_late, late_from
from dedup_assets.errors import UserError
from dedup_assets.publishing.gate import LAWS, Breach, breaches
from dedup_assets.publishing.status import status
from dedup_assets.settings import Settings, settings
from dedup_assets.warehouse import Home, Warehouse, WarehouseBusyError, query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFUSED = Breach("ledger_adds_up", 3, ("parks",))
DEPARTMENTS = load_departments(Settings().departments)
SCORE, SITE = CITY_SCORE, dg.AssetKey(["city", "site"])


@pytest.fixture(scope="module")
def graph() -> dg.Definitions:
    """Everything that Dagster loads."""
    return defs()


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda each: each.name)
def test_a_departments_run_goes_from_its_manifests_to_its_score_and_not_to_the_site(
    graph: dg.Definitions, department: Department
) -> None:
    job = graph.resolve_job_def(job_name(department))
    keys = {each.to_user_string() for each in job.asset_layer.executable_asset_keys}
    assert {f"{department.name}/image_record", f"{department.name}/score_history"} <= keys
    assert keys.isdisjoint({SCORE.to_user_string(), SITE.to_user_string()})
    others = {each.name for each in DEPARTMENTS} - {department.name}
    assert keys.isdisjoint({f"{name}/{table}" for name in others for table in ("image_record", "image_file")})
    assert ("city/parcel" in keys) == (not department.restricted)
    if department.restricted:
        assert {key.split("/")[0] for key in keys} == {department.name}


def test_every_sensor_and_schedule_runs_without_anyone_switching_it_on(graph: dg.Definitions) -> None:
    wanted = {f"{each.name}_arrival" for each in DEPARTMENTS} | {"failed_runs", "watch", "publication"}
    sensors = {name: graph.resolve_sensor_def(name) for name in wanted}
    assert {each.default_status for each in sensors.values()} == {dg.DefaultSensorStatus.RUNNING}
    schedules = [graph.resolve_schedule_def(f"{each.name}_delivery") for each in DEPARTMENTS]
    assert {each.default_status for each in schedules} == {dg.DefaultScheduleStatus.RUNNING}


def test_every_department_says_how_old_its_newest_manifest_may_be(graph: dg.Definitions) -> None:
    for department in DEPARTMENTS:
        node = graph.resolve_asset_graph().get(dg.AssetKey([department.name, "manifest"]))
        policy = node.freshness_policy
        assert policy is not None
        assert timedelta(days=31) < policy.fail_window.to_timedelta() < timedelta(days=62)


def requested(
    graph: dg.Definitions, instance: dg.DagsterInstance, cursor: object = None
) -> tuple[set[dg.AssetKey], object]:
    """What the automation of the whole city asks for now, and where it looks on from."""
    found = dg.evaluate_automation_conditions(defs=graph, instance=instance, cursor=cursor)
    asked = {key for key in (SCORE, SITE) if found.get_num_requested(key)}
    assert found.total_requested == len(asked)
    return asked, found.cursor


def made(instance: dg.DagsterInstance, *keys: dg.AssetKey) -> None:
    for key in keys:
        instance.report_runless_asset_event(dg.AssetMaterialization(key))


def judged(instance: dg.DagsterInstance, *, passed: bool) -> None:
    """The results of the city's gate."""
    for law in LAWS:
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=SCORE, check_name=law, passed=passed, metadata={}, severity=dg.AssetCheckSeverity.ERROR
            )
        )


def test_the_city_is_scored_and_published_after_one_department_though_another_never_had_a_run(
    graph: dg.Definitions,
) -> None:
    others = [dg.AssetKey([each.name, "score_history"]) for each in DEPARTMENTS[1:]]
    with dg.DagsterInstance.ephemeral() as instance:
        made(instance, *others)
        _, cursor = requested(graph, instance)
        made(instance, others[0])
        asked, cursor = requested(graph, instance, cursor)
        assert asked == {SCORE, SITE}
        assert requested(graph, instance, cursor)[0] == set()


@pytest.mark.parametrize("passed", [True, False])
def test_nothing_is_published_from_a_score_that_the_gate_refused(graph: dg.Definitions, *, passed: bool) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        made(instance, SCORE, SITE)
        judged(instance, passed=True)
        _, cursor = requested(graph, instance)
        made(instance, SCORE)
        judged(instance, passed=passed)
        assert requested(graph, instance, cursor)[0] == ({SITE} if passed else set())


@pytest.mark.parametrize("passed", [True, False])
def test_in_a_run_too_nothing_follows_from_a_score_that_the_gate_refused(*, passed: bool) -> None:
    published = []

    @dg.asset(key=SCORE, check_specs=gate.specs(SCORE))
    def score():
        found = {law: Breach(law, 0, ()) for law in LAWS} | ({} if passed else {"ledger_adds_up": REFUSED})
        yield from map(gate.result, found.values())
        yield dg.MaterializeResult()

    @dg.asset(deps=[SCORE])
    def site() -> None:
        published.append("site")

    run = dg.materialize([score, site], raise_on_error=False)
    assert run.success == passed
    assert published == (["site"] if passed else [])


def attempts(error: Exception) -> int:
    """How often Dagster runs a step that ends with this error, under a policy of two retries."""
    tried = 0

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2, delay=0))
    def step() -> None:
        nonlocal tried
        tried += 1
        with permanent_failures():
            raise error

    assert not dg.materialize([step], raise_on_error=False).success
    return tried


def test_a_step_that_fails_before_it_connects_to_anything_is_not_tried_again_either() -> None:
    tried = []

    def one() -> None:
        tried.append("one")
        raise ModuleNotFoundError("no such room")

    def several():
        tried.append("several")
        yield dg.MaterializeResult()
        raise UserError("mend your suite")

    again = dg.RetryPolicy(max_retries=2, delay=0)
    steps = [dg.asset(name=each.__name__, retry_policy=again)(tried_once(each)) for each in (one, several)]
    assert not dg.materialize(steps, raise_on_error=False).success
    assert sorted(tried) == ["one", "several"]


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (OSError("the disk went away"), 3),
        (ConnectionError("reset"), 3),
        (WarehouseBusyError("held by another"), 3),
        (BusyEnclaveError("held by another"), 3),
        (UserError("mend your document"), 1),
        (EnclaveError("the reason stays there"), 1),
        (FileNotFoundError("no such registry"), 1),
        (PermissionError("not yours"), 1),
        (ZeroDivisionError("a bug"), 1),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_only_what_may_mend_itself_is_tried_again(error: Exception, times: int) -> None:
    assert attempts(error) == times
    assert is_transient(error) == (times > 1)


def begun(instance: dg.DagsterInstance) -> tuple[str, float]:
    """A run that Dagster believes to go on, and when it began."""
    run = instance.add_run(dg.DagsterRun(job_name="parks_hygiene", run_id=str(uuid.uuid4())))
    event = dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_START.value, job_name=run.job_name)
    instance.report_dagster_event(event, run_id=run.run_id)
    record = instance.get_run_record_by_id(run.run_id)
    assert record
    assert record.start_time
    return run.run_id, record.start_time


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run
    return run.status


def test_a_run_whose_process_is_gone_is_told_to_have_failed_at_the_second_look(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        run_id, start = begun(instance)
        assert report_lost_runs(instance, home, [], start + 60) == []  # it may not have come to the lock yet
        suspects = report_lost_runs(instance, home, [], start + YOUNG_SECONDS + 1)
        assert suspects == [run_id]
        assert status_of(instance, run_id) == dg.DagsterRunStatus.STARTED
        assert report_lost_runs(instance, home, suspects, start + YOUNG_SECONDS + 300) == []
        assert status_of(instance, run_id) == dg.DagsterRunStatus.FAILURE


def test_a_run_that_holds_the_home_is_left_alone_however_long_it_takes(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from dedup_assets.warehouse import Home\n"
    code += "with Home(Path(sys.argv[1])).run_lock(5.0, print): print('held', flush=True); sys.stdin.read()"
    with (
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
        dg.DagsterInstance.ephemeral() as instance,
    ):
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        run_id, start = begun(instance)
        assert report_lost_runs(instance, Home(tmp_path), [run_id], start + 86400) == []
        assert status_of(instance, run_id) == dg.DagsterRunStatus.STARTED


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A city's warehouse with one balance, one score and nothing else."""
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as con:
        con.execute(
            "insert into ledger_balance by name select 'parks' department, date '2026-01-31' as_of, "
            "'critical' severity, 0 opening, 5 new, 0 reopened, 1 closed, 0 withdrawn, 4 closing"
        )
        con.execute(
            "insert into score_history by name select 'parks' department, date '2026-01-31' as_of, "
            "'1' policy_version, 80.0 score, 0.9 coverage, 75.0 as lower, 85.0 as upper, 'B' grade, "
            "10 images, 4 open_findings"
        )
        yield con


def broken(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, tuple[str, ...]]]:
    parks = Department(name="parks", title="Parks", system="trees", owner="team:parks")
    jail = Department(name="jail", title="Jail", system="portraits", owner="team:jail", restricted=True)
    return {each.law: (each.count, each.departments) for each in breaches(con, [parks, jail]) if each.count}


def test_sound_tables_pass_the_gate(con: duckdb.DuckDBPyConnection) -> None:
    assert broken(con) == {}


def test_a_balance_that_opens_with_another_number_than_the_last_one_closed_with_does_not_pass(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        "insert into ledger_balance by name select * replace (date '2026-02-28' as as_of, 3 as opening, "
        "0 as new, 0 as closed, 3 as closing) from ledger_balance"
    )
    assert broken(con) == {"ledger_adds_up": (1, ("parks",))}


@pytest.mark.parametrize(
    "wrong", ["score = 90", "lower = -1", "upper = 101", "coverage = 1.5", "score = 'nan'::double"]
)
def test_a_score_that_none_can_be_does_not_pass(con: duckdb.DuckDBPyConnection, wrong: str) -> None:
    con.execute(f"update score_history set {wrong}")
    assert broken(con) == {"scores_possible": (1, ("parks",))}


def test_a_record_of_a_restricted_department_in_the_citys_warehouse_does_not_pass(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        "insert into ledger_event by name "
        "select 'jail' department, 'F' finding_id, date '2026-01-31' as_of, 'opened' as event, 'R' rule_id, "
        "'info' severity"
    )
    assert broken(con) == {"nothing_restricted": (1, ("jail",))}


def department(cadence: Literal["weekly", "monthly", "quarterly"], due_days: int) -> Department:
    return Department(name="parks", title="Parks", system="trees", owner="team:x", cadence=cadence, due_days=due_days)


BUCKETS = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}


@pytest.fixture(scope="module")
def calendar() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that the deliveries room judges the calendar with."""
    with duckdb.connect() as con:
        for table in ("delivery", "period"):
            con.execute(query("warehouse.schema", table))
        yield con


@given(
    cadence=st.sampled_from(["weekly", "monthly", "quarterly"]),
    due_days=st.integers(0, 100),
    newest=st.none() | st.dates(date(2023, 1, 1), date(2025, 12, 31)),
)
@hypothesis_settings(max_examples=30, deadline=None)
def test_the_clock_calls_late_what_the_calendar_would_call_missing(
    calendar: duckdb.DuckDBPyConnection,
    cadence: Literal["weekly", "monthly", "quarterly"],
    due_days: int,
    newest: date | None,
) -> None:
    days = [(newest or date(2025, 1, 1)) + timedelta(days=after) for after in range(1, 250)]
    calendar.execute("truncate delivery")
    calendar.execute("truncate period")
    if newest:
        calendar.execute(
            "insert into delivery by name select 'd' delivery_id, 'parks' department, ?::date as_of, 1 as version, "
            "'u' uri, 's' sha256, 1 byte_size, 'read' status, true in_force, '1' contract_version, "
            "'c' contract_sha256, 1 rows_in, 1 rows_accepted, 0 rows_rejected",
            [newest],
        )
    given_to = {"department": "parks", "calendar": days, "bucket": BUCKETS[cadence], "due_days": due_days}
    calendar.execute(query("deliveries", "period"), given_to)
    said = dict(calendar.execute("select as_of, status from period").fetchall())
    parks = department(cadence, due_days)
    assert {day: is_late(parks, newest, day) for day in days} == {day: said[day] == "missing" for day in days}


def test_a_delivery_is_late_in_the_last_days_of_the_period_after_it() -> None:
    assert late_from(department("monthly", 5), date(2026, 1, 15)) == date(2026, 2, 24)
    assert late_from(department("monthly", 0), date(2026, 11, 30)) == date(2027, 1, 1)
    assert late_from(department("weekly", 2), date(2026, 1, 7)) == date(2026, 1, 17)
    assert late_from(department("quarterly", 200), date(2026, 1, 31)) == date(2026, 4, 1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that a run has published: one department delivered, one never did, the others are not known."""
    folder = tmp_path_factory.mktemp("home")
    snapshots = folder / "snapshots"
    snapshots.mkdir()
    first, second = (each.name for each in DEPARTMENTS[:2])
    tables = {
        "score_history": f"select '{first}' department, date '2026-01-31' as_of, 81.25 score, 75.0 as lower, "
        "85.0 as upper, 'B' grade, 0.9 coverage, null::text reason, 1200 open_findings",
        "period": f"select '{first}' department, date '2026-01-31' as_of, 'read' status union all "
        f"select '{first}', date '2026-02-28', 'not_due' union all select '{second}', date '2026-01-31', 'missing'",
        "ledger_balance": f"select '{first}' department, date '2026-01-31' as_of, "
        "unnest(['critical', 'info']) severity, 0 opening, unnest([1150, 50]) new, 0 reopened, 0 closed, 0 withdrawn, "
        "unnest([1150, 50]) closing",
        "rule_result": f"select '{first}' department, unnest([date '2025-12-31', date '2026-01-31', date '2026-01-31', "
        "date '2026-01-31']) as_of, unnest(['fail', 'fail', 'fail', 'error']) status, "
        "unnest(['critical', 'critical', 'warning', 'info']) severity",
    }
    (folder / "site").mkdir()
    (folder / "site" / "index.html").touch()
    with duckdb.connect() as con:
        for name, select in tables.items():
            con.execute(f"copy ({select}) to '{snapshots / name}.parquet' (format parquet)")
    return folder


def test_watch_raises_what_is_wrong_once(
    home: Path, graph: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home, tmp_path / "home")
    monkeypatch.setenv("DEDUP_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            judged(instance, passed=False)
            told = []
            for _ in range(2):
                looking = dg.build_sensor_context(instance=instance, repository_def=graph.get_repository_def())
                told.append(automation.watch(looking).skip_reason.skip_message)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    titles = {each["title"] for each in json.loads((tmp_path / "home" / "alerts.json").read_text()).values()}
    late = {f"Delivery late: {each.title}" for each in DEPARTMENTS}
    assert titles == {"Critical checks failed: city"} | late
    assert [each.split(";")[0] for each in told] == ["7 new alerts", "0 new alerts"]


def test_status_counts_deliveries_backlog_failed_checks_and_knows_what_is_late(home: Path) -> None:
    now = status(Home(home), DEPARTMENTS, date(2026, 2, 23))
    first, second = now["departments"][:2]
    assert (first["deliveries"], first["late_from"], first["late"]) == (1, "2026-02-24", False)
    assert first["backlog"] == {"critical": 1150, "warning": 0, "info": 50}
    assert first["failed_checks"] == {"critical": 1, "warning": 1, "info": 0, "not_judged": 1}
    assert (second["deliveries"], second["late_from"], second["late"]) == (0, None, True)
    assert status(Home(home), DEPARTMENTS, date(2026, 2, 24))["departments"][0]["late"] is True
    assert status(Home(home), DEPARTMENTS)["departments"][0]["late"] is None


def test_status_fits_80_columns_and_ends_well_however_bad_things_are(home: Path) -> None:
    told = dedup("status", "--home", home).stdout
    assert max(len(line) for line in told.splitlines()) <= 80
    assert f"{DEPARTMENTS[1].title}: has never delivered" in told
    assert "1,200" in told
    assert "2 (1 critical)" in told
    assert "1 of its checks could not be judged" in told
    assert "Last run    none yet" in told


def test_status_before_the_first_run_calls_nobody_late(tmp_path: Path) -> None:
    told = dedup("status", "--home", tmp_path / "nothing").stdout
    assert "Late" not in told
    assert not (tmp_path / "nothing").exists()
    now = json.loads(dedup("status", "--home", tmp_path / "nothing", "--json").stdout)
    assert now["last_run"] is None
    assert {each["late"] for each in now["departments"]} == {None}


def test_a_time_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    done = dedup("status", "--home", tmp_path, check=False, DEDUP_TIME_ZONE="Mars/Olympus")
    assert done.returncode != 0
    assert "Mars/Olympus" in done.stderr
