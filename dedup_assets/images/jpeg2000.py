"""What the headers of a JPEG 2000 picture say: how often it can be halved while it is decoded, and whether it has any.

Large scanned maps come as JPEG 2000, and decoding one in full takes a second per five megapixels; at a quarter of its
size it takes a tenth of that. Asking for more halvings than the file has is an error, so they are looked up.
"""

from __future__ import annotations

_START = b"\xff\x4f\xff\x51"  # start of codestream, and the size marker that must follow (ISO/IEC 15444-1, A.4 and A.5)
_CODING_STYLE = b"\xff\x52"
_TILE = b"\xff\x90"
_TILE_HEADER = _TILE + b"\0\x0a"  # with its length, which is always 10 (A.4.2)


def decomposition_levels(data: bytes) -> int:
    """Decomposition levels of the main header's coding style (ISO/IEC 15444-1, A.6.1); 0 when it has none."""
    start = data.find(_START)
    position = start + 2
    while start >= 0 and position + 10 <= len(data):
        marker = data[position : position + 2]
        if marker == _CODING_STYLE:
            return data[position + 9]
        if marker == _TILE or marker[:1] != b"\xff":
            break
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return 0


def has_tiles(data: bytes) -> bool:
    """Whether any pixels follow the headers. Where none do, OpenJPEG gives a black picture and no error."""
    return data.find(_TILE_HEADER, max(0, data.find(_START))) >= 0
