"""The documents in force, copied as they are: departments, contracts, suites, thresholds and policies.

Put here which files these are. Keep out what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.evidence.layout import CONTRACTS, DEPARTMENTS, EXPECTATIONS, POLICY
from dedup_assets.scoring.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup_assets.evidence.bag import Bag
    from dedup_assets.evidence.period import Scope
    from dedup_assets.settings import Settings


def copy_documents(scope: Scope, own: Settings, bag: Bag) -> None:
    """Copy every document in force into the bag.

    Raises UserError when one cannot be read.
    """
    for path, source in documents(scope, own):
        try:
            content = source.read_bytes()
        except OSError as error:
            raise UserError(f"{source} cannot be read ({error.strerror}); a bundle holds it, so put it back") from error
        bag.write(path, content)


def documents(scope: Scope, own: Settings) -> Iterator[tuple[str, Path]]:
    """Each document's path in a bundle, and where it stands."""
    for name in sorted(scope.names):
        yield f"{DEPARTMENTS}/{name}.yaml", own.departments / name / "defs.yaml"
        yield f"{CONTRACTS}/{name}.yaml", own.departments / name / "contract.yaml"
    for source in sorted(own.expectations.glob("*.json")):
        yield f"{EXPECTATIONS}/{source.name}", source
    policy: Path | None = own.policy
    while policy is not None:
        yield f"{POLICY}/{policy.name}", policy
        before = load_policy(policy).supersedes
        policy = policy.with_name(before) if before else None
