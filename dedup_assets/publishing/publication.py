"""What the makers of pages get, and what they give back.

A maker of pages is a module with ``pages(publication) -> Iterator[Page]``; ``publish.py`` lists them. It is called
once for each language, inside ``language.using``, so whatever it says is in that language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.rows import Rows
    from dedup_assets.publishing.tier import Tier
    from dedup_assets.publishing.view import SiteView
    from dedup_assets.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication in one language, before it is written.

    ``con`` reads the warehouse of one pool. ``departments`` are those that the tier shows; ``site`` is what the city's
    and the departments' pages show.
    """

    con: duckdb.DuckDBPyConnection
    departments: Sequence[Department]
    rules: Sequence[Rule]
    policy: Policy
    tier: Tier
    rows: Rows
    site: SiteView


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site, by its name below the language's folder (``rules/DUP-001.html``, ``data/x.csv``)."""

    name: str
    text: str
