"""The signatures beside a bundle: which keys signed what, and when an authority saw it.

Put here envelopes against keys. Keep out what the statement's words are compared with (``check_contents.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence import timestamp
from dedup_assets.evidence.dsse import EnvelopeError, check, read_envelope
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.keys import key_id, public_pem, read_public
from dedup_assets.evidence.layout import ENVELOPE, PUBLIC_KEY, SIGNATURES, SIGNED, STAMP, TIMESTAMP
from dedup_assets.evidence.signatures import NAMED, envelopes
from dedup_assets.evidence.statement import CLAIM, PREDICATE, STATEMENT, stamp_statement
from dedup_assets.evidence.timestamp import TimestampError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that holds. ``is_known``: its key was given, and not only found beside the bundle.

    ``stamped``: when an authority saw it, ``has_stamp``: whether there is a time stamp at all; it is checked only
    against an authority's certificate.
    """

    key: str
    is_known: bool
    has_stamp: bool
    stamped: datetime | None


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, by whom."""

    statement: dict[str, Any]
    signatures: tuple[Signature, ...]

    @property
    def tag_manifest(self) -> str:
        """The sha256 of the tag manifest, as signed."""
        return str(self.statement["subject"][0]["digest"]["sha256"])

    @property
    def predicate(self) -> dict[str, Any]:
        """What the statement says of the bundle."""
        return dict(self.statement["predicate"])


def check_signatures(bundle: Path, keys: Sequence[Ed25519PublicKey], roots: Path | None) -> Signed:
    """Check every signature beside a bundle; each of ``keys`` must have made one.

    ``roots``: certificates (PEM) of time stamp authorities; without them time stamps are not checked, with them there
    must be one.

    Raises Fault for the first signature that does not hold or is lacking, and for strange files among them.
    """
    found = envelopes(bundle)
    if not found:
        raise Fault(SIGNATURES, "there is no signature; without one nobody answers for this bundle")
    given = {key_id(each): each for each in keys}
    _no_strangers(bundle, {each.name.removesuffix(ENVELOPE) for each in found})
    payloads, signatures = {}, []
    for path in found:
        payloads[path.name], signature = _checked(path, given, roots)
        signatures.append(signature)
    for key in given.keys() - {each.key for each in signatures}:
        others = ", ".join(each.key for each in signatures)
        raise Fault(f"{SIGNATURES}/{key[:NAMED]}{ENVELOPE}", f"key {key} has not signed; signed by {others}")
    if roots is not None:
        _all_stamped(signatures, asked=given.keys())
    first = next(iter(payloads))
    for name, payload in payloads.items():
        if payload != payloads[first]:
            raise Fault(f"{SIGNATURES}/{name}", f"it signs another statement than {first}")
    return Signed(_statement(f"{SIGNATURES}/{first}", payloads[first]), tuple(signatures))


def _all_stamped(signatures: Sequence[Signature], asked: Collection[str]) -> None:
    """Who gives an authority's certificate looks for its stamp: on the signatures of the keys given, or on each one.

    A stamp is in no manifest, so nothing else would tell that it was taken away.
    """
    for each in signatures:
        if not each.has_stamp and (not asked or each.key in asked):
            stem = each.key[:NAMED]
            raise Fault(f"{SIGNATURES}/{stem}{TIMESTAMP}", "there is no time stamp on this signature; it was asked for")


def _checked(path: Path, given: Mapping[str, Ed25519PublicKey], roots: Path | None) -> tuple[bytes, Signature]:
    name = f"{SIGNATURES}/{path.name}"
    stem = path.name.removesuffix(ENVELOPE)
    carried = _carried(path.with_name(f"{stem}{PUBLIC_KEY}"), stem)
    content = path.read_bytes()
    try:
        envelope = read_envelope(content)
        key = given.get(envelope.key, carried)
        check(envelope, key)
    except EnvelopeError as error:
        raise Fault(name, str(error)) from error
    stamp = path.with_name(f"{stem}{TIMESTAMP}")
    moment = None
    if stamp.exists() or path.with_name(f"{stem}{STAMP}").exists():
        moment = _stamped(path.with_name(f"{stem}{STAMP}"), stamp, content, key, roots)
    return envelope.payload, Signature(envelope.key, envelope.key in given, stamp.exists(), moment)


def _stamped(sealed: Path, stamp: Path, content: bytes, key: Ed25519PublicKey, roots: Path | None) -> datetime | None:
    """When an authority saw ``content``; None when there is no certificate to hold its response to."""
    try:
        response = stamp.read_bytes()
        envelope = read_envelope(sealed.read_bytes())
        check(envelope, key)
    except FileNotFoundError as error:
        raise Fault(f"{SIGNATURES}/{Path(error.filename).name}", "the file was taken out") from error
    except EnvelopeError as error:
        raise Fault(f"{SIGNATURES}/{sealed.name}", str(error)) from error
    if envelope.payload != stamp_statement(stamp.name, response):
        raise Fault(f"{SIGNATURES}/{stamp.name}", f"it is not the response that {sealed.name} was signed about")
    try:
        timestamp.fits(response, content)
        return timestamp.check(response, content, roots) if roots is not None else None
    except TimestampError as error:
        raise Fault(f"{SIGNATURES}/{stamp.name}", str(error)) from error


def _carried(path: Path, stem: str) -> Ed25519PublicKey:
    """The public key beside an envelope, which must be the one that the files are named after."""
    name = f"{SIGNATURES}/{path.name}"
    try:
        content = path.read_bytes()
        key = read_public(content)
    except FileNotFoundError as error:
        raise Fault(name, f"the file was taken out, or {stem}{ENVELOPE} was added") from error
    except (OSError, ValueError) as error:
        raise Fault(name, f"it is no public key ({error})") from error
    if key_id(key)[:NAMED] != stem:
        raise Fault(name, f"it is key {key_id(key)}, not the one that the file is named after")
    if public_pem(key) != content:
        raise Fault(name, "it is not written as a public key of this program is")
    return key


def _no_strangers(bundle: Path, stems: set[str]) -> None:
    known = {f"{stem}{ending}" for stem in stems for ending in (ENVELOPE, PUBLIC_KEY, TIMESTAMP, STAMP)}
    for path in sorted((bundle / SIGNATURES).iterdir()):
        if path.name not in known or path.is_dir():
            raise Fault(f"{SIGNATURES}/{path.name}", "the file was added; it belongs to no signature")


def _statement(name: str, payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
        ((subject,), kinds) = found["subject"], (found["_type"], found["predicateType"])
        if kinds != (STATEMENT, PREDICATE) or subject["name"] != SIGNED or found["predicate"]["claim"] != CLAIM:
            raise Fault(name, "what is signed is no statement about a bundle")
        str(subject["digest"]["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(name, f"what is signed is no statement about a bundle ({error})") from error
    return dict(found)
