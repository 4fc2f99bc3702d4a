"""What every test file shares: where the real data lies, and a home that no other test touches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every CI run: what chance finds is for a developer's machine, not for a landing under way.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

# Dagster's event log commits every event, and DuckDB every transaction: on a disk a run of the sample city waits 8 of
# its 28 seconds for that, in memory for nothing. The suite leaves some 100 MB behind.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Minutes in one file: handed out first, or one core would work on them alone at the end.
LONGEST = ("test_pipeline.py", "test_real.py", "test_dagster.py")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; the test is skipped where it is absent."""
    folder = Path(os.environ.get("DEDUP_SHARED", PROJECT.parent / "shared"))
    if not (folder / "corpora" / "truth.csv").exists():
        pytest.skip(f"real data is not here: {folder} has no corpora/truth.csv (set DEDUP_SHARED)")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; within a file the order stays."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
