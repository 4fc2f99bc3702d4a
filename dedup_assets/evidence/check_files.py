"""The files of a bundle against its manifests, as BagIt has it, and against what is signed.

Put here bytes and digests. Keep out what files say (``check_contents.py``) and signatures (``check_signatures.py``).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dedup_assets.evidence.bag import DECLARATION, manifest
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.layout import (
    ALGORITHMS,
    BAG_INFO,
    BAGIT,
    DATA,
    MANIFESTS,
    SIGNATURES,
    SIGNED,
    TAG_MANIFESTS,
    VERIFY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_BLOCK = 1024 * 1024
_TAGS = (BAGIT, BAG_INFO, VERIFY, *MANIFESTS)

Digests = dict[str, str]


def check_files(bundle: Path, signed: str) -> int:
    """Hold every file to the manifests, and these to ``signed``, the sha256 of the tag manifest; returns their number.

    Raises Fault for the first file that was changed, taken out or added.
    """
    there = walk(bundle)
    for name in (*TAG_MANIFESTS, *_TAGS):
        if name not in there:
            raise Fault(name, "the file was taken out")
    _same(SIGNED, "sha256", digests(bundle / SIGNED)["sha256"], signed, "the signed statement")
    tags = _listed(bundle, TAG_MANIFESTS)
    _hold(bundle, tags, _TAGS, TAG_MANIFESTS)
    if (bundle / BAGIT).read_bytes() != DECLARATION:
        raise Fault(BAGIT, "it does not declare BagIt 1.0 in UTF-8")
    payload = [each for each in there if each.startswith(f"{DATA}/")]
    _hold(bundle, _listed(bundle, MANIFESTS), payload, MANIFESTS)
    known = {*payload, *TAG_MANIFESTS, *_TAGS}
    for each in there:
        if each not in known and not each.startswith(f"{SIGNATURES}/"):
            raise Fault(each, "the file was added; no manifest names it")
    _no_empty_folder(bundle, there)
    return len(there)


def digests(path: Path) -> Digests:
    """The digests of a file by algorithm, read once, in pieces."""
    hashes = {name: hashlib.new(name) for name in ALGORITHMS}
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            for each in hashes.values():
                each.update(block)
    return {name: each.hexdigest() for name, each in hashes.items()}


def walk(bundle: Path) -> list[str]:
    """Every file by its path; nothing is opened.

    Raises Fault for what is neither a file nor a folder, which could lead anywhere or never end.
    """
    found = []
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Fault(name, "it is a link or a device, and no file of a bundle")
        if path.is_file():
            found.append(name)
    return found


def _no_empty_folder(bundle: Path, files: Sequence[str]) -> None:
    """Raises Fault for a folder without a file, which no manifest can name; every file must be there already."""
    filled = {parent.as_posix() for name in files for parent in PurePosixPath(name).parents}
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if path.is_dir() and name not in filled:
            raise Fault(name, "the folder was added; there is no file in it")


def _listed(bundle: Path, names: tuple[str, ...]) -> dict[str, Digests]:
    """What each manifest lists, by algorithm: digest by path."""
    return {algorithm: _read(bundle, name, algorithm) for algorithm, name in zip(ALGORITHMS, names, strict=True)}


def _read(bundle: Path, name: str, algorithm: str) -> Digests:
    line = re.compile(rf"([0-9a-f]{{{hashlib.new(algorithm).digest_size * 2}}})  (\S.*)")
    found = {}
    content = (bundle / name).read_bytes()
    for number, text in enumerate(content.decode(errors="replace").splitlines(), start=1):
        entry = line.fullmatch(text)
        if entry is None:
            raise Fault(name, f"line {number} is no line of a manifest: {text[:80]!r}")
        found[entry[2]] = entry[1]
    if manifest(found) != content:
        raise Fault(name, "it is not written as a manifest of this program is")
    return found


def _hold(bundle: Path, listed: Mapping[str, Digests], there: Sequence[str], names: tuple[str, ...]) -> None:
    """Hold files to their two manifests. The first one is what the signature leads to, so it decides who is wrong."""
    (first, second), (by, beside) = ALGORITHMS, names
    for path in sorted(listed[first].keys() | set(there)):
        if path not in there:
            raise Fault(path, f"the file was taken out; {by} names it")
        if path not in listed[first]:
            raise Fault(path, f"the file was added; {by} does not name it")
    for path in sorted(listed[first].keys() ^ listed[second].keys()):
        raise Fault(beside, f"it does not name the files that {by} names: see {path}")
    for path in sorted(there):
        found = digests(bundle / path)
        _same(path, first, found[first], listed[first][path], by)
        if found[second] != listed[second][path]:
            raise Fault(beside, f"it says {second} {listed[second][path]} of {path}, which has {found[second]}")


def _same(path: str, algorithm: str, found: str, expected: str, by: str) -> None:
    if found != expected:
        raise Fault(path, f"its {algorithm} is {found}; {by} says {expected}")
