"""Writing the sample city into a folder, once: ``dedup sample``.

Put here the order of the steps and how a folder is kept. Keep out what the city is (``geography.py``,
``population.py``), what is wrong with it (``planting/``) and how things are written.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup_assets.engines import SilentProgress
from dedup_assets.errors import UserError
from dedup_assets.sample import planting, population, video
from dedup_assets.sample.files import make_files
from dedup_assets.sample.geography import Map
from dedup_assets.sample.manifests import shown, write_manifests
from dedup_assets.sample.plan import Derived, Drawing, Plan
from dedup_assets.sample.registry_files import write_registry
from dedup_assets.sample.schedule import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.engines import Progress

MARKER = ".dedup_sample.json"
BUILDING = ".dedup_sample_building"
PARTS = ("landing", "registry", "truth.csv")
PACKAGE = Path(__file__).parent
CONTRACTS = PACKAGE.parent / "defs" / "departments"
LIBRARIES = ("numpy", "opencv-python-headless", "openpyxl", "pillow", "pyarrow")
FEWEST, MOST, MOST_DELIVERIES = 60, 20_000, 24  # more than 20,000 images would need more blocks than the grid has
PER_DELIVERY = 10  # images: five departments show something new in each delivery, and the permit office more than that
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
SPREAD = 86_400 * 20  # seconds over which the files' times are spread


class SampleError(UserError):
    """The sample city cannot be written where or as it was asked for; the message says what to do."""


@dataclass(frozen=True)
class CityReport:
    """What was written. ``distance``: bits between the two most alike of all different photographs."""

    folder: Path
    unchanged: bool
    pictures: int
    files: int
    records: int
    manifests: int
    planted: int
    distance: int


def write_city(
    folder: Path,
    seed: int = 28,
    images: int = 1600,
    deliveries: int = 6,
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> CityReport:
    """Write landing zone, registry and ``truth.csv`` of a fictional city into ``folder``.

    The same arguments give the same bytes, with any number of ``workers``. ``images`` pictures are drawn; copies,
    broken files and a few pictures that mend something come on top. A folder that holds this very city is left as it
    is; another city of ours is replaced, also one whose writing was interrupted.

    Raises SampleError when the folder holds something else, or for arguments out of range.
    """
    if not 1 <= deliveries <= MOST_DELIVERIES or workers < 1:
        raise SampleError(f"a city has 1 to {MOST_DELIVERIES} deliveries and a worker; not {deliveries} and {workers}")
    fewest = max(FEWEST, PER_DELIVERY * deliveries)
    if not fewest <= images <= MOST:
        raise SampleError(f"a city of {deliveries} deliveries has {fewest} to {MOST} images, not {images}")
    arguments = {"seed": seed, "images": images, "deliveries": deliveries, "version": version()}
    if folder.exists() and not folder.is_dir():
        raise SampleError(f"{folder} is a file; name a folder")
    marker = _marker(folder)
    if marker and marker.get("arguments") == arguments and _complete(folder, marker):
        return CityReport(folder=folder, unchanged=True, **marker["report"])
    _check_ours(folder, marker)
    building = folder / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    files = set((marker or {}).get("files", ()))
    _write_marker(folder, {"arguments": {}, "files": sorted(files)})
    plan = make_plan(Plan(seed, images, Calendar(deliveries), Map(seed)))
    report = _build(building, plan, workers, progress or SilentProgress())
    _write_marker(folder, {"arguments": {}, "files": sorted(files | _files(building))})
    _replace(folder, building)
    _write_marker(folder, {"arguments": arguments, "report": report, "files": sorted(_files(folder))})
    return CityReport(folder=folder, unchanged=False, **report)


def version() -> str:
    """A digest of what decides the bytes besides the arguments: this package, the contracts, the libraries."""
    state = hashlib.sha256()
    for path in [*sorted(PACKAGE.rglob("*.py")), *sorted(CONTRACTS.glob("*/contract.yaml"))]:
        state.update(path.relative_to(PACKAGE.parent).as_posix().encode() + b"\0" + path.read_bytes())
    for name in LIBRARIES:
        state.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    return state.hexdigest()[:16]


def make_plan(plan: Plan) -> Plan:
    """Fill a plan: sound records, what is planted into them, keys, and the truth. Nothing is drawn or written."""
    population.populate(plan)
    video.recordings(plan)
    planting.plant(plan)
    population.number_records(plan)
    video.number_recordings(plan)
    planting.conclude(plan)
    _prune(plan)
    return plan


def _build(building: Path, plan: Plan, workers: int, progress: Progress) -> dict[str, int]:
    """Write a whole city into ``building``; gives the numbers of its report."""
    landing = building / "landing"
    files, distance = make_files(landing, plan.files, workers, progress)
    manifests = write_manifests(landing, CONTRACTS, plan, files)
    write_registry(building / "registry", plan.city)
    plan.truth.write(building / "truth.csv")
    _set_times(building)
    return {
        "pictures": sum(isinstance(made, Drawing) for made in plan.files.values()),
        "files": len(plan.files),
        "records": sum(map(len, plan.records.values())),
        "manifests": manifests,
        "planted": len(plan.truth.rows()),
        "distance": distance,
    }


def _prune(plan: Plan) -> None:
    """Leave out the files that no delivery refers to: what a record would have shown if it were ever mended."""
    wanted = {path for records in plan.records.values() for record in records for path in shown(plan, record)}
    for path, made in plan.files.items():
        assert path not in wanted or not isinstance(made, Derived) or made.source in wanted
    plan.files = {path: made for path, made in plan.files.items() if path in wanted}


def _set_times(building: Path) -> None:
    """Times that follow from the bytes: the same city twice has the same times, and other bytes have another time."""
    for path in building.rglob("*"):
        if path.is_file():
            offset = int(hashlib.sha256(path.read_bytes()).hexdigest()[:8], 16) % SPREAD
            moment = OLDEST.timestamp() + offset
            if path.name.startswith("manifest."):
                as_of = datetime.combine(datetime.fromisoformat(path.parent.name).date(), time(12), UTC)
                moment = as_of.timestamp() + offset % 3600
            os.utime(path, (moment, moment))


def _marker(folder: Path) -> dict[str, Any] | None:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SampleError(f"{folder / MARKER} cannot be read ({error}); choose another folder or delete it") from error
    return marker if isinstance(marker, dict) else None


def _write_marker(folder: Path, marker: dict[str, Any]) -> None:
    beside = folder / f"{MARKER}.new"
    beside.write_text(json.dumps(marker) + "\n", encoding="utf-8")
    os.utime(beside, (OLDEST.timestamp(), OLDEST.timestamp()))
    beside.replace(folder / MARKER)


def _complete(folder: Path, marker: dict[str, Any]) -> bool:
    return set(marker.get("files", ())) <= _files(folder) and bool(marker.get("files"))


def _check_ours(folder: Path, marker: dict[str, Any] | None) -> None:
    """Refuse a folder in which something would be lost that is not ours."""
    if not folder.exists():
        return
    if marker is None:
        if any(folder.iterdir()):
            raise SampleError(f"{folder} is not empty and was not written by dedup sample; name a new or empty folder")
        return
    strange = sorted(_files(folder) - set(marker.get("files", ())))
    if strange:
        raise SampleError(
            f"{folder} holds {len(strange)} files that dedup sample did not write, as {strange[0]}; "
            "move them away or name another folder"
        )


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in _ours(folder)}


def _ours(folder: Path) -> Iterator[Path]:
    for part in PARTS:
        if (folder / part).is_file():
            yield folder / part
        yield from (path for path in (folder / part).rglob("*") if path.is_file())


def _replace(folder: Path, building: Path) -> None:
    """Put the new city in the place of the old one, part by part, each by a rename."""
    old = building / "old"
    old.mkdir()
    for part in PARTS:
        if (folder / part).exists():
            (folder / part).rename(old / part)
        (building / part).rename(folder / part)
    shutil.rmtree(building)
