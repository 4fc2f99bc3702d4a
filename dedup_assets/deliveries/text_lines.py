"""Text files: their encoding, and their lines one at a time.

Put here what CSV and JSON Lines share. Keep out what a line means.
"""

from __future__ import annotations

import codecs
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TextIO

from dedup_assets.deliveries.manifest import UnreadableManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.deliveries.manifest import Remarks

# A longer line is no row of a manifest, and would have to be held in memory whole.
LINE_CHARACTERS = 16 * 1024**2
_CHUNK = 1024**2
_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Office file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    codecs.BOM_UTF16_LE: "text in UTF-16",
    codecs.BOM_UTF16_BE: "text in UTF-16",
}


@contextmanager
def text_of(file: BinaryIO, remarks: Remarks, newline: str) -> Iterator[TextIO]:
    """``file`` as text in UTF-8 (a byte order mark is dropped), else in Windows-1252, which is then remarked.

    ``newline`` is as for ``open``. ``file`` stays open.

    Raises UnreadableManifestError when the bytes are neither.
    """
    head = file.read(_CHUNK)
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise UnreadableManifestError(f"its bytes are {what}, not text; save it as UTF-8 text")
    if 4 * head.count(0) > len(head):
        raise UnreadableManifestError("most of its bytes are zero (UTF-16 or no text at all); save it as UTF-8 text")
    encoding = "utf-8-sig"
    if _undecodable(file, "utf-8") is not None:
        encoding = "cp1252"
        at = _undecodable(file, encoding)
        if at is not None:
            raise UnreadableManifestError(f"it is neither UTF-8 nor Windows-1252 text (see byte {at + 1:,})")
        remarks.notes.append("it is not UTF-8 and was read as Windows-1252; save it as UTF-8")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline=newline)
    try:
        yield text
    finally:
        text.detach()


def lines_of(text: TextIO) -> Iterator[str]:
    """The lines of ``text`` with their ends, in bounded memory.

    Raises UnreadableManifestError at a line of more than LINE_CHARACTERS.
    """
    number = 0
    while line := text.readline(LINE_CHARACTERS):
        number += 1
        if len(line) >= LINE_CHARACTERS:
            raise UnreadableManifestError(f"line {number:,} is longer than {LINE_CHARACTERS:,} characters")
        yield line


def _undecodable(file: BinaryIO, encoding: str) -> int | None:
    """Where ``file`` stops being text in ``encoding`` (an offset in bytes), or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    read = 0
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            read += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return read + error.start
    return None
