"""Bundles one after another: each holds the root of the one before it, so none can be taken out or exchanged.

Bundles of one tier in one folder make one chain. ``link`` is ``sha256(01 previous-link root)``, the first one's
previous link is the root of an empty tree. A correction of an old period stands at the end of the chain, like any new
bundle. Put here names, order and links. Keep out how a bundle is made and checked.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.evidence.check_signatures import check_signatures
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.layout import CHAIN, FORMAT, SIGNED
from dedup_assets.evidence.merkle import EMPTY, node_hash
from dedup_assets.evidence.versions import sha256_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from dedup_assets.evidence.period import BundleTier, Scope

NAME = re.compile(r"(?P<as_of>\d{4}-\d{2}-\d{2})-(?P<tier>auditor|committee)(?:-(?P<number>[2-9]|[1-9]\d+))?")

_STATED = ("format", "bundle", "root", "leaves", "previous", "corrects", "link")


class ChainError(UserError):
    """A bundle has no place in the chain of its folder; the message says why and what to do."""


class ThereAlreadyError(ChainError):
    """The period has its bundle."""


@dataclass(frozen=True, slots=True)
class Place:
    """A new bundle's name, the bundle before it in the chain, and the one that it corrects."""

    name: str
    previous: dict[str, Any] | None
    corrects: str | None


def link(previous: dict[str, Any] | None, root: bytes) -> bytes:
    """The link of a bundle with this root after the bundle that ``previous`` describes."""
    return node_hash(bytes.fromhex(previous["link"]) if previous else EMPTY, root)


def chain(place: Place, root: bytes, leaves: int) -> dict[str, Any]:
    """What ``chain.json`` says."""
    return {
        "format": FORMAT,
        "bundle": place.name,
        "root": root.hex(),
        "leaves": leaves,
        "previous": place.previous,
        "corrects": place.corrects,
        "link": link(place.previous, root).hex(),
    }


def place_for(out: Path, scope: Scope, corrects: str | None) -> Place:
    """Where a new bundle of ``scope`` goes in the folder of bundles ``out``.

    Raises ThereAlreadyError when the period has a bundle and none is corrected; ChainError when the period is before
    the newest one, when the bundle to correct is not there or of another period or tier, or the chain has two ends
    or an end that is not as it was signed.
    """
    there = _bundles(out, scope.tier)
    ends = sorted(there.keys() - {each["previous"]["bundle"] for each in there.values() if each["previous"]})
    if len(ends) > 1 or (there and not ends):
        raise ChainError(f"the chain in {out} has the ends {', '.join(ends)}; put back the bundles that were taken out")
    previous = _described(out, ends[0], there[ends[0]]) if ends else None
    own = sorted((each for each in there if _as_of(each) == scope.as_of.isoformat()), key=_number)
    if corrects is None:
        _refuse_rewriting(out, scope.as_of, own, previous)
        return Place(f"{scope.as_of.isoformat()}-{scope.tier}", previous, None)
    if corrects not in own:
        raise ChainError(
            f"{out} has no bundle {corrects} of {scope.as_of} for the {scope.tier}; it has {', '.join(own) or 'none'}"
        )
    return Place(f"{scope.as_of.isoformat()}-{scope.tier}-{_number(own[-1]) + 1}", previous, corrects)


def read_chain(bundle: Path) -> dict[str, Any]:
    """What a bundle's ``chain.json`` says. Raises ChainError when it cannot be read."""
    try:
        stated = json.loads((bundle / CHAIN).read_bytes())
        found = {name: stated[name] for name in _STATED}
        if found["format"] != FORMAT:
            raise ChainError(f"{bundle} is of format {found['format']}; this program reads {FORMAT}")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ChainError(f"{bundle} is no bundle: {CHAIN} cannot be read ({error})") from error
    return found


def _refuse_rewriting(out: Path, as_of: date, own: list[str], previous: dict[str, Any] | None) -> None:
    if own:
        raise ThereAlreadyError(
            f"{out / own[-1]} is there already, and a bundle is never rewritten; make a correction with --corrects "
            f"{own[-1]}"
        )
    if previous and _as_of(previous["bundle"]) > as_of.isoformat():
        raise ChainError(f"{previous['bundle']} comes after {as_of}; a chain goes on with later periods only")


def _bundles(out: Path, tier: BundleTier) -> dict[str, dict[str, Any]]:
    """What the bundles of a tier say of their chain, by name."""
    found = {}
    for path in sorted(out.iterdir()) if out.is_dir() else []:
        named = NAME.fullmatch(path.name)
        if named and named["tier"] == tier:
            found[path.name] = read_chain(path)
    return found


def _described(out: Path, name: str, its: dict[str, Any]) -> dict[str, Any]:
    """What the next bundle says of this one: as it was signed, for nobody could mend a chain that goes on from a lie.

    Raises ChainError when what is here is not what was signed.
    """
    path = out / name
    try:
        signed, there = check_signatures(path, (), None), sha256_of(path / SIGNED)
    except (Fault, OSError) as error:
        raise ChainError(f"{path} cannot be followed ({error}); put back its good copy") from error
    merkle = signed.predicate["merkle"]
    said = {"bundle": signed.predicate["bundle"], "root": merkle["root"], "link": merkle["link"]}
    if {each: its[each] for each in said} != said or said["bundle"] != name or there != signed.tag_manifest:
        raise ChainError(
            f"{path} cannot be followed, for it is not as it was signed; `dedup verify {path}` says more, put back its "
            "good copy"
        )
    return {**said, "tagmanifest_sha256": there}


def _as_of(name: str) -> str:
    return name[:10]


def _number(name: str) -> int:
    named = NAME.fullmatch(name)
    return int(named["number"] or 1) if named else 1
