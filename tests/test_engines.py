"""Engines: every unit gets one outcome, and a worker that dies costs nothing but the item in its hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engine_units
from dedup_assets.engines import EngineError, InlineEngine, LocalEngine, SilentProgress, UnitFailedError
from dedup_assets.engines.unit import digest, is_written, with_output, write
from dedup_assets.images.batch import cut, run_units

GIBIBYTE = 1024**3


class Counting(SilentProgress):
    def __init__(self):
        self.count = 0

    def advance(self, count=1):
        self.count += count


@pytest.fixture(scope="module")
def engine():
    with LocalEngine(workers=2, memory_bytes=2 * GIBIBYTE, unit_seconds=30) as found:
        yield found


def outcomes(engine, function, units):
    return list(engine.run(function, units, SilentProgress()))


def test_every_unit_has_one_outcome_on_more_than_one_process(engine):
    units = [{"value": number, "weight": 3} for number in range(100)]
    progress = Counting()
    found = list(engine.run(engine_units.double, iter(units), progress))
    assert sorted(outcome.result["value"] for outcome in found) == [2 * number for number in range(100)]
    assert {outcome.status for outcome in found} == {"ok"}
    assert len({outcome.result["process"] for outcome in found}) == 2
    assert os.getpid() not in {outcome.result["process"] for outcome in found}
    assert progress.count == 300


def test_inline_engine_gives_the_same(engine):
    units = [{"value": number} for number in range(5)]
    inline = [outcome.result["value"] for outcome in outcomes(InlineEngine(), engine_units.double, units)]
    assert inline == sorted(outcome.result["value"] for outcome in outcomes(engine, engine_units.double, units))


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        ("segfault", "crashed"),
        ("abort", "crashed"),
        ("exit", "crashed"),
        ("killed", "memory"),
        ("memory", "memory"),
        ("loop", "timeout"),
        ("sleep", "timeout"),
        ("raise", "failed"),
    ],
)
def test_a_unit_that_dies_tells_how_and_with_which_item_in_hand(engine, behaviour, status):
    unit = {"items": ["fine", "fine", behaviour, "fine"], "seconds": 0.2}
    (outcome,) = outcomes(engine, engine_units.misbehave, [unit])
    assert (outcome.status, outcome.in_hand) == (status, 2)
    assert outcome.unit is unit
    if behaviour == "raise":
        assert "a bug of ours" in outcome.detail


def test_the_others_go_on_when_one_dies(engine):
    units = [{"items": [each]} for each in ["fine", "segfault", "fine", "killed", "fine", "raise", "fine"]]
    found = outcomes(engine, engine_units.misbehave, units)
    assert sorted(outcome.status for outcome in found) == ["crashed", "failed", "memory", "ok", "ok", "ok", "ok"]


def test_a_unit_that_hangs_between_items_is_ended_by_the_parent():
    with LocalEngine(workers=1, unit_seconds=0.5) as engine:
        (outcome,) = outcomes(engine, engine_units.sleep_between_items, [{}])
    assert (outcome.status, outcome.in_hand) == ("timeout", None)


def test_a_worker_killed_while_idle_is_replaced(engine):
    first = outcomes(engine, engine_units.double, [{"value": number} for number in range(20)])
    for process in {outcome.result["process"] for outcome in first}:
        os.kill(process, signal.SIGKILL)
    found = run_units(engine, engine_units.misbehave, [{"items": ["fine"]}] * 4, SilentProgress(), lambda unit: unit)
    assert sum(outcome.result["done"] for outcome in found) == 4


def test_a_function_that_workers_cannot_import_is_refused(engine):
    with pytest.raises(ValueError, match="top level of a module"):
        outcomes(engine, lambda unit: unit, [{}])


def test_a_worker_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="could not start"):
        outcomes(LocalEngine(workers=1), engine_units.double, [{"value": 1}])


def test_workers_do_not_import_from_the_current_folder(engine, tmp_path, monkeypatch):
    (tmp_path / "socket.py").write_text("raise SystemExit('imported from the folder of evidence')")
    monkeypatch.chdir(tmp_path)
    with LocalEngine(workers=1) as fresh:
        assert outcomes(fresh, engine_units.double, [{"value": 4}])[0].result["value"] == 8


def test_workers_end_with_their_parent():
    script = (
        "import os, sys, time; sys.path.insert(0, sys.argv[1])\n"
        "import engine_units\n"
        "from dedup_assets.engines import LocalEngine, SilentProgress\n"
        "engine = LocalEngine(1)\n"
        "(outcome,) = engine.run(engine_units.double, [{'value': 1}], SilentProgress())\n"
        "print(outcome.result['process'], flush=True)\n"
        "time.sleep(60)\n"
    )
    folder = str(Path(engine_units.__file__).parent)
    parent = subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(100):
        if _state(worker) == b"Z":
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def _state(process):
    try:
        return Path(f"/proc/{process}/stat").read_bytes().rsplit(b")", 1)[1].split()[0]
    except FileNotFoundError:
        return b"Z"


# One image costs one image: how units are cut again (images/batch.py)


def covered(engine, items, size, **common):
    """Items that came through, and those that were given up with their reason."""
    fine, lost = 0, []
    progress = Counting()
    for outcome in run_units(engine, engine_units.misbehave, cut(items, size, common), progress, lambda unit: unit):
        if outcome.result["lost"]:
            lost += [(item, outcome.result["lost"]) for item in outcome.unit["items"]]
        else:
            fine += outcome.result["done"]
    assert progress.count == len(items)
    return fine, sorted(lost)


def test_only_the_item_at_fault_is_lost(engine):
    items = ["fine"] * 5 + ["segfault", "fine", "loop", "segfault"] + ["fine"] * 3 + ["memory", "fine", "killed"]
    fine, lost = covered(engine, items, 5, seconds=0.2)
    assert fine == 10
    assert lost == [
        ("killed", "memory_limit"),
        ("loop", "time_limit"),
        ("memory", "memory_limit"),
        ("segfault", "crashed"),
        ("segfault", "crashed"),
    ]


def test_an_item_whose_worker_was_killed_by_chance_is_not_lost(engine, tmp_path):
    fine, lost = covered(engine, ["fine", f"once:{tmp_path / 'marker'}", "fine"], 3)
    assert (fine, lost) == (3, [])


def test_a_bug_of_ours_is_no_ones_unreadable_image(engine):
    with pytest.raises(UnitFailedError, match="a bug of ours"):
        covered(engine, ["fine", "raise"], 2)


def test_a_unit_that_dies_for_no_items_fault_is_tried_once_more_and_then_ends_the_run(engine):
    with pytest.raises(UnitFailedError, match="crashed"):
        list(
            run_units(engine, engine_units.die_between_items, cut(["fine"], 1, {}), SilentProgress(), lambda unit: unit)
        )


# A unit's file


def table(*values):
    return pa.table({"value": list(values)})


def test_a_units_file_is_known_by_its_digest(tmp_path):
    unit = with_output({"items": [1, 2], "root": "here"}, tmp_path)
    assert not is_written(unit)
    write(unit, table(1, 2))
    assert is_written(unit)
    assert is_written({**unit, "weight": 9})
    assert not is_written({**unit, "items": [1, 2, 3]})
    assert pq.read_table(unit["output"])["value"].to_pylist() == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == [f"{digest(unit)}.parquet"]


def test_half_a_file_is_no_file(tmp_path):
    unit = with_output({"items": [1]}, tmp_path)
    write(unit, table(*range(1000)))
    whole = (tmp_path / f"{digest(unit)}.parquet").read_bytes()
    (tmp_path / f"{digest(unit)}.parquet").write_bytes(whole[: len(whole) // 2])
    assert not is_written(unit)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    unit = with_output({"items": [1]}, tmp_path)
    monkeypatch.setattr(pq, "write_table", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space left"):
        write(unit, table(1))
    assert list(tmp_path.iterdir()) == []
