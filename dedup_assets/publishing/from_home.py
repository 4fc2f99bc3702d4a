"""Publish one tier from a home: which pool it reads, and where its site lies.

Both the command and the assets publish through here. Put here pools and places. Keep out what is published
(``publish.py``).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import LANGUAGES
from dedup_assets.publishing.opendata.publisher import ANYBODY, Publisher
from dedup_assets.publishing.publication import Source
from dedup_assets.publishing.publish import publish
from dedup_assets.publishing.site import PublishError
from dedup_assets.publishing.tier import Tier
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.publish import PublishReport
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.warehouse import Home

# The folder of the tiers that are not public, below the home; only its owner can enter it.
TIERS = "tiers"


@dataclass(frozen=True, slots=True)
class Installation:
    """What an installation publishes from. ``connect`` opens a pool's warehouse by the pool's name."""

    home: Home
    connect: Callable[[str], AbstractContextManager[duckdb.DuckDBPyConnection]]
    departments: Sequence[Department]
    contracts: Mapping[str, Contract]
    rules: Sequence[Rule]
    policy: Policy
    landing: str
    publisher: Publisher = ANYBODY
    languages: Sequence[str] = tuple(LANGUAGES)


def publish_tier(
    own: Installation, tier: Tier = Tier.public, *, department: str = "", out: Path | None = None
) -> PublishReport:
    """Publish the newest state of a home for one tier, at ``out`` or where the home keeps it.

    ``department``: whose own site, for the tier of departments. The public publication in its own place brings the
    snapshots with it. Raises PublishError as ``publish``, and as ``site_of``.
    """
    place = site_of(own.home, own.departments, tier, department)
    if out is not None and tier is Tier.department and _find(own.departments, department).restricted:
        raise PublishError(f"{department} is restricted: its site stays in its enclave, at {place}; take --out away")
    place = out or place
    of_city = tier is not Tier.department
    shown = own.departments if of_city else [_find(own.departments, department)]
    restricted = not of_city and shown[0].restricted
    with ExitStack() as stack:
        con = stack.enter_context(own.connect(shown[0].name if restricted else CITY))
        scores = stack.enter_context(own.connect(CITY)) if restricted else None
        source = Source(
            con, shown, own.contracts, own.rules, own.policy, own.landing, scores, own.publisher, own.languages
        )
        snapshots = own.home.snapshots if tier is Tier.public and out is None else None
        return publish(source, out=place, tier=tier, snapshots=snapshots)


def site_of(home: Home, departments: Sequence[Department], tier: Tier, department: str = "") -> Path:
    """Where the site of a tier lies: the public one in the home, a restricted department's own in its enclave.

    Raises PublishError when a department is named and the tier is none's own, when none is named but it is, and when
    there is none of that name.
    """
    if tier is not Tier.department:
        if department:
            raise PublishError(f"the tier {tier} is about all departments; take --department {department} away")
        return home.site if tier is Tier.public else _tiers(home) / tier
    found = _find(departments, department)
    return home.pool(found.name) / "site" if found.restricted else _tiers(home) / found.name


def _tiers(home: Home) -> Path:
    folder = home.root / TIERS
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _find(departments: Sequence[Department], name: str) -> Department:
    known = ", ".join(each.name for each in departments)
    if not name:
        raise PublishError(f"a department's own site is about that department alone; name it: {known}")
    found = next((each for each in departments if each.name == name), None)
    if found is None:
        raise PublishError(f"there is no department called {name!r}; there are {known}")
    return found
