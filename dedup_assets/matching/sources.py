"""Where the bytes of a content are found again: the judge's way back from a digest to a file.

Put here reading by digest. Keep out decoding (``images``) and what is compared (``verify``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dedup_assets.images.localfile import read_path
from dedup_assets.images.reasons import MissingError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.images.limits import Limits
    from dedup_assets.images.store import Store

# The root of a department (a folder or URL) and a name below it; without a root the name is a path of this machine.
Place = tuple[str | None, str]


class GoneError(LookupError):
    """No place holds the bytes of a content any more: they were removed or overwritten since."""


class Sources:
    """Bytes of contents, by digest. ``places``: for each, where it was seen, in the order in which to look."""

    def __init__(self, places: Mapping[str, Sequence[Place]], limits: Limits) -> None:
        self._places = places
        self._limits = limits
        self._stores: dict[str, Store] = {}

    def read(self, sha256: str) -> bytes:
        """The bytes whose digest is ``sha256``, from the first place that still holds exactly these.

        Raises GoneError when none does.
        """
        for root, name in self._places.get(sha256, ()):
            try:
                data = self._read(root, name)
            except (MissingError, UnreadableError):
                continue
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        raise GoneError(sha256)

    def _read(self, root: str | None, name: str) -> bytes:
        if root is None:
            return read_path(name, self._limits.max_bytes)
        if root not in self._stores:
            from dedup_assets.images.store import open_store  # fsspec: not for `dedup match`, which starts fast

            self._stores[root] = open_store(root)
        return self._stores[root].read(name, self._limits.max_bytes)[0]
