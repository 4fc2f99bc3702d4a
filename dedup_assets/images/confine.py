"""Which names of a manifest stay inside the department's root.

Put here what a name may look like. Keep out the file system: links are looked at where files are (``store.py``).
A manifest is input from outside; `../../etc/passwd` gets a finding, not a read.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from dedup_assets.images.reasons import MissingError

# A scheme (file:, s3://, C:\), or the double colon with which fsspec chains file systems
_ELSEWHERE = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:[/\\]|::|://")
_MAX_DECODINGS = 5


def parts(storage_uri: str) -> tuple[str, ...]:
    """The folders and the file name that ``storage_uri`` names below the root, as they are written.

    A name that leaves the root as it stands, or once its percent escapes are decoded (as often as that changes it), is
    refused; one that does not is used as written, escapes and all.

    Raises MissingError: outside_root; not_a_file for the root itself.
    """
    decoded = storage_uri
    for _ in range(_MAX_DECODINGS):
        if _leads_out(decoded):
            raise MissingError("outside_root")
        before, decoded = decoded, unquote(decoded, errors="replace")
        if decoded == before:
            break
    else:
        raise MissingError("outside_root")  # escapes of escapes of escapes: nobody names a photograph so
    found = tuple(part for part in storage_uri.split("/") if part not in ("", "."))
    if not found:
        raise MissingError("not_a_file")
    return found


def _leads_out(name: str) -> bool:
    return (
        name.startswith(("/", "~"))
        or "\\" in name
        or "\0" in name
        or _ELSEWHERE.search(name) is not None
        or ".." in name.split("/")
    )
