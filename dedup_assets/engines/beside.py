"""Files that are whole whenever they exist: written beside their place, and renamed into it.

Put here the one way of doing so that any process may take at any time. Keep out what is written.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A path to write to, of this process alone; it takes the place of ``path`` when the block ends without an error.

    The folder must exist. After an error nothing is left, and what stood at ``path`` still stands there.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
