"""What software writes a bundle: code, packages, lock, algorithms, as they are installed now.

The warehouse does not say which code filled it; whether the same results come of this one, ``reperform`` shows. Put
here versions and digests. Keep out Dagster's runs, which only Dagster's room can ask for.
"""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from dedup_assets.settings import PACKAGE, PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOCK = PROJECT / "requirements.txt"
_CODE = frozenset({".py", ".sql", ".yaml", ".json", ".html", ".css", ".po", ".txt"})
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@cache
def versions() -> Mapping[str, Any]:
    """What ``versions.json`` says; a process does not change its software.

    ``code``: sha256 over path and digest of every source file of the package.
    """
    from dedup_assets.images.algorithm import ALGORITHM_VERSION

    return {
        "product": {"name": "dedup-assets", "version": version("dedup-assets"), "code_sha256": _code()},
        "python": platform.python_version(),
        "packages": _packages(),
        # A wheel is installed without the lock that it was tested with.
        "lock": {"name": LOCK.name, "sha256": sha256_of(LOCK) if LOCK.exists() else None},
        "image_algorithm": ALGORITHM_VERSION,
    }


def _packages() -> dict[str, str]:
    """The packages that the product asks for itself, as installed."""
    found = {}
    for each in requires("dedup-assets") or []:
        name = _NAME.match(each)
        if name is None:
            continue
        try:
            found[name[0]] = version(name[0])
        except PackageNotFoundError:  # asked for on another platform only
            continue
    return found


def _code() -> str:
    whole = hashlib.sha256()
    names = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.suffix in _CODE and path.is_file())
    for name in sorted(names, key=PurePath.as_posix):
        if not any(part.startswith(".") for part in name.parts):  # what tools leave behind is no code
            whole.update(f"{sha256_of(PACKAGE / name)}  {name.as_posix()}\n".encode())
    return whole.hexdigest()


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, hexadecimal. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
