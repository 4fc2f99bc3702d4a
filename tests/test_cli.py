"""What people type: the shape of what is printed, exit codes, and that help costs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from city import DEDUP, dedup, environment
from dedup_assets.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

# Of each panel, what nobody may miss.
COMMANDS = {"run", "status", "match", "explain", "publish", "serve", "report", "decide", "check-image", "verify"}
HEAVY = {"dagster", "great_expectations", "pandas", "duckdb", "pyarrow", "numpy", "PIL", "numba", "cv2"}


def picture(path: Path, seed: int, size: tuple[int, int] = (160, 120)) -> Path:
    """A picture of soft blobs, large and small, the same for the same seed."""
    chance = np.random.default_rng(seed)
    layers = [
        np.asarray(
            Image.fromarray(chance.integers(0, 255, (rows, rows), dtype=np.uint8)).resize(
                size, Image.Resampling.BICUBIC
            )
        )
        for rows in (4, 9, 20)
    ]
    mixed = 0.5 * layers[0] + 0.3 * layers[1] + 0.2 * layers[2]
    Image.fromarray(mixed.astype(np.uint8)).convert("RGB").save(path, quality=90)
    return path


def lines(text: str) -> list[dict[str, object]]:
    """The JSON object of every line."""
    return [json.loads(line) for line in text.splitlines()]


def test_every_command_explains_itself_its_arguments_and_its_options() -> None:
    """In this process: twenty-five of them would take half a second each to start."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group)
    assert set(group.commands) >= COMMANDS
    for name, command in group.commands.items():
        told = CliRunner().invoke(app, [name, "--help"], terminal_width=200)
        assert told.exit_code == 0, name
        assert "Usage:" in told.output
        words = " ".join(told.output.replace("│", " ").split())
        for parameter in command.params:
            said = getattr(parameter, "help", None)
            assert said, f"{name}: {parameter.name} has no help"
            assert said.split()[0] in words, f"{name}: the help of {parameter.name} is not printed"


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, dedup_assets.cli.main; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout.strip() == "[]"


def test_folder_commands_load_neither_dagster_nor_great_expectations(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg", 1)
    code = (
        "import sys; sys.argv = ['dedup', 'match', sys.argv[1]]\n"
        "from dedup_assets.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'dagster', 'great_expectations', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_fingerprint_answers_every_file_once_whatever_it_is(tmp_path: Path) -> None:
    picture(tmp_path / "photo.jpg", 1)
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "deep").mkdir()
    picture(tmp_path / "deep" / "other.png", 2)
    found = lines(dedup("fingerprint", tmp_path, tmp_path / "gone.jpg").stdout)
    answers = {str(each["path"]).removeprefix(f"{tmp_path}/"): each["status"] for each in found}
    assert answers == {
        "deep/other.png": "ok",
        "empty.jpg": "unreadable",
        "gone.jpg": "missing",
        "photo.jpg": "ok",
        "text.jpg": "unreadable",
    }
    ok = next(each for each in found if each["status"] == "ok")
    assert {"sha256", "phash64", "phash256", "quality", "width", "height", "media_type", "reason"} <= set(ok)
    assert (ok["width"], ok["height"], len(str(ok["phash64"])), len(str(ok["phash256"]))) == (160, 120, 16, 64)


def test_match_prints_each_pair_once_across_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    original = picture(tmp_path / "one" / "a.jpg", 1)
    (tmp_path / "two" / "copy.jpg").write_bytes(original.read_bytes())
    Image.open(original).save(tmp_path / "two" / "again.jpg", quality=60)
    picture(tmp_path / "two" / "other.jpg", 5)
    pairs = lines(dedup("match", tmp_path / "one", tmp_path / "two").stdout)
    named = {frozenset(str(each[key]).rsplit("/", 1)[-1] for key in "ab"): each["verdict"] for each in pairs}
    assert len(pairs) == 3
    assert named[frozenset({"a.jpg", "copy.jpg"})] == "exact_file"
    assert set(named) == {
        frozenset({"a.jpg", "copy.jpg"}),
        frozenset({"a.jpg", "again.jpg"}),
        frozenset({"copy.jpg", "again.jpg"}),
    }
    assert {"a", "b", "distance", "verdict", "evidence"} <= set(pairs[0])


def test_match_of_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = dedup("match", tmp_path / "nowhere", check=False)
    assert done.returncode == 2
    assert "does not exist" in " ".join(done.stderr.replace("│", " ").split())


def test_identify_answers_every_line_in_order(tmp_path: Path) -> None:
    (tmp_path / "permits.csv").write_text(
        "pcis_permit,assessor_book,assessor_page,assessor_parcel\n16010-10000-00001,5056,022,001\n"
    )
    values = "5056-022-001\n\n5056022***\nrubbish\n"
    done = subprocess.run(
        [*DEDUP, "identify", "--kind", "apn", "--registry", str(tmp_path), "--json"],
        input=values,
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    answers = lines(done.stdout)
    assert [each["raw"] for each in answers] == values.split("\n")[:-1]
    assert [each["status"] for each in answers] == ["ok", "malformed", "unresolved", "malformed"]
    assert answers[0]["canonical"] == "5056022001"
    assert {"raw", "canonical", "status", "repairs", "candidates"} <= set(answers[0])


def test_identify_with_a_registry_that_holds_nothing_says_what_it_wants(tmp_path: Path) -> None:
    done = subprocess.run(
        [*DEDUP, "identify", "--kind", "apn", "--registry", str(tmp_path)],
        input="1\n",
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 1
    assert "permits.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_before_any_run_knows_the_departments_and_nothing_else(tmp_path: Path) -> None:
    now = json.loads(dedup("status", "--home", tmp_path / "home", "--json").stdout)
    assert len(now["departments"]) == 6
    assert now["ledger"] == []
    assert now["published"] is None


@pytest.mark.parametrize("option", ["--landing", "--registry"])
def test_run_refuses_a_mistyped_folder(option: str, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    given = {"--landing": tmp_path / "landing", option: tmp_path / "mistyped"}
    done = dedup("run", *(each for pair in given.items() for each in pair), "--home", tmp_path / "home", check=False)
    assert done.returncode == 1
    assert "mistyped" in done.stderr
    assert "Traceback" not in done.stderr


def test_sample_refuses_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    done = dedup("sample", tmp_path, "--images", 60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "keep me"
