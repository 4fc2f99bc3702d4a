"""Alerts on their way: written down first, told once on every channel, tried again while a channel is down.

Put here how an alert is kept and sent. Keep out what is worth one (``alerts.py``). An alert holds names of departments,
rules and runs, dates and counts; whatever is written here leaves the enclave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock
from pydantic import BaseModel, RootModel, ValidationError

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import apprise

# Sends a title and a text; says whether it arrived. It raises nothing.
Channel = Callable[[str, str], bool]

# A channel takes up to 8 s to fail (4 s to connect, 4 s to answer), and a look at everything has 60 s.
MOST_AT_ONCE = 20
# From one minute, doubling: a webhook that is down over a weekend is asked about sixty times, not ten thousand.
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
# Another look holds the outbox for as long as its channels take to fail.
LOCK_SECONDS = 30.0
# What was told is forgotten after this long; what still stands then may be told again.
KEPT_SECONDS = 400 * 86400.0


class AlertError(UserError):
    """An alert channel is not one that can be used; the message says which, by its place, for it holds passwords."""


@dataclass(frozen=True)
class Alert:
    """Something that a person should look at. ``key`` says what it is about: the same key is told once, ever."""

    key: str
    title: str
    text: str
    link: str


class Kept(BaseModel):
    """One alert in the outbox."""

    title: str
    text: str
    raised_at: float  # seconds since 1970
    waiting: list[str] = []  # the channels that there were when it was raised and that do not have it yet
    tries: int = 0
    next_try: float = 0.0


class Content(RootModel[dict[str, Kept]]):
    """The whole outbox, by the alerts' keys."""


class Outbox:
    """The alerts of one home, in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, alerts: Iterable[Alert], channels: Iterable[str], now: float) -> list[Alert]:
        """Write down the alerts that are new, for every channel; returns these. ``now`` in seconds since 1970.

        A channel that is configured later is not sent what was raised before: it is history by then.
        """
        waiting = sorted(channels)
        with self._lock():
            kept = self._load()
            new = {each.key: each for each in alerts if each.key not in kept}
            for key, each in new.items():
                kept[key] = Kept(title=each.title, text=f"{each.text}\n{each.link}", raised_at=now, waiting=waiting)
            if new:
                self._store(kept, now)
        return list(new.values())

    def deliver(self, channels: Mapping[str, Channel], now: float) -> tuple[int, int]:
        """Tell every channel what it has not been told yet; returns how many alerts all have now and how many wait.

        A channel that fails is not asked again in this call, and the alert waits longer every time. A channel is told
        before that is written down: after a crash in between it is told twice rather than never.
        """
        with self._lock():
            kept = self._load()
            due = [each for each in kept.values() if now >= each.next_try and channels.keys() & set(each.waiting)]
            down: set[str] = set()
            for each in due[:MOST_AT_ONCE]:
                _tell(each, {name: send for name, send in channels.items() if name not in down}, down, now)
            if due:
                self._store(kept, now)
            arrived = sum(not each.waiting for each in due[:MOST_AT_ONCE])
            return arrived, sum(bool(channels.keys() & set(each.waiting)) for each in kept.values())

    def _lock(self) -> FileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"), timeout=LOCK_SECONDS)

    def _load(self) -> dict[str, Kept]:
        """What is kept; raises AlertError when the file is not one of ours, for starting anew would tell all twice."""
        if not self.path.exists():
            return {}
        try:
            return Content.model_validate_json(self.path.read_bytes()).root
        except ValidationError as error:
            raise AlertError(f"{self.path} is not readable as an outbox; move it away: {error}") from error

    def _store(self, kept: dict[str, Kept], now: float) -> None:
        """Write beside and rename, readable by the owner alone."""
        beside = self.path.with_suffix(".new")
        beside.touch(mode=0o600)
        young = {key: each for key, each in kept.items() if now - each.raised_at < KEPT_SECONDS}
        beside.write_bytes(Content(young).model_dump_json(indent=1).encode())
        beside.replace(self.path)


def _tell(alert: Kept, channels: Mapping[str, Channel], down: set[str], now: float) -> None:
    """Tell one alert; ``down`` gains the channels that failed."""
    failed = False
    for name in list(alert.waiting):
        if name not in channels:
            failed = failed or name in down
        elif channels[name](alert.title, alert.text):
            alert.waiting.remove(name)
        else:
            down.add(name)
            failed = True
    if failed:
        alert.next_try = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(alert.tries, 10))
        alert.tries += 1


def channel_names(addresses: Sequence[str]) -> list[str]:
    """The names under which the outbox knows Apprise addresses: digests, for an address holds a password."""
    return [hashlib.sha256(address.encode()).hexdigest()[:8] for address in addresses]


def channels_of(addresses: Sequence[str]) -> dict[str, Channel]:
    """Channels of Apprise addresses (https://github.com/caronc/apprise), by ``channel_names``.

    Raises AlertError naming the place of the first that is none; never the address, which holds a password.
    """
    if not addresses:
        return {}
    import apprise

    channels: dict[str, Channel] = {}
    names = channel_names(addresses)
    for place, address in enumerate(addresses, start=1):
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise AlertError(f"address {place} of DEDUP_ALERTS is not one that Apprise knows; see `apprise --details`")
        channels[names[place - 1]] = partial(_send, service)
    return channels


def _send(service: apprise.NotifyBase, title: str, text: str) -> bool:
    """Send one message; what a channel raises (a name that does not resolve, a closed socket) counts as not arrived."""
    try:
        return bool(service.notify(title=title, body=text, notify_type="warning"))
    except (OSError, TypeError, ValueError):
        return False
