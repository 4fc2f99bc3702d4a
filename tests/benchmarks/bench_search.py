"""How the exact search grows, on random and on skewed hashes (5 % nearly alike), beside brute force and FAISS.

    python tests/benchmarks/bench_search.py           radius 31 at 100,000, 300,000 and 1,000,000 hashes
    python tests/benchmarks/bench_search.py --far     radius 60 as well
    python tests/benchmarks/bench_search.py --large   4,000,000 hashes as well, at radius 31
    python tests/benchmarks/bench_search.py --pages   the channels hash and turned of pages, four in five photographs
    python tests/benchmarks/bench_search.py --sizes 10000 30000    other sizes

Each row is measured in a process of its own, so that its memory is its own. Columns: comparisons that were foreseen,
seconds on the clock and of the processors, peak memory of the process (the hashes included), pairs in all and kept,
and, from a slice of 500 hashes against all, whether every degree is right and what brute force would take in all.
``new 1 %``: seconds of the processors to search 1 % new hashes against the rest, and the share of the full search.
FAISS, where it is installed: seconds its flat binary index would take, from the slice.
Goals at 1,000,000 hashes on 2 cores: radius 31 in 10 s, radius 60 in 240 s, 2 GiB; 1 % new in 3 % of the full search.

With --pages: radius 31, 60 between two photographs, and the seven turned forms of photographs at radius 31, each with
its seconds on the clock, and the share of the comparisons' time that a search of 1 % new pages takes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dedup_assets.matching.channels import PageSet, find_candidates, warm_up
from dedup_assets.matching.hashes import by_word, collapse, distances
from dedup_assets.matching.search import find_pairs
from dedup_assets.matching.tally import Found, Population
from matching_kit import random_words

SIZES = (100_000, 300_000, 1_000_000)
LARGE = 4_000_000
SLICE = 500
KINDS = {"random": 0.0, "skewed": 0.05}


@dataclass
class Timed:
    """A search and what it took: seconds on the clock and of the processors."""

    found: Found
    wall: float
    cpu: float


def main() -> None:
    """Print a row a measurement."""
    options = argparse.ArgumentParser()
    options.add_argument("--far", action="store_true", help="radius 60 as well")
    options.add_argument("--large", action="store_true", help="4,000,000 hashes as well, at radius 31")
    options.add_argument("--pages", action="store_true", help="the channels hash and turned of pages, and nothing else")
    options.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="numbers of hashes")
    options.add_argument("--row", nargs=3, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.row:
        size, kind, radius = asked.row
        print(json.dumps(measure_pages(int(size), kind) if asked.pages else measure(int(size), kind, int(radius))))
        return
    if asked.pages:
        show_pages([(size, kind) for kind in KINDS for size in asked.sizes])
        return
    if not find_spec("faiss"):
        print("FAISS is not installed, so its column is empty: pip install faiss-cpu")
    rows = [(size, kind, 31) for kind in KINDS for size in (*asked.sizes, *([LARGE] if asked.large else []))]
    rows += [(size, kind, 60) for kind in KINDS for size in asked.sizes if asked.far]
    print(
        f"{'hashes':>9} {'kind':7}{'radius':>7}{'comparisons':>17}{'clock s':>9}{'cpu s':>8}{'MiB':>7}{'pairs':>15}"
        f"{'kept':>9}{'degrees':>9}{'brute s':>9}{'new 1 % s':>11}{'share':>8}{'FAISS s':>9}"
    )
    for row in rows:
        done = subprocess.run(
            [sys.executable, __file__, "--row", *map(str, row)], check=True, capture_output=True, text=True
        )
        show(row, json.loads(done.stdout))


def show(row: tuple[int, str, int], cells: dict[str, object]) -> None:
    """One line."""
    size, kind, radius = row
    print(
        f"{size:>9,} {kind:7}{radius:>7}{cells['comparisons']:>17,}{cells['wall']:>9.2f}{cells['cpu']:>8.2f}"
        f"{cells['mib']:>7,}{cells['pairs']:>15,}{cells['kept']:>9,}{cells['degrees']:>9}{cells['brute']:>9.0f}"
        f"{cells['new']:>11.2f}{cells['share']:>8.1%}{cells['faiss']:>9}",
        flush=True,
    )


def show_pages(rows: list[tuple[int, str]]) -> None:
    """A line a measurement of the channels."""
    print(
        f"{'pages':>9} {'kind':7}{'hash s':>8}{'pairs':>13}{'kept':>9}{'turned s':>10}{'cpu s':>8}{'MiB':>7}"
        f"{'new 1 % cpu s':>15}{'share':>8}"
    )
    for size, kind in rows:
        command = [sys.executable, __file__, "--pages", "--row", str(size), kind, "0"]
        cells = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{size:>9,} {kind:7}{cells['hash']:>8.2f}{cells['pairs']:>13,}{cells['kept']:>9,}{cells['turned']:>10.2f}"
            f"{cells['cpu']:>8.1f}{cells['mib']:>7,}{cells['new']:>15.2f}{cells['share']:>8.1%}",
            flush=True,
        )


def measure_pages(size: int, kind: str) -> dict[str, object]:
    """One row: all pages new, then one in a hundred."""
    warm_up()
    words = random_words(size, seed=1, near=0.02, alike=KINDS[kind])
    rng = np.random.default_rng(0)
    pages = PageSet.all_new(words, rng.random(size) < 0.8, np.arange(size))
    began = time.process_time()
    found = find_candidates(pages)
    full, mib = time.process_time() - began, peak()
    some = replace(pages, fresh=rng.random(size) < 0.01, degree=found.degree)
    began = time.process_time()
    find_candidates(some)
    new = time.process_time() - began
    hashes, turned = found.reports["hash"], found.reports["turned"]
    return {
        "hash": hashes.seconds, "pairs": hashes.total, "kept": hashes.kept, "turned": turned.seconds,
        "cpu": full, "mib": mib, "new": new, "share": new / full,
    }  # fmt: skip


def measure(size: int, kind: str, radius: int) -> dict[str, object]:
    """One row: the full search, the slice, the new ones."""
    classes = collapse(random_words(size, seed=1, near=0.02, alike=KINDS[kind]))
    small = Population.all_new(classes.words[:2_000], classes.weights[:2_000])
    find_pairs(small, radius, method="bands")  # compiles, once a machine
    full = timed(Population.all_new(classes.words, classes.weights), radius)
    mib = peak()
    new = np.zeros_like(classes.weights)
    new[np.random.default_rng(0).choice(new.size, new.size // 100, replace=False)] = 1
    some = timed(Population(classes.words, np.ones_like(new), new, np.zeros_like(new)), radius)
    right, brute = against_brute_force(classes.words, classes.weights, full.found, radius)
    return {
        "comparisons": full.found.predicted, "wall": full.wall, "cpu": full.cpu, "mib": mib,
        "pairs": full.found.total, "kept": full.found.a.size, "degrees": "right" if right else "WRONG",
        "brute": brute, "new": some.cpu, "share": some.cpu / full.cpu, "faiss": against_faiss(classes.words, radius),
    }  # fmt: skip


def timed(population: Population, radius: int) -> Timed:
    """The compiled search, timed."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = find_pairs(population, radius, method="bands")
    return Timed(found, time.perf_counter() - wall, time.process_time() - cpu)


