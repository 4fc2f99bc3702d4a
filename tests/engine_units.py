"""Unit functions for tests of engines. They stand in a module of their own, because workers import them by name."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

from dedup_assets.engines import hand


def double(unit):
    return {"value": unit["value"] * 2, "process": os.getpid()}


def misbehave(unit):
    """Each item is a way to behave; the unit reports how many items it got through."""
    for place, behaviour in enumerate(unit["items"]):
        if unit.get("blind") or unit.get("lost"):
            continue
        hand.hold(place, unit.get("seconds", 5.0))
        _behave(behaviour)
    hand.release()
    return {"done": len(unit["items"]), "lost": unit.get("lost")}


def _behave(behaviour):
    if behaviour == "segfault":
        ctypes.string_at(0)
    elif behaviour == "abort":
        os.abort()
    elif behaviour == "exit":
        os._exit(3)
    elif behaviour == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif behaviour == "loop":
        while True:
            pass
    elif behaviour == "sleep":
        time.sleep(600)
    elif behaviour == "memory":
        bytearray(1 << 40)
    elif behaviour == "raise":
        raise ValueError("a bug of ours")
    elif behaviour.startswith("once:"):  # dies the first time, as if something else had killed the worker
        marker = Path(behaviour.removeprefix("once:"))
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def sleep_between_items(unit):
    hand.hold(0, 5.0)
    hand.release()
    time.sleep(600)
    return unit


def die_between_items(unit):
    hand.hold(0, 5.0)
    hand.release()
    os.abort()
