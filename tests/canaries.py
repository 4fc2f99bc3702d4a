"""Looks for a word in everything that a folder of published files says, however it is packed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pyarrow.parquet as pq
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORD = b"CANARY"


def singing(folder: Path, word: bytes = WORD) -> list[str]:
    """The files below ``folder`` that hold ``word``: in their bytes, or in what these unpack to."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert files, f"{folder} holds nothing to look into"
    return [str(path.relative_to(folder)) for path in files if any(word in part for part in _parts(path))]


def _parts(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield str(path).encode()
    yield data
    yield data.decode("utf-8", "ignore").encode("ascii", "backslashreplace")
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        yield str(file.metadata.metadata).encode() + str(file.schema_arrow).encode()
        for group in range(file.metadata.num_row_groups):
            columns = (file.metadata.row_group(group).column(place) for place in range(file.metadata.num_columns))
            yield str([each.statistics for each in columns]).encode()
        yield str(file.read().to_pylist()).encode()
    elif path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            plain = io.BytesIO()
            document.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
            yield plain.getvalue()
    elif path.suffix in {".jpg", ".png"}:
        with Image.open(path) as image:
            yield str(image.info).encode() + str(dict(image.getexif())).encode()
