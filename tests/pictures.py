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


def _numbers(image, kind):
    return np.asarray(image.convert("L")).astype(kind)


def _as_lab(image):
    from PIL import ImageCms

    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(image, *profiles, outputMode="LAB")


def _stored(pixels, file_format):
    return encoded(Image.fromarray(pixels), file_format)


# One RGB picture, 640 x 480, as bytes in every pixel mode: name to function
MODES = {
    "grey": lambda seen: encoded(seen.convert("L"), "PNG"),
    "palette": lambda seen: encoded(seen.quantize(256), "PNG"),
    "palette with alpha": lambda seen: encoded(seen.convert("RGBA").quantize(256), "PNG"),
    "opaque alpha": lambda seen: encoded(seen.convert("RGBA"), "PNG"),
    "grey and alpha": lambda seen: encoded(seen.convert("LA"), "PNG"),
    "CMYK JPEG": lambda seen: encoded(seen.convert("CMYK"), "JPEG", quality=90),
    "CMYK TIFF": lambda seen: encoded(seen.convert("CMYK"), "TIFF"),
    "YCbCr TIFF": lambda seen: encoded(seen.convert("YCbCr"), "TIFF"),
    "LAB TIFF": lambda seen: encoded(_as_lab(seen), "TIFF"),
    "16-bit PNG": lambda seen: _stored(_numbers(seen, np.uint16) * 257, "PNG"),
    "16-bit TIFF": lambda seen: _stored(_numbers(seen, np.uint16) * 257, "TIFF"),
    "16-bit PGM": lambda seen: b"P5 640 480 65535\n" + (_numbers(seen, np.uint16) * 257).astype(">u2").tobytes(),
    "32-bit TIFF": lambda seen: _stored(_numbers(seen, np.int32) * 100_000, "TIFF"),
    "negative TIFF": lambda seen: _stored(_numbers(seen, np.int32) - 200, "TIFF"),
    "float TIFF 0 to 1": lambda seen: _stored(_numbers(seen, np.float32) / 255, "TIFF"),
    "float TIFF in metres": lambda seen: _stored(_numbers(seen, np.float32) * 9.5 - 120, "TIFF"),
    "float PFM": lambda seen: _stored(_numbers(seen, np.float32), "PPM"),
    "1-bit": lambda seen: encoded(seen.convert("1"), "PNG"),
    "1-bit fax": lambda seen: encoded(seen.convert("1"), "TIFF", compression="group4"),
}


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
