"""A manifest can name anything; only what lies in the department's root is looked at."""

from __future__ import annotations

import os
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.images.confine import parts
from dedup_assets.images.reasons import MissingError, UnreadableError
from dedup_assets.images.store import open_store

SECRET = b"what nobody may read"


@pytest.fixture
def root(tmp_path):
    """A root with good files, beside secrets, with links that lead inside, outside and in a circle."""
    root = tmp_path / "landing" / "department"
    (root / "2026-01" / "photos").mkdir(parents=True)
    for name in ["2026-01/photos/a.jpg", "100%.jpg", "a%20b.jpg", "IMG:1.jpg", "..hidden.jpg", "é 照片.jpg"]:
        (root / name).write_bytes(b"inside")
    (tmp_path / "landing" / "other").mkdir()
    for secret in [tmp_path / "secret", tmp_path / "landing" / "other" / "s.jpg", tmp_path / "landing" / "department2"]:
        secret.write_bytes(SECRET)
    (root / "out.jpg").symlink_to(tmp_path / "secret")
    (root / "out").symlink_to(tmp_path / "landing" / "other")
    (root / "chain.jpg").symlink_to(root / "out" / "s.jpg")
    (root / "in.jpg").symlink_to(root / "2026-01" / "photos" / "a.jpg")
    (root / "photos").symlink_to("2026-01/photos")
    (root / "circle.jpg").symlink_to("circle.jpg")
    (root / "device.jpg").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe.jpg")
    return root


def answer(root, name):
    """What both ways to look at a file say of a name; they must agree."""
    store = open_store(str(root))
    try:
        state = store.state(name)
    except MissingError as error:
        with pytest.raises(MissingError, match=str(error)):
            store.read(name, 1000)
        return error.reason
    data, same = store.read(name, 1000)
    assert same == state
    assert data == b"inside"
    return "inside"


@pytest.mark.parametrize(
    "name",
    [
        "2026-01/photos/a.jpg", "./2026-01//photos/./a.jpg", "100%.jpg", "a%20b.jpg", "IMG:1.jpg", "..hidden.jpg",
        "é 照片.jpg", "in.jpg", "photos/a.jpg",
    ],
)  # fmt: skip
def test_names_inside_are_read(root, name):
    assert answer(root, name) == "inside"


@pytest.mark.parametrize(
    "name",
    [
        "../other/s.jpg", "2026-01/../../other/s.jpg", "..", "2026-01/..", "/etc/passwd", "//etc/passwd", "~/secret",
        "..\\other\\s.jpg", "C:\\windows\\win.ini", "C:/windows/win.ini", "\\\\server\\share\\x.jpg",
        "file:///etc/passwd", "file:/etc/passwd", "s3://bucket/key", "http://example.org/x.jpg",
        "simplecache::file:///etc/passwd", "zip://x::s3://y",
        "%2e%2e/other/s.jpg", "%2E%2E%2Fother%2Fs.jpg", "..%2fother/s.jpg", "%252e%252e%252fother", "%25252e%25252e/x",
        "..%5cother%5cs.jpg", "%2fetc%2fpasswd", "2026-01/photos/a.jpg\0.png", "2026-01/photos/a.jpg%00.png",
        "out.jpg", "out/s.jpg", "chain.jpg", "device.jpg", "../department2",
    ],
)  # fmt: skip
def test_names_that_lead_out_are_not_read(root, name):
    assert answer(root, name) == "outside_root"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.jpg", "no_such_file"),
        ("2026-01/photos/a.jpg/more", "no_such_file"),
        ("x" * 5000, "no_such_file"),
        ("x/" * 3000 + "y", "no_such_file"),
        ("\udcff.jpg", "no_such_file"),
        ("circle.jpg", "no_such_file"),
        ("", "not_a_file"),
        (".", "not_a_file"),
        ("2026-01", "not_a_file"),
        ("2026-01/photos/", "not_a_file"),
        ("pipe.jpg", "not_a_file"),
    ],
)
def test_names_of_nothing_are_missing(root, name, reason):
    assert answer(root, name) == reason


@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "%2e%2e", "/", "\\", "%2f", "%5c", "%25", "~", ":", "\0", "b.jpg"]))
)
def test_no_name_that_is_let_through_climbs(pieces):
    for name in ("/".join(pieces), "".join(pieces)):
        try:
            found = parts(name)
        except MissingError:
            continue
        assert found
        assert not {"", ".", ".."} & set(found)
        assert Path("/root").joinpath(*found).resolve().is_relative_to("/root")


def test_a_folder_that_becomes_a_link_after_it_was_looked_at_does_not_lead_out(root):
    store = open_store(str(root))
    assert store.state("2026-01/photos/a.jpg").byte_size == 6
    (root / "2026-01" / "photos").rename(root / "2026-01" / "moved")
    (root / "2026-01" / "photos").symlink_to(root.parent / "other")
    (root.parent / "other" / "a.jpg").write_bytes(SECRET)
    with pytest.raises(MissingError):
        store.read("2026-01/photos/a.jpg", 1000)


def test_the_token_changes_with_the_file(root):
    store = open_store(str(root))
    before = store.state("100%.jpg")
    os.utime(root / "100%.jpg", ns=(1, 1_700_000_000_000_000_001))
    assert store.state("100%.jpg").token == "1700000000000000001" != before.token


def test_the_byte_cap_holds(root):
    (root / "sparse.jpg").touch()
    os.truncate(root / "sparse.jpg", 1 << 40)
    store = open_store(str(root))
    with pytest.raises(UnreadableError) as caught:
        store.read("sparse.jpg", 1000)
    assert caught.value.reason == "too_many_bytes"
    assert store.read("100%.jpg", 6)[0] == b"inside"
    with pytest.raises(UnreadableError):
        store.read("100%.jpg", 5)


def test_a_root_that_is_a_link_is_its_target(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    assert answer(tmp_path / "link", "2026-01/photos/a.jpg") == "inside"
    assert answer(f"file://{root}", "in.jpg") == "inside"
    assert answer(tmp_path / "no such root", "a.jpg") == "no_such_file"


def test_a_store_of_fsspec():
    memory = fsspec.filesystem("memory")
    memory.pipe("/landing/department/photos/a.jpg", b"inside")
    memory.pipe("/landing/secret.jpg", SECRET)
    root = "memory://landing/department"
    assert answer(root, "photos/a.jpg") == "inside"
    assert answer(root, "photos") == "not_a_file"
    assert answer(root, "nowhere.jpg") == "no_such_file"
    assert answer(root, "../secret.jpg") == "outside_root"
    assert answer(root, "memory://landing/secret.jpg") == "outside_root"
    with pytest.raises(UnreadableError):
        open_store(root).read("photos/a.jpg", 5)
