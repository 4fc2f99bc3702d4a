"""How many pages or frames a file has, counted up to the cap and no further.

Put here counting. Keep out decoding of frames. A file can claim, or have, frames without end.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dedup_assets.images.reasons import UnreadableError

if TYPE_CHECKING:
    from PIL import Image

# What Pillow raises on a damaged directory
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error)
_EXTENSION, _IMAGE = 0x21, 0x2C
_HAS_COLOURS, _COLOUR_BITS = 0x80, 0x07


def count_frames(image: Image.Image, data: bytes, cap: int) -> int:
    """Frames of an opened image whose file is ``data``.

    Raises UnreadableError (too_many_frames) when there are more than ``cap``.
    """
    if image.format == "GIF":
        frames = _gif_frames(data, cap)
    elif image.format == "TIFF":
        frames = _tiff_frames(image, cap)
    else:
        frames = int(getattr(image, "n_frames", 1))
    if frames > cap:
        raise UnreadableError("too_many_frames")
    return max(1, frames)


def _gif_frames(data: bytes, cap: int) -> int:
    """Image descriptors of a GIF (CompuServe GIF89a specification), at most ``cap + 1``.

    Pillow counts them by composing every frame; skipping the blocks is some hundred times cheaper.
    """
    position = 13 + _colours(data[10])
    frames = 0
    while position < len(data) and frames <= cap:
        block = data[position]
        if block == _EXTENSION:
            position = _after_blocks(data, position + 2)
        elif block == _IMAGE and position + 9 < len(data):
            frames += 1
            position = _after_blocks(data, position + 11 + _colours(data[position + 9]))
        else:
            break
    return frames


def _colours(flags: int) -> int:
    """Bytes of the colour table that a flag byte announces."""
    return 3 << ((flags & _COLOUR_BITS) + 1) if flags & _HAS_COLOURS else 0


def _after_blocks(data: bytes, position: int) -> int:
    while position < len(data) and data[position]:
        position += data[position] + 1
    return position + 1


def _tiff_frames(image: Image.Image, cap: int) -> int:
    """Directories of a TIFF, at most ``cap + 1``: each is parsed, so an endless chain must not be followed.

    A directory that cannot be parsed is a page too, and the last: where the next one lies is not known.
    """
    frames = 1
    try:
        while frames <= cap:
            image.seek(frames)  # one after the other: Pillow counts wrongly after a leap beyond the end
            frames += 1
    except EOFError:
        pass
    except _DAMAGE:
        frames += 1
    image.seek(0)
    return frames
