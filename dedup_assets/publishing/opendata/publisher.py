"""Who publishes the open data, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes and on what terms.

    ``contact``: an e-mail address; ``url``: where the package lies; both may be empty. ``licence``: as SPDX names it.
    """

    name: str
    contact: str
    url: str
    licence: str


ANYBODY = Publisher("The city", "", "", "CC0-1.0")
# Where the package lies in the public site.
FOLDER = "open-data"


def publisher_of(own: Settings) -> Publisher:
    """The publisher that an installation names."""
    url = f"{own.site_url}/{FOLDER}/" if own.site_url else ""
    return Publisher(own.publisher, own.publisher_contact, url, own.open_data_licence)
