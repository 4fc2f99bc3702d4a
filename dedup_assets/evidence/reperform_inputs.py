"""What a re-performance starts from: the inputs, held to the bundle's digests, and the documents of the bundle.

Put here how both are brought into a fresh folder, by links, so that nothing beside them is read. Keep out the steps
(``reperform_steps.py``).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.deliveries.department import load_departments
from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.check_contents import read
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.versions import sha256_of
from dedup_assets.scoring.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dedup_assets.deliveries.department import Department


class InputError(UserError):
    """An input is absent, or is not the one that the bundle's results were made from; the message names it."""


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that the steps read. ``images``: the folder below which each department has a folder of its own.

    ``manifests`` and ``registry`` hold the files that the bundle names and no others. ``checked``: how many these are.
    """

    images: Path
    manifests: Path
    registry: Path
    departments: tuple[Department, ...]
    contracts: Path
    expectations: Path
    policy: Path
    checked: int


def start(bundle: Path, landing: Path, registry: Path, work: Path) -> Start:
    """Hold the inputs to ``inputs.json``, and lay them and the bundle's documents out below ``work``, which is empty.

    Only departments that are not restricted: of the others a bundle has neither digests nor rows.

    Raises InputError for the first input that differs or is absent, Fault for a bundle without a document.
    """
    stated, about = read(bundle, layout.INPUTS), read(bundle, layout.BUNDLE)
    names = [each["name"] for each in about["departments"] if not each["restricted"]]
    manifests = [each for each in stated["manifests"] if each["department"] in names and _is_read(each)]
    for folder in (work / "landing", work / "registry", work / "departments"):
        folder.mkdir(parents=True)
    for each in manifests:
        _link(landing, work / "landing", each["uri"], each)
    for each in stated["reference_files"]:
        _link(registry, work / "registry", each["name"], each)
    for name in names:
        _documents(bundle, name, work / "departments" / name)
    return Start(
        images=landing.absolute(),
        manifests=work / "landing",
        # A city without reference files is not one with an empty folder of them.
        registry=work / "registry" if stated["reference_files"] else work / "no-registry",
        departments=tuple(load_departments(work / "departments")) if names else (),
        contracts=work / "departments",
        expectations=bundle.absolute() / layout.EXPECTATIONS,
        policy=policy_in_force(bundle.absolute()),
        checked=len(manifests) + len(stated["reference_files"]),
    )


def _is_read(manifest: Mapping[str, Any]) -> bool:
    """Whether results rest on a manifest: one that was superseded may be gone, or another may lie in its place."""
    return bool(manifest["in_force"]) or manifest["status"] == "repeated"


def _link(source: Path, target: Path, name: str, stated: Mapping[str, Any]) -> None:
    """Lay a link to the input ``name`` below ``target``, if it is the one that was read."""
    path = source / name
    if not (target / name).resolve().is_relative_to(target.resolve()):
        raise Fault(layout.INPUTS, f"it names {name}, which leads out of the folder of inputs")
    try:
        found = sha256_of(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); the bundle's results rest on it") from error
    if found != stated["sha256"]:
        raise InputError(
            f"{path} is not the file that was read: its sha256 is {found}, the bundle says {stated['sha256']}"
        )
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).symlink_to(path.absolute())


def _documents(bundle: Path, name: str, folder: Path) -> None:
    folder.mkdir()
    for source, target in ((layout.DEPARTMENTS, "defs.yaml"), (layout.CONTRACTS, "contract.yaml")):
        path = bundle / source / f"{name}.yaml"
        if not path.is_file():
            raise Fault(f"{source}/{name}.yaml", "the document is not in the bundle")
        shutil.copyfile(path, folder / target)


def policy_in_force(bundle: Path) -> Path:
    """The bundle's policy that no other of it supersedes. Raises Fault when there is not one."""
    files = sorted((bundle / layout.POLICY).glob("*.yaml"))
    superseded = {load_policy(each).supersedes for each in files}
    newest = [each for each in files if each.name not in superseded]
    if len(newest) != 1:
        raise Fault(layout.POLICY, f"{len(newest)} policies are in force; it must be one")
    return newest[0]


def rows_of(bundle: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a bundle's table; none when the bundle is without it. Raises Fault for a line that is none."""
    path = bundle / layout.table(table)
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield dict(json.loads(line))
            except (ValueError, TypeError) as error:
                raise Fault(layout.table(table), f"line {number} is no row ({error})") from error
