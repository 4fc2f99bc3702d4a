"""Time stamps (RFC 3161): an authority's word that an envelope's bytes were there at a moment.

Put here asking an authority and checking its answer. Keep out the envelope.
"""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rfc3161_client import TimeStampTokenInfo

SECONDS = 30.0
# An answer has a signature and a certificate or two; anything longer is none.
_LARGEST = 1024 * 1024


class TimestampError(UserError):
    """No time stamp could be had, or one does not hold; the message says why."""


class Authority(Protocol):
    """Where time stamps come from: the bytes of a request in, those of its response out."""

    def __call__(self, request: bytes) -> bytes:
        """The response. Raises TimestampError when there is none."""


def authority_at(url: str) -> Authority:
    """The authority at an address (RFC 3161, section 3.4: by HTTP).

    Raises TimestampError when the address is not one of http or https.
    """
    if not url.startswith(("http://", "https://")):
        raise TimestampError(f"{url} is no address of a time stamp authority; it begins with https:// or http://")

    def ask(request: bytes) -> bytes:
        posted = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
            url, data=request, headers={"Content-Type": "application/timestamp-query"}, method="POST"
        )
        try:
            with urllib.request.urlopen(posted, timeout=SECONDS) as answer:  # noqa: S310 - as above
                return bytes(answer.read(_LARGEST))
        except (urllib.error.URLError, OSError) as error:
            raise TimestampError(f"{url} gives no time stamp ({error}); try again, or leave --tsa out") from error

    return ask


def stamp(content: bytes, authority: Authority) -> bytes:
    """The authority's response over ``content`` (SHA-256, no nonce, with its certificate), as received.

    Raises TimestampError when the response is none, or is not about these bytes.
    """
    asked = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=False)
    response = authority(asked.cert_request(cert_request=True).build().as_bytes())
    fits(response, content)
    return response


def fits(response: bytes, content: bytes) -> None:
    """Raises TimestampError when a response is not about ``content``; whose response it is, is not looked at."""
    if _read(response).message_imprint.message != hashlib.sha256(content).digest():
        raise TimestampError("the authority answered about other bytes than these")


def check(response: bytes, content: bytes, roots: Path) -> datetime:
    """The moment of a time stamp that an authority below one of ``roots`` (PEM) put on ``content``.

    Raises TimestampError.
    """
    try:
        certificates = x509.load_pem_x509_certificates(roots.read_bytes())
    except (OSError, ValueError) as error:
        raise TimestampError(f"{roots} holds no certificate in PEM ({error})") from error
    builder = VerifierBuilder()
    for each in certificates:
        builder = builder.add_root_certificate(each)
    moment = _read(response).gen_time
    try:
        builder.build().verify_message(decode_timestamp_response(response), content)
    except (VerificationError, ValueError) as error:
        raise TimestampError(f"the time stamp does not hold ({error})") from error
    return moment


def _read(response: bytes) -> TimeStampTokenInfo:
    try:
        return decode_timestamp_response(response).tst_info
    except ValueError as error:
        raise TimestampError(f"it is no time stamp response ({error})") from error
