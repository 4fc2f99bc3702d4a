"""DSSE envelopes (Dead Simple Signing Envelope 1.0): a payload, and who signed exactly that.

Put here the envelope. Keep out what the payload says (``statement.py``) and key files (``keys.py``).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from dedup_assets.evidence.canonical import document
from dedup_assets.evidence.keys import key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class EnvelopeError(ValueError):
    """An envelope cannot be read, or its signature does not fit; the message says which."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with one signature. ``key``: the id of the key that is said to have made it."""

    payload: bytes
    key: str
    signature: bytes


def pae(payload: bytes) -> bytes:
    """The bytes that are signed: the pre-authentication encoding of type and payload."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def seal(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """The envelope as the bytes of its file: one canonical line, the same for the same payload and key."""
    signature = {"keyid": key_id(key.public_key()), "sig": _text(key.sign(pae(payload)))}
    return document({"payload": _text(payload), "payloadType": PAYLOAD_TYPE, "signatures": [signature]})


def read_envelope(content: bytes) -> Envelope:
    """The envelope in a file's bytes; the signature is not checked.

    Only the one form that ``seal`` writes is taken, so that no byte of the file can be another.

    Raises EnvelopeError.
    """
    try:
        stated = json.loads(content)
        (signature,) = stated["signatures"]
        found = Envelope(_bytes(stated["payload"]), signature["keyid"], _bytes(signature["sig"]))
        again = document(
            {
                "payload": _text(found.payload),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"keyid": found.key, "sig": _text(found.signature)}],
            }
        )
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise EnvelopeError(f"it is no DSSE envelope with one signature ({error})") from error
    if again != content:
        raise EnvelopeError("it is not written as a DSSE envelope of this program is")
    return found


def check(envelope: Envelope, key: Ed25519PublicKey) -> None:
    """Raises EnvelopeError when ``key`` did not sign the envelope's payload."""
    if envelope.key != key_id(key):
        raise EnvelopeError(f"it says to be signed by key {envelope.key}, not by {key_id(key)}")
    try:
        key.verify(envelope.signature, pae(envelope.payload))
    except InvalidSignature as error:
        raise EnvelopeError(f"its signature is not that of key {envelope.key} over its payload") from error


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
