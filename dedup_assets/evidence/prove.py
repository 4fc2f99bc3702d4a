"""One finding out of a bundle, with the proof that it belongs to it and without any other finding.

The digests on the way to the root are those of salted leaves, so nothing of another finding can be guessed from them.
Put here proofs. Keep out trees (``merkle.py``).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.errors import UserError
from dedup_assets.evidence.canonical import document
from dedup_assets.evidence.check_contents import leaves
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.layout import OPENINGS, table
from dedup_assets.evidence.merkle import inclusion_path, leaf_hash, root_along, siblings
from dedup_assets.evidence.salt import openings_of
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.evidence.merkle import Side
    from dedup_assets.evidence.verify import Verified
    from dedup_assets.warehouse import Home

FORMAT = "dedup-proof-1"
_SALT = 64


class ProofError(UserError):
    """A proof cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That one finding is a leaf of the tree with this root. ``data``: its salt and its line.

    ``steps``: the digests beside its way to the root. Neither the leaf's number nor the tree's size is told: the root
    would not hold them to the truth.
    """

    root: bytes
    data: bytes
    steps: tuple[tuple[Side, bytes], ...]

    @property
    def finding(self) -> dict[str, Any]:
        """The finding."""
        return dict(json.loads(self.data[_SALT:]))

    def content(self) -> bytes:
        """The bytes of the proof's file. What is looked for with ``grep`` cannot stand in the finding: it is base64."""
        return document(
            {
                "format": FORMAT,
                "root": self.root.hex(),
                "leaf_data": base64.b64encode(self.data).decode(),
                "path": [f"{side}:{digest.hex()}" for side, digest in self.steps],
            }
        )


def prove(finding_id: str, bundle: Path, verified: Verified, home: Home | None = None) -> Proof:
    """The proof for one finding of a bundle that was verified.

    Of a restricted department the finding stands in its enclave, so ``home`` is needed, and the right to enter it.

    Raises ProofError when the bundle has no such finding, or is one without salts.
    """
    found = _in_bundle(finding_id, bundle)
    opened = [found] if found is not None else _in_enclaves(finding_id, verified.bundle, home)
    if not opened:
        raise ProofError(
            f"{bundle} has no finding {finding_id}; of a restricted department only who may enter its enclave can "
            "prove it (--home)"
        )
    made, data, index, size = {leaf_hash(each): each for each in opened}, b"", -1, 0
    for size, each in enumerate(leaves(bundle), start=1):
        leaf = bytes.fromhex(each["leaf"])
        if leaf in made:
            data, index = made[leaf], size - 1
    if index < 0:
        raise ProofError(f"{finding_id} is no leaf of {bundle}; the opening is of another bundle")
    path = inclusion_path((bytes.fromhex(each["leaf"]) for each in leaves(bundle)), index, size)
    sides = [side for side, _, _ in siblings(index, size)]
    return Proof(bytes.fromhex(verified.root), data, tuple(zip(sides, path, strict=True)))


def read_proof(path: Path) -> Proof:
    """The proof in a file. Raises Fault when it is none, or leads to another root than it says."""
    try:
        content = path.read_bytes()
        stated = json.loads(content)
        found = Proof(
            bytes.fromhex(stated["root"]),
            base64.b64decode(stated["leaf_data"], validate=True),
            tuple(_step(each) for each in stated["path"]),
        )
        name = str(found.finding["finding_id"])
        reached = root_along(leaf_hash(found.data), found.steps)
        again = found.content()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Fault(str(path), f"it is no proof of a finding ({error})") from error
    if reached != found.root:
        raise Fault(str(path), f"{name} and its path lead to the root {reached.hex()}; it says {found.root.hex()}")
    if again != content:
        raise Fault(str(path), "it is not written as a proof of this program is")
    return found


def check_proof(path: Path, root: str) -> Proof:
    """The proof in a file, which must lead to ``root`` (hexadecimal). Raises Fault."""
    proof = read_proof(path)
    if proof.root.hex() != root.lower():
        raise Fault(str(path), f"it leads to the root {proof.root.hex()}, not to {root}")
    return proof


def _step(text: str) -> tuple[Side, bytes]:
    side, _, digest = text.partition(":")
    return ("left" if side == "left" else "right"), bytes.fromhex(digest)


def _in_bundle(finding_id: str, bundle: Path) -> bytes | None:
    with (bundle / table("finding")).open("rb") as findings:
        for leaf in leaves(bundle):
            if leaf["pool"] != CITY:
                return None
            line = findings.readline().rstrip(b"\n")
            if leaf.get("finding_id") == finding_id:
                if "salt" not in leaf:
                    raise ProofError(
                        f"{bundle} holds no salts; prove it from the auditors' bundle, which has the same root"
                    )
                return str(leaf["salt"]).encode() + line
    return None


def _in_enclaves(finding_id: str, bundle: str, home: Home | None) -> list[bytes]:
    """What the enclaves of ``home`` noted of a finding, for every bundle of that name."""
    if home is None:
        return []
    found = []
    for folder in sorted((home.root / "enclaves").glob(f"*/{OPENINGS}")):
        for path in openings_of(folder, bundle):
            with path.open("rb") as file:
                for line in file:
                    opened = json.loads(line)
                    if opened["kind"] == "finding" and opened["subject"] == finding_id:
                        found.append(str(opened["data"]).encode())
    return found
