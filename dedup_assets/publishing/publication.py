"""What a publication is made from, what the makers of pages get, and what they give back.

A maker of pages is a module with ``pages(publication) -> Iterator[Page]``; ``publish.py`` lists them. It is called
once for each language, inside ``language.using``, so whatever it says is in that language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import LANGUAGES
from dedup_assets.publishing.opendata.publisher import ANYBODY, Publisher

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.rows import Rows
    from dedup_assets.publishing.tier import Tier
    from dedup_assets.publishing.view import Picture, SiteView
    from dedup_assets.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a publication is made from.

    ``con``: a connection to one pool's warehouse; of a restricted department the city's holds aggregates only.
    ``departments``: those to publish; of a department's own site, that one. ``contracts``: theirs, by department.
    ``landing``: the root that photographs are read from. ``scores``: a connection to the city's warehouse, which keeps
    the scores of a restricted department; needed for its own site alone. ``publisher``: who the open data names.
    ``languages``: those to publish in, by their codes, the source language among them.
    """

    con: duckdb.DuckDBPyConnection
    departments: Sequence[Department]
    contracts: Mapping[str, Contract]
    rules: Sequence[Rule]
    policy: Policy
    landing: str
    scores: duckdb.DuckDBPyConnection | None = None
    publisher: Publisher = ANYBODY
    languages: Sequence[str] = tuple(LANGUAGES)


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication in one language, before it is written.

    ``con`` reads the views of the tier and nothing else (``tier_views.py``). ``departments`` are those that the tier
    shows; ``site`` is what the city's and the departments' pages show; ``pictures`` are the thumbnails that the tier
    has, by department and storage URI.
    """

    con: duckdb.DuckDBPyConnection
    departments: Sequence[Department]
    rules: Sequence[Rule]
    policy: Policy
    tier: Tier
    rows: Rows
    site: SiteView
    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site, by its name below the language's folder (``rules/DUP-001.html``, ``data/x.csv``)."""

    name: str
    text: str
