"""What changed in one department's part of the landing zone, and whether it has come to rest.

Put here how arrivals are told from what was there before. Keep out what follows from one (``delivery.py``) and what is
in a manifest. Nothing here knows Dagster; the memory between two looks is a short text that Dagster keeps.

A manifest is known by digests of its name and of its bytes, never by the name or the bytes themselves, so the memory
of a restricted department may lie outside its enclave.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ValidationError

from dedup_assets.deliveries import landing as landing_zone
from dedup_assets.images.reasons import MissingError
from dedup_assets.images.store import FileState, LocalStore, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup_assets.deliveries.landing import ManifestFile

# An empty file is more often an upload about to begin than a delivery of nothing: it must lie still longer.
EMPTY_PATIENCE = 10
# A look has 60 seconds before Dagster ends it. Reading stops between two files after this long and goes on next time.
READING_SECONDS = 20.0
# A larger file is known by its size and time of change: reading it over a slow line would take longer than a look has.
MAX_READ_BYTES = 1024**3
_SHORT = 16


class Known(BaseModel):
    """One manifest as it was seen last: ``state`` changes when the file does; ``sha256`` is empty until it was read."""

    state: str
    empty: bool = False
    sha256: str = ""


class Memory(BaseModel):
    """What is kept of one department between two looks: about 80 bytes a manifest."""

    files: dict[str, Known] = {}
    moved: float = 0.0  # when something was last seen to have changed, in seconds since 1970
    waiting: bool = False  # something changed that no run has been asked to read
    content: str = ""  # digest of what the last run was asked to read, or was found to have read
    chain: str = ""  # digest of that and of everything before it

    @classmethod
    def load(cls, text: str | None) -> Self:
        """The memory that ``dump`` wrote. What cannot be read is forgotten: at worst one run too many follows."""
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError:
            return cls()

    def dump(self) -> str:
        """This memory as text."""
        return self.model_dump_json(exclude_defaults=True)

    def at_rest(self, now: float, quiet: float) -> bool:
        """Whether nothing of the department has changed for ``quiet`` seconds."""
        unread_empty = any(each.empty and not each.sha256 for each in self.files.values())
        return now - self.moved >= quiet * (EMPTY_PATIENCE if unread_empty else 1)

    def is_read(self) -> bool:
        """Whether the bytes of every manifest are known."""
        return all(each.sha256 for each in self.files.values())

    def content_now(self) -> str:
        """Digest of every manifest's name and bytes. Only meaningful once all are read."""
        return _digest("\n".join(f"{name} {each.sha256}" for name, each in sorted(self.files.items())))

    def dealt_with(self) -> Memory:
        """This memory once a run reads, or has read, what is there now.

        The chain goes on, so that a manifest that is changed and changed back is a third thing and not the first again.
        """
        content = self.content_now()
        chain = self.chain if content == self.content else _digest(f"{self.chain} {content}")
        return self.model_copy(update={"waiting": False, "content": content, "chain": chain})


class Lookout:
    """One look at one department's manifests. ``clock`` gives seconds and only ever goes forward."""

    def __init__(self, landing: str, department: str, clock: Callable[[], float]) -> None:
        self.store = open_store(landing)  # also makes a remote store forget its listing, which it would keep for ever
        self.landing, self.department, self.clock = landing, department, clock
        self._found: dict[str, ManifestFile] = {}

    def compare(self, before: Memory, now: float) -> Memory:
        """The memory after looking at names, sizes and times of change. No file is read.

        Raises OSError when the landing zone cannot be listed.
        """
        files: dict[str, Known] = {}
        for manifest in landing_zone.survey(self.landing, self.department).manifests:
            found = self._state(manifest)
            if found is None:  # it went while we looked: the next look will show it gone
                continue
            name, known = _digest(manifest.uri), Known(state=_told(found), empty=found.byte_size == 0)
            self._found[name] = manifest
            seen = before.files.get(name)
            files[name] = seen if seen and seen.state == known.state else known
        if files == before.files:
            return before
        return before.model_copy(update={"files": files, "moved": now, "waiting": True})

    def read(self, memory: Memory, now: float) -> Memory:
        """The memory with the bytes of as many manifests as there is time for; ``memory`` is what ``compare`` gave."""
        until = self.clock() + READING_SECONDS
        files, moved = dict(memory.files), memory.moved
        for name, known in memory.files.items():
            if known.sha256:
                continue
            if self.clock() >= until:
                break
            sha256 = self._sha256(self._found[name], known)
            if sha256:
                files[name] = known.model_copy(update={"sha256": sha256})
            else:
                moved = now
        return memory.model_copy(update={"files": files, "moved": moved})

    def _sha256(self, manifest: ManifestFile, known: Known) -> str:
        """Digest of a manifest's bytes, or of its state where it is too large.

        Empty when it cannot be read now, or is no longer what it was when it was looked at.
        """
        before = self._state(manifest)
        if before is None or _told(before) != known.state:
            return ""
        if before.byte_size > MAX_READ_BYTES:
            return _digest(f"unread {known.state}")
        try:
            sha256, size = landing_zone.digest(manifest.path)
        except OSError:
            return ""
        return sha256[:_SHORT] if size == before.byte_size and self._state(manifest) == before else ""

    def _state(self, manifest: ManifestFile) -> FileState | None:
        """Size and time of change of a manifest; None when it is not there. Links are followed, as in a run."""
        try:
            if isinstance(self.store, LocalStore):
                found = manifest.path.stat()
                return FileState(found.st_size, str(found.st_mtime_ns))
            return self.store.state(manifest.uri)
        except (OSError, MissingError):
            return None


def _told(found: FileState) -> str:
    return _digest(f"{found.byte_size} {found.token}")


def _digest(text: str) -> str:
    """The first 64 bits of a SHA-256: one department's manifests are hundreds, not millions."""
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]
