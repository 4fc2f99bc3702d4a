"""The documents in force, copied as they are: departments, contracts, suites, thresholds and policies.

Put here which files these are, and whether the results rest on them. Keep out what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.evidence.layout import CONTRACTS, DEPARTMENTS, EXPECTATIONS, POLICY
from dedup_assets.findings.suites import load_suites
from dedup_assets.findings.thresholds import load_thresholds, rules_sha256
from dedup_assets.scoring.policy import load_policy
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

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


def rules_of_results(con: duckdb.DuckDBPyConnection, scope: Scope, own: Settings) -> list[str]:
    """The departments whose results rest on other rules than those copied; who changed rules has yet to run.

    Raises SuiteError for suites or thresholds that cannot be used.
    """
    con.execute(query("evidence", "rules_applied"), {"departments": scope.counted, "as_of": scope.as_of})
    applied: dict[str, set[str]] = {}
    for department, sha256 in con.fetchall():
        applied.setdefault(department, set()).add(sha256)
    suites = load_suites(own.expectations)
    return [
        each.name
        for each in sorted(scope.departments, key=lambda department: department.name)
        if applied.get(each.name, set()) - {rules_sha256(suites, load_thresholds(own.expectations, suites, each))}
    ]


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
