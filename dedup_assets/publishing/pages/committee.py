"""The committee's page: what was put right, what is late, what it holds up, and why. For the tiers above public.

Put here which page there is and for whom. What it says is made in ``publishing/committee``; the report in PDF
(``publishing/report``) says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.committee.make import committee_view
from dedup_assets.publishing.committee.view import BANDS, SEVERITIES
from dedup_assets.publishing.committee.words import BAND_WORDS
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.publishing.publication import Publication

NAME = "committee.html"
TIERS = frozenset({Tier.committee, Tier.auditor})
# What the templates of the page and of the report loop over.
LISTS = {"bands": BANDS, "band_words": BAND_WORDS, "severity_names": SEVERITIES}


def pages(publication: Publication) -> Iterator[Page]:
    """``committee.html`` in the language in force; nothing at the tiers that are not told as much."""
    if publication.tier not in TIERS:
        return
    view = committee_view(publication)
    yield Page(NAME, render_page(NAME, NAME, site=publication.site, committee=view, **LISTS))
