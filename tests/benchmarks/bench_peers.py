"""`dedup match` beside two packages that find similar images, on the same folders, judged by the same labels.

    python tests/benchmarks/bench_peers.py [TRUTH.csv] [FOLDER ...] [--peers PYTHON]

TRUTH.csv has the columns image and group (paths relative to its folder): images of one group are copies. Without it the
folder is one of generated photographs, each with its altered copies. FOLDERs are
subfolders of that folder (default: those that TRUTH.csv names, two levels deep). PYTHON is the interpreter of a virtual
environment into which `pip install czkawka cleanvision` was done; without it only ours is measured. They are not among
the project's own requirements (cleanvision is AGPL).

For each folder and program: pairs of one group (there), of those found, pairs of two groups that were called
duplicates (false), and seconds from the start of the process to its end, the best of three. Ours runs with and without
its search for cut copies, and counts the verdicts
exact_file, exact_pixels and same_image as found; `people` is what it hands to people on top of that. Czkawka runs at
the setting that its manual shows (15) and at its strictest (0), cleanvision with its defaults, exact and near.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from dedup_assets.sample.files import derive
from dedup_assets.sample.pictures import jpeg
from dedup_assets.sample.pictures.building import KINDS, design
from dedup_assets.sample.pictures.photograph import photograph
from dedup_assets.sample.plan import MODIFICATIONS

ROUNDS = 3
GENERATED = 40
AUTOMATIC = {"exact_file", "exact_pixels", "same_image"}

CZKAWKA = """
import json, sys
from itertools import combinations
from czkawka import ImageSimilarity
finder = ImageSimilarity()
finder.set_directories([sys.argv[1]])
finder.set_similarity(int(sys.argv[2]))
json.dump([[str(a), str(b)] for group in finder.find_similar() for a, b in combinations(group, 2)], sys.stdout)
"""

CLEANVISION = """
import contextlib, io, json, sys
from itertools import combinations
from cleanvision import Imagelab
with contextlib.redirect_stdout(io.StringIO()):
    lab = Imagelab(data_path=sys.argv[1])
    lab.find_issues({"exact_duplicates": {}, "near_duplicates": {}}, n_jobs=2)
groups = [group for kind in lab.info.values() if "sets" in kind for group in kind["sets"]]
json.dump([[a, b] for group in groups for a, b in combinations(group, 2)], sys.stdout)
"""


class Result(NamedTuple):
    """What a program says: pairs of paths that are duplicates, pairs for people, and the seconds it took."""

    automatic: set[frozenset[str]]
    people: set[frozenset[str]]
    seconds: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--peers", help="python of a virtual environment with czkawka and cleanvision")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        _compare(given.truth or _generated(Path(scratch)), given.folders, given.peers)


def _generated(root: Path) -> Path:
    """Photographs of buildings, each with a copy altered in every way that the sample city knows, and their truth."""
    (root / "generated").mkdir()
    lines = ["image,group"]
    for number in range(GENERATED):
        data = jpeg.encode(photograph(design(f"b{number}", list(KINDS)), str(number)), 88)
        for how in ("copy", *MODIFICATIONS):
            name = f"generated/{number}-{how}.jpg"
            (root / name).write_bytes(derive(data, how, name))
            lines.append(f"{name},{number}")
    truth = root / "truth.csv"
    truth.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return truth


def _compare(truth: Path, names: list[str], peers: str | None) -> None:
    root = truth.parent.resolve()
    with truth.open(encoding="utf-8", newline="") as file:
        group_of = {str(root / row["image"]): row["group"] for row in csv.DictReader(file) if row["group"]}
    folders = names or sorted({"/".join(Path(each).relative_to(root).parent.parts[:2]) for each in group_of})
    print(
        f"{'folder':<28}{'images':>7}  {'program':<14}{'there':>7}{'found':>7}{'false':>7}{'people':>7}{'seconds':>9}"
    )
    for name in folders:
        folder = root / name
        labelled = {path: group for path, group in group_of.items() if Path(path).is_relative_to(folder)}
        images = sum(path.is_file() for path in folder.rglob("*"))
        there = {frozenset(pair) for pair in combinations(labelled, 2) if len({labelled[each] for each in pair}) == 1}
        for program, result in _programs(folder, peers):
            found = len(there & result.automatic)
            known = {pair for pair in result.automatic if pair <= labelled.keys()}
            print(
                f"{name:<28}{images:>7}  {program:<14}{len(there):>7}{found:>7}{len(known - there):>7}"
                f"{len(there & result.people):>7}{result.seconds:>9.2f}"
            )


def _programs(folder: Path, peers: str | None) -> list[tuple[str, Result]]:
    results = [("dedup match", _ours(folder)), ("  --no-cuts", _ours(folder, "--no-cuts"))]
    if peers:
        results += [(f"czkawka {level}", _peer([peers, "-c", CZKAWKA, str(folder), level])) for level in ("15", "0")]
        results.append(("cleanvision", _peer([peers, "-c", CLEANVISION, str(folder)])))
    return results


def _ours(folder: Path, *options: str) -> Result:
    output, seconds = _run([str(Path(sys.executable).with_name("dedup")), "match", *options, str(folder)])
    pairs = [json.loads(line) for line in output.splitlines()]
    automatic, people = (
        {frozenset((each["a"], each["b"])) for each in pairs if each["verdict"] in verdicts}
        for verdicts in (AUTOMATIC, {"same_image_local_change", "undecided"})
    )
    return Result(automatic, people, seconds)


def _peer(command: list[str]) -> Result:
    output, seconds = _run(command)
    if not output:
        return Result(set(), set(), seconds)
    return Result({frozenset(map(str, pair)) for pair in json.loads(output)}, set(), seconds)


def _run(command: list[str]) -> tuple[str, float]:
    """Standard output and the best time of a few rounds; nothing when the program gives up."""
    best = float("inf")
    output = ""
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        best = min(best, time.perf_counter() - began)
        if done.returncode:
            print(f"  gave up: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no message'}")
            return "", best
        output = done.stdout
    return output, best


if __name__ == "__main__":
    main()
