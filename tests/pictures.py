"""Pictures for tests: drawn from a seed, with the texture that photographs have."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def photograph(seed=1, width=640, height=480):
    """An RGB picture with light, large shapes, texture and camera noise."""
    rng = np.random.default_rng(seed)
    layers = np.zeros((height, width, 3), np.float64)
    for cells, weight in ((4, 0.55), (16, 0.3), (60, 0.15)):
        coarse = rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
        layers += weight * np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    layers += rng.normal(0, 3, layers.shape)
    return Image.fromarray(layers.clip(0, 255).astype(np.uint8))


def encoded(image, file_format, **options):
    """The bytes of ``image`` in a format."""
    if file_format == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def distance(first, second):
    """Differing bits of two hashes, given as bytes or as hex."""
    if isinstance(first, str):
        first, second = bytes.fromhex(first), bytes.fromhex(second)
    return (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")).bit_count()


def blank_page(seed, noise=3.0, width=850, height=1100):
    """A scan of nothing: white paper and the scanner's noise."""
    rng = np.random.default_rng(seed)
    return Image.fromarray((245 + rng.normal(0, noise, (height, width))).clip(0, 255).astype(np.uint8))


def flat_png(width, height, depth=1, colour=0, rows=None):
    """A black PNG of any size, which takes next to no time to make; only its first ``rows`` rows if given."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    line = bytes((width * depth * samples + 7) // 8 + 1)
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(line) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
