"""Alerts: what is worth one, that it is told once, and what happens while nobody can be told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator  # noqa: TC003 - Dagster reads the annotation of a step
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from dedup_assets.components import outbox
from dedup_assets.components.alerts import failed_checks, failed_run, late_delivery, what_ran
from dedup_assets.components.outbox import Alert, AlertError, Outbox, channels_of
from dedup_assets.defs import automation
from dedup_assets.settings import settings

if TYPE_CHECKING:
    from pathlib import Path

BASE = "http://dagster.example"
HOUR = 3600.0


def alert(key: str) -> Alert:
    return Alert(key=key, title=f"title {key}", text=f"text {key}", link=f"{BASE}/{key}")


class Phone:
    """A channel that can be cut off."""

    def __init__(self, *, works: bool = True) -> None:
        self.works, self.asked, self.heard = works, 0, list[str]()

    def __call__(self, title: str, text: str) -> bool:
        self.asked += 1
        if self.works:
            self.heard.append(f"{title}\n{text}")
        return self.works


def test_an_alert_is_told_once_with_its_link_also_after_a_restart(tmp_path: Path) -> None:
    phone = Phone()
    for _ in range(3):
        box = Outbox(tmp_path / "alerts.json")
        box.add([alert("a"), alert("b")], ["phone"], 0.0)
        box.deliver({"phone": phone}, 0.0)
    assert phone.heard == [f"title a\ntext a\n{BASE}/a", f"title b\ntext b\n{BASE}/b"]
    assert (tmp_path / "alerts.json").stat().st_mode & 0o777 == 0o600


def test_while_one_channel_is_down_the_other_is_told_once_and_the_first_hears_it_later(tmp_path: Path) -> None:
    box, good, bad = Outbox(tmp_path / "alerts.json"), Phone(), Phone(works=False)
    both = {"good": good, "bad": bad}
    box.add([alert("a"), alert("b")], both, 0.0)
    assert box.deliver(both, 0.0) == (0, 2)
    assert bad.asked == 1  # not asked again in the same call
    assert box.deliver(both, outbox.FIRST_PAUSE - 1) == (0, 2)
    assert bad.asked == 1
    assert box.deliver(both, outbox.FIRST_PAUSE) == (0, 2)
    assert bad.asked == 2
    bad.works = True
    assert box.deliver(both, 10 * HOUR) == (2, 0)
    assert len(good.heard) == len(bad.heard) == 2


def test_a_channel_that_is_down_over_a_weekend_is_not_asked_ten_thousand_times(tmp_path: Path) -> None:
    box, bad = Outbox(tmp_path / "alerts.json"), Phone(works=False)
    box.add([alert("a")], ["bad"], 0.0)
    for minute in range(0, 60 * 60, 5):
        box.deliver({"bad": bad}, minute * 60.0)
    assert 40 < bad.asked < 80
    bad.works = True
    assert box.deliver({"bad": bad}, 62 * HOUR) == (1, 0)


def test_a_channel_that_is_configured_later_is_not_told_history(tmp_path: Path) -> None:
    box, phone = Outbox(tmp_path / "alerts.json"), Phone()
    box.add([alert("old")], [], 0.0)
    box.add([alert("new")], ["phone"], 1.0)
    box.deliver({"phone": phone}, 2.0)
    assert [each.split("\n")[0] for each in phone.heard] == ["title new"]


def test_a_storm_of_alerts_does_not_hold_a_look_for_longer_than_it_has(tmp_path: Path) -> None:
    box, phone = Outbox(tmp_path / "alerts.json"), Phone()
    box.add([alert(str(number)) for number in range(outbox.MOST_AT_ONCE + 5)], ["phone"], 0.0)
    assert box.deliver({"phone": phone}, 0.0) == (outbox.MOST_AT_ONCE, 5)
    assert box.deliver({"phone": phone}, 1.0) == (5, 0)


def test_an_outbox_that_is_not_ours_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "alerts.json").write_text("[]")
    with pytest.raises(AlertError, match=r"alerts\.json"):
        Outbox(tmp_path / "alerts.json").add([alert("a")], [], 0.0)
    assert (tmp_path / "alerts.json").read_text() == "[]"


def test_an_address_that_is_none_is_named_by_its_place_and_never_quoted() -> None:
    with pytest.raises(AlertError, match="address 2") as raised:
        channels_of(["json://localhost/", "nonsense://me:hunter2@example.org"])
    assert "hunter2" not in str(raised.value)


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that keeps what is posted to it, and its Apprise address."""
    posted: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", posted
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, which the settings of this process name."""
    monkeypatch.setenv("DEDUP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DEDUP_DAGSTER_URL", f"{BASE}/")
    settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


SECRET = "booking 4411223"


def failed_context(instance: dg.DagsterInstance) -> dg.RunFailureSensorContext:
    """What Dagster hands to the sensor after a run whose step quoted a restricted value."""

    @dg.op(name="jail__image_record")
    def step() -> None:
        raise ValueError(SECRET)

    @dg.job(name="jail_hygiene")
    def job() -> None:
        step()

    result = job.execute_in_process(instance=instance, raise_on_error=False)
    failure = result.get_run_failure_event()
    return dg.build_run_status_sensor_context(
        sensor_name="failed_runs", dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=failure
    ).for_run_failure()


def test_a_failed_run_reaches_the_webhook_once_without_the_words_of_its_error(
    home: Path, webhook: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, posted = webhook
    monkeypatch.setenv("DEDUP_ALERTS", address)
    settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        context = failed_context(instance)
        for _ in range(2):
            automation.failed_runs(context)
    assert [each["title"] for each in posted] == ["Run failed: jail_hygiene"]
    assert "jail/image_record" in posted[0]["message"]
    assert f"{BASE}/runs/{context.dagster_run.run_id}" in posted[0]["message"]
    assert SECRET not in json.dumps(posted) + (home / "alerts.json").read_text()


def test_a_webhook_that_is_down_fails_nothing_and_the_alert_waits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_ALERTS", "json://127.0.0.1:9/")
    settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        automation.failed_runs(failed_context(instance))
    assert Outbox(home / "alerts.json").deliver({}, 0.0) == (0, 0)
    kept = json.loads((home / "alerts.json").read_text())
    assert [len(each["waiting"]) for each in kept.values()] == [1]


def test_a_mistyped_address_keeps_the_alert_and_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_ALERTS", "nonsense")
    settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(AlertError, match="address 1"):
        automation.failed_runs(failed_context(instance))
    assert "jail_hygiene" in (home / "alerts.json").read_text()


def test_a_run_that_dagster_tries_again_is_told_after_the_last_try_and_once() -> None:
    first = dg.DagsterRun(job_name="parks_hygiene", run_id="1", tags={"dagster/will_retry": "true"})
    assert failed_run(first, [], BASE) is None
    retried = dg.DagsterRun(job_name="parks_hygiene", run_id="2", root_run_id="1", parent_run_id="1")
    again = dg.DagsterRun(job_name="parks_hygiene", run_id="3", root_run_id="1", parent_run_id="2")
    told = [failed_run(each, [], BASE) for each in (retried, again)]
    assert [each.key for each in told if each] == ["run:1", "run:1"]


def test_a_run_says_what_it_was_about() -> None:
    chosen = frozenset({dg.AssetKey(["city", "site"]), dg.AssetKey(["city", "score_history"])})
    runs = [
        dg.DagsterRun(job_name="parks_hygiene", asset_selection=chosen),
        dg.DagsterRun(job_name="__ASSET_JOB", asset_selection=chosen),
        dg.DagsterRun(job_name="__ASSET_JOB"),
    ]
    assert [what_ran(each) for each in runs] == ["parks_hygiene", "assets of city", "everything"]


CHECKS = ("low", "high", "broken")
OWN = dg.AssetKey(["jail", "rule_result"])


def check_run(instance: dg.DagsterInstance, as_of: str, failing: dict[str, dg.AssetCheckSeverity]) -> None:
    """A run of an asset with non-blocking checks, of which those in ``failing`` fail."""

    @dg.asset(key=OWN, check_specs=[dg.AssetCheckSpec(name, asset=OWN) for name in CHECKS])
    def step() -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        for name in CHECKS:
            yield dg.AssetCheckResult(
                asset_key=OWN,
                check_name=name,
                passed=name not in failing,
                severity=failing.get(name, dg.AssetCheckSeverity.WARN),
                description=SECRET,
                metadata={"failing": 7, "evaluated": 1200, "as_of": as_of, "raw": SECRET},
            )
        yield dg.MaterializeResult()

    assert dg.materialize([step], instance=instance).success


def test_checks_of_severity_error_are_told_in_counts_though_they_block_nothing() -> None:
    keys = [dg.AssetCheckKey(OWN, name) for name in CHECKS]
    error, warn = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    with dg.DagsterInstance.ephemeral() as instance:
        assert failed_checks(instance, keys, BASE) == []
        check_run(instance, "2026-01-31", {"low": warn, "high": error})
        (told,) = failed_checks(instance, keys, BASE)
        check_run(instance, "2026-01-31", {"low": warn, "high": error})
        assert [each.key for each in failed_checks(instance, keys, BASE)] == [told.key]
        check_run(instance, "2026-02-28", {"high": error})
        (later,) = failed_checks(instance, keys, BASE)
        check_run(instance, "2026-02-28", {"high": error, "broken": error})
        (more,) = failed_checks(instance, keys, BASE)
        check_run(instance, "2026-02-28", {})
        assert failed_checks(instance, keys, BASE) == []
    assert "high: 7 of 1,200" in told.text
    assert "low" not in told.text
    assert len({told.key, later.key, more.key}) == 3
    assert told.link == f"{BASE}/assets/jail/rule_result?view=checks"
    assert SECRET not in str(told)


def test_a_late_delivery_is_told_once_a_period() -> None:
    row = {"name": "jail", "title": "Jail", "last_delivery": "2026-01-31", "late_from": "2026-02-24", "late": True}
    told = late_delivery(row, BASE)
    assert told
    assert "since 2026-02-24" in told.text
    assert late_delivery({**row, "late": False}, BASE) is None
    assert late_delivery({**row, "late": None}, BASE) is None
    never = late_delivery({**row, "last_delivery": None, "late_from": None}, BASE)
    assert never
    assert never.text == "jail has never delivered."
    assert len({told.key, never.key}) == 2