def against_brute_force(words: np.ndarray, weights: np.ndarray, found: Found, radius: int) -> tuple[bool, float]:
    """Whether the degrees of a slice are what brute force says, and what brute force would take for all hashes."""
    chosen = np.linspace(0, len(words) - 1, SLICE, dtype=np.int64)
    rows, columns = by_word(words[chosen]), by_word(words)
    right = True
    began = time.process_time()
    for row in range(SLICE):
        near = distances(rows, columns, slice(row, row + 1))[0] <= radius
        right &= int(weights[near].sum()) - 1 == found.degree[chosen[row]]
    return right, (time.process_time() - began) / SLICE * len(words) / 2


def against_faiss(words: np.ndarray, radius: int) -> str:
    """Seconds that FAISS's flat binary index would take for all hashes, from a slice; "-" where it is not installed."""
    if not find_spec("faiss"):
        return "-"
    import faiss

    codes = np.ascontiguousarray(words).view(np.uint8)
    index = faiss.IndexBinaryFlat(256)
    index.add(codes)
    began = time.process_time()
    index.range_search(codes[:: max(1, len(codes) // SLICE)][:SLICE], radius + 1)
    return f"{(time.process_time() - began) / SLICE * len(words):.0f}"


def peak() -> int:
    """Peak memory of this process, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
