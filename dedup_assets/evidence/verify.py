"""A bundle checked whole: signatures, files, contents, chain, in the order in which one leans on the other.

Put here the order and what may be said afterwards. Keep out each check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.evidence.check_contents import check_contents, check_place, check_previous
from dedup_assets.evidence.check_files import check_files, walk
from dedup_assets.evidence.check_signatures import Signature, Signed, check_signatures
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.statement import CLAIM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle in which nothing is wrong. ``chain``: what was seen of the bundle before it."""

    bundle: str
    files: int
    signed: Signed
    chain: str

    @property
    def root(self) -> str:
        """The root of the period's tree, hexadecimal, as signed."""
        return str(self.signed.predicate["merkle"]["root"])

    def says(self) -> list[str]:
        """What was checked, line by line, and no more than that."""
        merkle = self.signed.predicate["merkle"]
        return [
            f"{self.bundle}: {self.files} files are as their manifests say, and the manifests are as signed",
            *(_said(each) for each in self.signed.signatures),
            f"the {merkle['leaves']} leaves of its findings lead to the root {merkle['root']}",
            self.chain,
            CLAIM,
        ]


def verify(
    bundle: Path, keys: Sequence[Ed25519PublicKey] = (), previous: Path | None = None, roots: Path | None = None
) -> Verified:
    """Check a bundle. ``keys`` must all have signed; ``previous`` is the bundle that must stand before it.

    ``roots``: certificates (PEM) of time stamp authorities, one of which must have stamped it.

    Raises Fault for the first thing that is wrong.
    """
    if not bundle.is_dir():
        raise Fault(str(bundle), "there is no bundle; give the folder of one")
    try:
        walk(bundle)  # before anything is opened: a pipe would never end, a link leads out
        signed = check_signatures(bundle, keys, roots)
        files = check_files(bundle, signed.tag_manifest)
        check_contents(bundle, signed.predicate)
        check_place(bundle, signed.predicate)
        return Verified(signed.predicate["bundle"], files, signed, check_previous(bundle, signed.predicate, previous))
    except OSError as error:  # of a file that is there; one that is not is a fault of its own
        raise Fault(str(error.filename or bundle), f"it cannot be read ({error.strerror})") from error


def _said(signature: Signature) -> str:
    known = (
        "" if signature.is_known else "; the key was found beside the bundle, so ask its holder whether it is theirs"
    )
    if signature.stamped is not None:
        stamp = f"; an authority saw the signature at {signature.stamped:%Y-%m-%dT%H:%M:%SZ}"
    elif signature.has_stamp:
        stamp = "; its time stamp was not checked: give the authority's certificate with --tsa-ca"
    else:
        stamp = "; without a time stamp"
    return f"signed by key {signature.key}{known}{stamp}"
