"""Running the product as a person does, and reading what it left: shared by the end-to-end tests."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

DEDUP = [sys.executable, "-m", "dedup_assets.cli.main"]

# What says when or where something was read, not what it says: differs between two machines, never between two runs.
RUN_COLUMNS = {"image_file": {"change_token"}}


def environment(**more: str) -> dict[str, str]:
    """The environment without this project's own settings, so that a developer's .env does not decide a test.

    One worker process: another test keeps the other processor busy, and every worker costs its start. One language, as
    every page and every report costs its time twice in two.
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DEDUP_", "DAGSTER_"))}
    return {**clean, "DEDUP_WORKERS": "1", "DEDUP_LANGUAGES": "en", **more}


def dedup(
    *arguments: object, cwd: Path | None = None, check: bool = True, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run ``dedup`` in a process of its own."""
    done = subprocess.run(
        [*DEDUP, *map(str, arguments)], capture_output=True, text=True, env=environment(**env), cwd=cwd, check=False
    )
    if check and done.returncode != 0:
        raise AssertionError(f"dedup {arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def run_city(city: Path, home: Path, *, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """``dedup run`` over a sample city."""
    return dedup(
        "run",
        "--landing",
        city / "landing",
        "--registry",
        city / "registry",
        "--home",
        home,
        cwd=home.parent,
        check=check,
        **env,
    )


def warehouses(home: Path) -> dict[str, Path]:
    """The warehouse files of a home, by pool."""
    found = {"city": home / "warehouse.duckdb"}
    for path in sorted((home / "enclaves").glob("*/warehouse.duckdb")):
        found[path.parent.name] = path
    return found


def rows(path: Path, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Rows of one query over one warehouse file."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql, parameters or []).fetchall()


def tables(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of every warehouse of a home, sorted, without the columns that say when something was read."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for pool, path in warehouses(home).items():
        with duckdb.connect(str(path), read_only=True) as con:
            names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
            for name in names:
                leave = RUN_COLUMNS.get(name, set())
                table = con.table(name)
                keep = [column for column in table.columns if column not in leave]
                found[f"{pool}.{name}"] = sorted(table.select(*keep).fetchall(), key=repr)
    return found


def truth(city: Path) -> list[dict[str, str]]:
    """The planted truth of a sample city."""
    with (city / "truth.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
