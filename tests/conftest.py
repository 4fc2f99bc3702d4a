"""What every test file shares: where the real data lies, and a home that no other test touches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every CI run: what chance finds is for a developer's machine, not for a landing that is under way.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; the test is skipped where it is absent."""
    folder = Path(os.environ.get("DEDUP_SHARED", PROJECT.parent / "shared"))
    if not (folder / "corpora" / "truth.csv").exists():
        pytest.skip(f"real data is not here: {folder} has no corpora/truth.csv (set DEDUP_SHARED)")
    return folder
