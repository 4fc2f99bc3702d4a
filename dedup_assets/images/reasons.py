"""The short, fixed list of reasons why an image has no fingerprint, and the errors that carry them.

UNREAD_PAGE adds what only a later page of a readable file can have.
Put a reason here before it is used anywhere. Keep out sentences about single files: a reason is counted and published.
"""

from __future__ import annotations

UNREADABLE = {
    "empty_file": "The file has no bytes.",
    "not_an_image": "The bytes are not those of any picture or document format that is known here.",
    "unsupported": "The file is of a known kind that is not accepted as an image here.",
    "truncated": "The file ends before the picture does.",
    "corrupt": "The file says that it is an image, but its picture cannot be decoded.",
    "encrypted": "The document opens only with a password.",
    "too_many_bytes": "The file is larger than the byte cap.",
    "too_many_pixels": "The picture has more pixels than the pixel cap.",
    "too_many_frames": "The file has more pages or frames than the frame cap.",
    "time_limit": "Decoding took longer than the time limit of one image.",
    "memory_limit": "Decoding needed more memory than a worker may use.",
    "crashed": "The decoder crashed on this file.",
    "permission": "The file may not be read by this account.",
    "not_a_file": "The path is a folder, a device, a pipe or a socket.",
    "unreachable": "The storage did not deliver the bytes.",
}
UNREAD_PAGE = {
    "page_cap": "The page lies beyond the number of pages that are compared.",
    "time_limit": "The pages before it took as long as one file may.",
}
MISSING = {
    "no_such_file": "There is no file of this name.",
    "outside_root": "The name leads out of the department's root; it was not read.",
    "not_a_file": "The name is that of a folder, a device, a pipe or a socket; it was not opened.",
    "unreachable": "The storage did not deliver the file.",
}


class UnreadableError(Exception):
    """An image cannot be read; ``reason`` is a key of UNREADABLE."""

    def __init__(self, reason: str) -> None:
        super().__init__(UNREADABLE[reason])
        self.reason = reason


class MissingError(Exception):
    """There is nothing to read; ``reason`` is a key of MISSING."""

    def __init__(self, reason: str) -> None:
        super().__init__(MISSING[reason])
        self.reason = reason
