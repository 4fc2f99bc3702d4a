"""Ed25519 keys: made, kept and read, so that ``openssl`` reads them too.

Put here key files. Keep out what is signed with them (``dsse.py``).
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dedup_assets.errors import UserError
from dedup_assets.evidence.layout import PUBLIC_KEY

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(UserError):
    """A key file cannot be used; the message says why and what to do."""


def generate(path: Path) -> Path:
    """Make a pair: the private key at ``path``, for its owner alone, the public one beside it; returns the latter.

    Raises KeyFileError when either file is there already, for a key that was lost cannot be made again, and when one
    cannot be written; then neither is there.
    """
    if not path.name:
        raise KeyFileError("the file for the private key has no name; name one, as in `dedup keygen city.key`")
    public = path.with_name(path.name + PUBLIC_KEY)
    for each in (path, public):
        if os.path.lexists(each):
            raise KeyFileError(f"{each} is there already; name another file, for a key that is overwritten is lost")
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    try:
        _write(public, public_pem(key.public_key()), 0o644)
    except KeyFileError:
        path.unlink()  # half a pair would be in the way of the next attempt
        raise
    return public


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key in ``path`` (PEM, PKCS #8, not encrypted).

    Raises KeyFileError when there is none, or when others than its owner may read it.
    """
    key = None
    try:
        if path.stat().st_mode & _OTHERS:
            raise KeyFileError(f"{path} can be read by others than its owner; `chmod 600 {path}`, or make a new key")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path} holds no private key ({error}); `dedup keygen FILE` makes one") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds a key of another kind than Ed25519; `dedup keygen FILE` makes one")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in ``path`` (PEM). Raises KeyFileError when there is none."""
    try:
        return read_public(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFileError(
            f"{path} holds no public key of the kind Ed25519 ({error}); name the file FILE.pub"
        ) from error


def read_public(pem: bytes) -> Ed25519PublicKey:
    """The public key in PEM text. Raises ValueError when there is none of the kind Ed25519."""
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is a key of another kind")  # noqa: TRY004 - what is wrong is the file, not a type
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as SubjectPublicKeyInfo in PEM, as ``openssl pkey -pubin`` reads it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: Ed25519PublicKey) -> str:
    """What names a key: sha256 of its SubjectPublicKeyInfo in DER, hexadecimal.

    The same as ``openssl pkey -pubin -in FILE.pub -outform DER | sha256sum``.
    """
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _write(path: Path, content: bytes, mode: int) -> None:
    """A new file that nobody else could open in between."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written ({error.strerror}); name a file in a folder of yours") from error
