"""From a folder to fingerprints: every file gets one answer, in order, and none can end the run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dedup_assets.engines import SilentProgress
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.folder import fingerprint_paths
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import MISSING, UNREADABLE
from pictures import encoded, flat_png, photograph

MEBIBYTE = 1024**2


def rows(*paths, memory_bytes=3 * 1024 * MEBIBYTE, **limits):
    found = list(fingerprint_paths([Path(path) for path in paths], 2, Limits(**limits), SilentProgress(), memory_bytes))
    for row in found:
        assert row["status"] in ("ok", "unreadable", "missing")
        assert (row["reason"] is None) == (row["status"] == "ok")
        assert row["reason"] is None or row["reason"] in (UNREADABLE if row["status"] == "unreadable" else MISSING)
        assert (row["phash256"] is None) == (row["status"] != "ok")
        assert row["algorithm_version"] == ALGORITHM_VERSION
    return found


def answers(*paths, **limits):
    return [(Path(row["path"]).name, row["reason"] or "ok") for row in rows(*paths, **limits)]


@pytest.fixture
def folder(tmp_path):
    for seed, name in enumerate(["b.jpg", "a.png", "sub/c.jpg", "sub/deep/d.jpg", ".hidden/.e.jpg"]):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(photograph(seed, 160, 120), "PNG" if name.endswith("png") else "JPEG"))
    return tmp_path / "folder"


def test_a_row_says_everything(folder):
    (row,) = rows(folder / "a.png")
    assert row["path"] == str(folder / "a.png")
    assert (row["status"], row["media_type"], row["width"], row["height"], row["frames"]) == (
        "ok",
        "image/png",
        160,
        120,
        1,
    )
    assert (len(row["sha256"]), len(row["phash64"]), len(row["phash256"])) == (64, 16, 64)
    assert row["byte_size"] == (folder / "a.png").stat().st_size
    assert row["low_information"] is False


def test_every_file_has_one_answer_in_the_order_of_names(folder):
    (folder / "note.txt").write_text("no picture")
    (folder / "empty.jpg").touch()
    assert answers(folder) == [
        (".e.jpg", "ok"), ("a.png", "ok"), ("b.jpg", "ok"), ("empty.jpg", "empty_file"), ("note.txt", "not_an_image"),
        ("c.jpg", "ok"), ("d.jpg", "ok"),
    ]  # fmt: skip


def test_the_order_is_that_of_the_arguments(folder):
    found = answers(folder / "sub", folder / "b.jpg", folder / "nowhere.jpg", folder / "a.png")
    assert [name for name, _ in found] == ["c.jpg", "d.jpg", "b.jpg", "nowhere.jpg", "a.png"]


def test_nothing_in_nothing_out(tmp_path):
    assert rows(tmp_path) == []
    assert rows() == []


def test_what_is_not_there_is_missing(tmp_path):
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    assert answers(tmp_path, tmp_path / "none.jpg", "\0") == [
        ("circle.jpg", "no_such_file"), ("dangling.jpg", "no_such_file"), ("none.jpg", "no_such_file"),
        ("\0", "no_such_file"),
    ]  # fmt: skip


def test_links_are_followed_to_files_and_not_to_folders(folder, tmp_path):
    (folder / "again.jpg").symlink_to(folder / "b.jpg")
    (folder / "circle").symlink_to(folder)
    found = rows(folder)
    assert len(found) == 6
    by_name = {Path(row["path"]).name: row["sha256"] for row in found}
    assert by_name["again.jpg"] == by_name["b.jpg"]
    (tmp_path / "link").symlink_to(folder / "sub")
    assert len(rows(tmp_path / "link")) == 2  # named by a person, a link to a folder is a folder


def test_pipes_sockets_and_devices_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.jpg"))
        assert answers(tmp_path, "/dev/zero") == [
            ("pipe.jpg", "not_a_file"),
            ("socket.jpg", "not_a_file"),
            ("zero", "not_a_file"),
        ]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_says_so(folder):
    (folder / "b.jpg").chmod(0)
    (folder / "sub").chmod(0)
    try:
        assert ("b.jpg", "permission") in answers(folder)
        assert ("sub", "permission") in answers(folder)
    finally:
        (folder / "sub").chmod(0o755)


def test_a_file_above_the_byte_cap_is_not_read(folder):
    huge = folder / "huge.jpg"
    huge.touch()
    os.truncate(huge, 1 << 40)  # a terabyte that occupies nothing
    assert dict(answers(folder))["huge.jpg"] == "too_many_bytes"
    assert dict(answers(folder, max_bytes=50))["a.png"] == "too_many_bytes"


def test_names_that_are_no_text_are_answered(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe.jpg"
    Path(os.fsdecode(path)).write_bytes(encoded(photograph(1, 64, 48), "JPEG"))
    (row,) = rows(tmp_path)
    assert os.fsencode(row["path"]) == path
    assert row["status"] == "ok"


def test_an_image_that_takes_too_long_is_given_up_alone(folder, tmp_path):
    slow = flat_png(13_000, 13_000)
    (folder / "bb.png").write_bytes(slow)
    found = rows(folder, seconds=0.4)
    assert [(row["reason"] or "ok") for row in found] == ["ok", "ok", "ok", "time_limit", "ok", "ok"]
    given_up = found[3]
    assert given_up["byte_size"] == len(slow)
    assert len(given_up["sha256"]) == 64


def test_an_image_that_needs_too_much_memory_is_given_up_alone(folder):
    (folder / "bb.png").write_bytes(flat_png(7000, 7000, depth=8, colour=6))
    found = rows(folder, memory_bytes=192 * MEBIBYTE)
    assert [(row["reason"] or "ok") for row in found] == ["ok", "ok", "ok", "memory_limit", "ok", "ok"]
    assert found[3]["sha256"]


@pytest.mark.parametrize(
    ("decoder", "expected"),
    [
        ("import ctypes; ctypes.string_at(0)", "crashed"),
        ("import os; os.abort()", "crashed"),
        ("import os; os._exit(0)", "crashed"),
        ("import os; os.kill(os.getpid(), 9)", "memory_limit"),
        ("while True: pass", "time_limit"),
        ("x = bytearray(1 << 40)", "memory_limit"),
    ],
    ids=["segfault", "abort", "exit", "killed", "endless loop", "out of memory"],
)
def test_a_decoder_that_dies_costs_its_image_only(folder, tmp_path, monkeypatch, decoder, expected):
    """A broken decoder for PDF is put where the workers find it first; everything else is the real thing."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pypdfium2.py").write_text(decoder)
    monkeypatch.syspath_prepend(tmp_path / "broken")
    plan = b"%PDF-1.7 a plan that kills its reader"
    for name in ("aa.pdf", "sub/ca.pdf"):
        (folder / name).write_bytes(plan)
    found = {Path(row["path"]).name: row for row in rows(folder, seconds=0.5)}
    assert {name: row["reason"] or "ok" for name, row in found.items()} == {
        **dict.fromkeys([".e.jpg", "a.png", "b.jpg", "c.jpg", "d.jpg"], "ok"),
        **dict.fromkeys(["aa.pdf", "ca.pdf"], expected),
    }
    assert found["aa.pdf"]["sha256"] == found["ca.pdf"]["sha256"] is not None
    assert found["aa.pdf"]["media_type"] == "application/pdf"


def test_this_way_imports_neither_warehouse_nor_dagster(folder):
    script = """
        import sys
        from pathlib import Path
        from dedup_assets.engines.progress import SilentProgress
        from dedup_assets.images.folder import fingerprint_paths
        from dedup_assets.images.limits import Limits
        assert len(list(fingerprint_paths([Path(sys.argv[1])], 1, Limits(), SilentProgress()))) == 5
        heavy = {"duckdb", "pandas", "pyarrow", "dagster", "great_expectations", "scipy", "pydantic", "imagehash"}
        print(sorted(heavy & set(sys.modules)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_rows_do_not_depend_on_the_number_of_workers(folder):
    (folder / "broken.jpg").write_bytes((folder / "b.jpg").read_bytes()[:500])
    one = list(fingerprint_paths([folder], 1, Limits(), SilentProgress()))
    three = list(fingerprint_paths([folder], 3, Limits(), SilentProgress()))
    assert one == three
