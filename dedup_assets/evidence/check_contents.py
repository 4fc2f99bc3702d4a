"""What a bundle's files say, held to one another: the tree of its findings, its chain, what was signed.

Put here the meaning. Keep out digests of files (``check_files.py``) and signatures (``check_signatures.py``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence import chain
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.layout import BUNDLE, CHAIN, LEAVES, SIGNED, table
from dedup_assets.evidence.merkle import Tree, leaf_hash
from dedup_assets.evidence.versions import sha256_of
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def check_contents(bundle: Path, said: Mapping[str, Any]) -> None:
    """Hold the payload to itself and to ``said``, the predicate that was signed.

    Raises Fault for the first difference.
    """
    about, chained = read(bundle, BUNDLE), read(bundle, CHAIN)
    _agree(BUNDLE, about, {"bundle": said["bundle"], "period": said["period"], "tier": said["tier"]}, "the statement")
    _agree(CHAIN, chained, {each: said[each] for each in ("bundle", "previous", "corrects")}, "the statement")
    _agree(CHAIN, chained, dict(said["merkle"]), "the statement")
    root = _tree(bundle, said["tier"])
    _agree(LEAVES, {"root": root.root().hex(), "leaves": root.size}, dict(said["merkle"], link=None), "the statement")
    link = chain.link(chained["previous"], root.root()).hex()
    if link != chained["link"]:
        raise Fault(CHAIN, f"its link is {chained['link']}; after the bundle before it, it must be {link}")
    for each in about["tables"]:
        if "rows" in each:
            rows = _rows(bundle / table(each["name"]))
            if rows != each["rows"]:
                raise Fault(table(each["name"]), f"it has {rows} rows; {BUNDLE} says {each['rows']}")


def check_place(bundle: Path, said: Mapping[str, Any]) -> None:
    """Raises Fault when the bundle lies in the place of another one, by its folder's name."""
    name = bundle.resolve().name
    if chain.NAME.fullmatch(name) and name != said["bundle"]:
        raise Fault(name, f"in this folder lies the bundle {said['bundle']}; somebody exchanged or renamed it")


def check_previous(bundle: Path, said: Mapping[str, Any], previous: Path | None) -> str:
    """Hold a bundle to the one before it: ``previous``, else the one beside it of that name; returns what was seen.

    Raises Fault when the chain is cut: it names none, another one, or one that was made again since.
    """
    named = said["previous"]
    if named is None:
        if previous is not None:
            raise Fault(CHAIN, f"the chain is cut: it names no bundle before it, and {previous.name} was given as that")
        return "it is the first of its chain"
    path = previous or bundle.resolve().parent / named["bundle"]
    if previous is None and not path.is_dir():
        return f"the bundle before it, {named['bundle']}, is not here: give it with --previous to have it compared"
    its = chain.read_chain(path)
    if its["bundle"] != named["bundle"]:
        raise Fault(CHAIN, f"the chain is cut: it names {named['bundle']} before it, and {path} is {its['bundle']}")
    if not (path / SIGNED).is_file():
        raise Fault(f"{path.name}/{SIGNED}", "the file was taken out of the bundle before this one")
    found = {"root": its["root"], "link": its["link"], "tagmanifest_sha256": sha256_of(path / SIGNED)}
    for name, value in found.items():
        if value != named[name]:
            raise Fault(
                CHAIN, f"the chain is cut: of {named['bundle']} it names {name} {named[name]}; {path} has {value}"
            )
    return f"it follows {named['bundle']}, whose manifests are here as they were then"


def read(bundle: Path, name: str) -> dict[str, Any]:
    """A JSON object of the payload. Raises Fault when it is none."""
    try:
        return dict(json.loads((bundle / name).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise Fault(name, f"it cannot be read ({error})") from error


def leaves(bundle: Path) -> Iterator[dict[str, Any]]:
    """The leaves of a bundle in order. Raises Fault for a line that is none."""
    with (bundle / LEAVES).open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                found = dict(json.loads(line))
                bytes.fromhex(found["leaf"])
            except (ValueError, KeyError, TypeError) as error:
                raise Fault(LEAVES, f"line {number} is no leaf ({error})") from error
            yield found


def _tree(bundle: Path, tier: str) -> Tree:
    """The tree of the leaves; for auditors each leaf of the city is made again from its finding and salt."""
    tree = Tree()
    with (bundle / table("finding")).open("rb") as findings:
        for number, leaf in enumerate(leaves(bundle), start=1):
            if leaf["pool"] == CITY:
                line = findings.readline().rstrip(b"\n")
                _fits(number, leaf, line, tier)
            tree.add(bytes.fromhex(leaf["leaf"]))
        if findings.readline():
            raise Fault(LEAVES, "it has fewer leaves of the city than there are findings")
    return tree


def _fits(number: int, leaf: Mapping[str, Any], line: bytes, tier: str) -> None:
    try:
        name = json.loads(line)["finding_id"]
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(table("finding"), f"line {number} is no finding ({error})") from error
    if name != leaf.get("finding_id"):
        raise Fault(LEAVES, f"line {number} is about {leaf.get('finding_id')}; the finding there is {name}")
    if tier == "auditor" and leaf_hash(str(leaf.get("salt")).encode() + line).hex() != leaf["leaf"]:
        raise Fault(table("finding"), f"line {number}, {name}, is not what its leaf in {LEAVES} was made from")


def _rows(path: Path) -> int:
    if not path.is_file():
        return -1
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _agree(name: str, found: Mapping[str, Any], said: Mapping[str, Any], by: str) -> None:
    for key, value in said.items():
        if value is not None and found.get(key) != value:
            raise Fault(name, f"its {key} is {found.get(key)!r}; {by} says {value!r}")
