"""The signatures beside a bag: each in an envelope of its own, added and never replaced.

Put here their files. Keep out envelopes (``dsse.py``), keys (``keys.py``) and time stamps (``timestamp.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.engines.beside import beside
from dedup_assets.errors import UserError
from dedup_assets.evidence import timestamp
from dedup_assets.evidence.dsse import read_envelope, seal
from dedup_assets.evidence.keys import key_id, public_pem
from dedup_assets.evidence.layout import ENVELOPE, PUBLIC_KEY, SIGNATURES, STAMP, TIMESTAMP
from dedup_assets.evidence.statement import stamp_statement

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from dedup_assets.evidence.timestamp import Authority

# Digits of a key's id in the names of its files.
NAMED = 16


class SignatureError(UserError):
    """A signature cannot be added; the message says why."""


def sign(bundle: Path, payload: bytes, key: Ed25519PrivateKey, authority: Authority | None = None) -> Path:
    """Add a signature over ``payload`` beside the bag, with its time stamp where there is an authority; its path.

    Raises SignatureError when that key has signed already, TimestampError when the authority gives none.
    """
    folder = bundle / SIGNATURES
    stem = key_id(key.public_key())[:NAMED]
    envelope = folder / f"{stem}{ENVELOPE}"
    if envelope.exists():
        raise SignatureError(f"{envelope} is there already: this key has signed, and a signature is never replaced")
    content = seal(payload, key)
    files = {f"{stem}{PUBLIC_KEY}": public_pem(key.public_key())}
    if authority is not None:
        response = timestamp.stamp(content, authority)
        files[f"{stem}{TIMESTAMP}"] = response
        files[f"{stem}{STAMP}"] = seal(stamp_statement(f"{stem}{TIMESTAMP}", response), key)
    for name, its in {**files, envelope.name: content}.items():
        with beside(folder / name) as part:
            part.write_bytes(its)
            part.chmod(0o444)
    return envelope


def envelopes(bundle: Path) -> list[Path]:
    """The envelopes beside a bag, by name."""
    return sorted((bundle / SIGNATURES).glob(f"*{ENVELOPE}"))


def payload_of(bundle: Path) -> bytes:
    """The statement that was signed first, for another to sign. The bundle must have been verified."""
    return read_envelope(envelopes(bundle)[0].read_bytes()).payload
