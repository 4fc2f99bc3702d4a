"""The way back from a digest to a picture: files that are where they were, moved, exchanged or gone; and the shelf."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

import pytest

from dedup_assets.images.limits import Limits
from dedup_assets.matching.shelf import Shelf
from dedup_assets.matching.sources import GoneError, Sources

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"the bytes of a photograph"
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_bytes_come_from_the_first_place_that_still_holds_exactly_these(tmp_path: Path) -> None:
    (tmp_path / "exchanged.jpg").write_bytes(DATA[::-1])
    (tmp_path / "kept.jpg").write_bytes(DATA)
    root = str(tmp_path)
    places = {SHA256: [(root, "gone.jpg"), (root, "../outside.jpg"), (root, "exchanged.jpg"), (root, "kept.jpg")]}
    assert Sources(places, Limits()).read(SHA256) == DATA
    assert Sources({SHA256: [(None, str(tmp_path / "kept.jpg"))]}, Limits()).read(SHA256) == DATA


def test_what_no_place_holds_is_gone(tmp_path: Path) -> None:
    (tmp_path / "exchanged.jpg").write_bytes(b"something else")
    for places in ({}, {SHA256: [(str(tmp_path), "exchanged.jpg"), (None, str(tmp_path / "nowhere.jpg"))]}):
        with pytest.raises(GoneError):
            Sources(places, Limits()).read(SHA256)


def test_a_file_that_grew_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "grown.jpg").write_bytes(DATA)
    with pytest.raises(GoneError):
        Sources({SHA256: [(str(tmp_path), "grown.jpg")]}, Limits(max_bytes=4)).read(SHA256)


def test_the_shelf_keeps_what_was_looked_at_last_within_its_bound(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", most_bytes=25)
    for number, name in enumerate(("aa1", "ab2", "ac3")):
        shelf.put(name, bytes(10))
        os.utime(next((tmp_path / "shelf").rglob(f"{name}*")), (number, number))
    assert shelf.get("aa1") == bytes(10)  # looked at now, so the second one is the oldest
    shelf.trim()
    assert [shelf.get(name) is not None for name in ("aa1", "ab2", "ac3")] == [True, False, True]
    Shelf(tmp_path / "nowhere").trim()


def test_the_shelf_lies_in_a_folder_that_only_its_owner_can_enter_where_the_pool_does(tmp_path: Path) -> None:
    from dedup_assets.warehouse import Home

    pool = Home(tmp_path).pool("lapd_booking")
    Shelf(pool / "pictures").put("aa1", b"a face")
    assert stat.S_IMODE(pool.stat().st_mode) == 0o700
