"""Using a library without what its import does to the whole process.

WeasyPrint has Pillow read truncated images from then on, frictionless has the csv module take fields of any length: an
image that is cut off would be a whole one in a process that has printed a report, and a broken registry file would be
read. Put here what must stay as it was.
"""

from __future__ import annotations

import csv
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from PIL import ImageFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def guarded_import(name: str) -> ModuleType:
    """Import a module; Pillow's and csv's settings are what they were before. Raises as the import does."""
    with guarded():
        return import_module(name)


@contextmanager
def guarded() -> Iterator[None]:
    """After the block Pillow's and csv's settings are what they were before: some modules are imported when needed."""
    longest, truncated = csv.field_size_limit(), ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        yield
    finally:
        csv.field_size_limit(longest)
        ImageFile.LOAD_TRUNCATED_IMAGES = truncated
