"""Salts: what keeps a digest from being guessed, and the commitments that rest on them.

A finding is a short text, and whoever can guess it could compare its digest; with a salt only who has the salt can.
Salts follow from one secret of the pool and from the subject, so that the same home gives the same bundle. Put here
salts and openings. Keep out trees (``merkle.py``).
"""

from __future__ import annotations

import filecmp
import hashlib
import hmac
import os
import secrets
from contextlib import contextmanager
from itertools import chain, count
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.evidence.canonical import Lines
from dedup_assets.evidence.layout import OPENINGS, SALT_KEY
from dedup_assets.evidence.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

_LENGTH = 32


class SaltError(UserError):
    """A pool's secret cannot be used; the message says what to do."""


class Salts:
    """The salts of one pool for one period. A salt of another period tells nothing of this one's."""

    def __init__(self, pool_folder: Path, as_of: date) -> None:
        """Read the pool's secret, or make it, for its owner alone.

        Raises SaltError when it is not what this program wrote: salts made from another one open no earlier bundle.
        """
        self._key = _secret(pool_folder / SALT_KEY)
        self._period = as_of.isoformat()

    def salt(self, kind: str, subject: str) -> bytes:
        """The salt of a subject (``finding`` and its id, ``delivery`` and its id, ...), 64 hexadecimal digits."""
        return self._made(f"{self._period}|{kind}|{subject}").hex().encode()

    def decoy(self, number: int) -> bytes:
        """A digest of nothing, which nobody can tell from that of a finding."""
        return leaf_hash(self._made(f"{self._period}|decoy|{number}"))

    def _made(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()


class Openings:
    """Where an enclave notes what its commitments in one bundle stand for."""

    def __init__(self, salts: Salts, file: BinaryIO, folder: Path) -> None:
        self.salts = salts
        self._file = file
        self.folder = folder
        self._lines = Lines()

    def commit(self, kind: str, subject: str, content: bytes) -> bytes:
        """The digest that stands for ``content`` in the bundle: ``sha256(00 salt content)``; noted with its opening."""
        data = self.salts.salt(kind, subject) + content
        self._file.write(self._lines.line({"kind": kind, "subject": subject, "data": data.decode()}) + b"\n")
        return leaf_hash(data)


@contextmanager
def openings(pool_folder: Path, bundle: str, salts: Salts) -> Iterator[Openings]:
    """The openings of one bundle, in the enclave, for its owner alone.

    A bundle of that name may have been made elsewhere out of other rows; its openings are kept, and both are read.
    """
    folder = pool_folder / OPENINGS
    folder.mkdir(mode=0o700, exist_ok=True)
    part = folder / f".{bundle}.part"
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield Openings(salts, file, folder)
        if not any(filecmp.cmp(part, each, shallow=False) for each in openings_of(folder, bundle)):
            part.replace(_unused(folder, bundle))
    finally:
        part.unlink(missing_ok=True)


def openings_of(folder: Path, bundle: str) -> list[Path]:
    """The files of openings of every bundle that had this name, by theirs."""
    return sorted([*folder.glob(f"{bundle}.jsonl"), *folder.glob(f"{bundle}.*.jsonl")])


def _unused(folder: Path, bundle: str) -> Path:
    """A file that is not there yet: nothing could open a bundle again whose openings were written over."""
    names = chain([f"{bundle}.jsonl"], (f"{bundle}.{number}.jsonl" for number in count(2)))
    return next(folder / each for each in names if not (folder / each).exists())


def _secret(path: Path) -> bytes:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_LENGTH))
    secret = path.read_bytes()
    if len(secret) != _LENGTH:
        raise SaltError(f"{path} has {len(secret)} bytes instead of {_LENGTH}; put back its last good copy")
    return secret
