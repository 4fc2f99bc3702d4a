"""Which algorithm made a fingerprint, with the versions of everything that can move a bit.

Fingerprints of two versions are never compared; a new version reads every image again. Raise DECODER for a change in
``decode.py``, ``grey.py`` or ``pdf.py``, HASHES for one in ``hashes.py`` or ``quality.py``, PAGES for one in
``features.py`` or ``photograph.py``, EXIF for one in ``exif.py``.
"""

from __future__ import annotations

from importlib.metadata import version

from PIL import features

DECODER = "decode2"
PAGES = "pages1"
EXIF = "exif2"
HASHES = "phash1-imagehash4.3.2"  # the definition followed, not an installed package


def _algorithm_version() -> str:
    codecs = {
        "pillow": version("pillow"),
        "libjpeg-turbo": str(features.version("libjpeg_turbo")),
        "openjpeg": str(features.version("jpg_2000")),
        "libtiff": str(features.version("libtiff")),
        "webp": str(features.version("webp")),
        "avif": str(features.version("avif")),
        "pillow-heif": version("pillow-heif"),
        "pypdfium2": version("pypdfium2"),
        "numpy": version("numpy"),
        "opencv": version("opencv-python-headless"),
    }
    return " ".join([DECODER, HASHES, PAGES, EXIF, *(f"{name}-{found}" for name, found in codecs.items())])


ALGORITHM_VERSION = _algorithm_version()
