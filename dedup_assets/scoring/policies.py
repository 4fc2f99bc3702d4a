"""The policies of the city in their order: which one decides at which date, and what the ones before it said.

Each policy file may name the one that it takes over from (``supersedes``, a file beside it) and the first date that it
decides (``in_force_from``). So a change of policy is data: a fresh warehouse restates history under both. Put here the
order of policies; keep out what one policy may say (``policy.py``).
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from dedup_assets.scoring.policy import Policy, PolicyError, load_policy
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import duckdb


def load_policies(path: Path) -> tuple[Policy, ...]:
    """The policy in ``path`` and those that it follows, the newest first.

    Raises PolicyError when a file cannot be used, names a path and not a file beside it, comes back to itself, does
    not say from when it is in force although it supersedes another, is not later than that one, or says the same.
    """
    found: list[Policy] = []
    seen: list[Path] = []
    while True:
        policy = load_policy(path)
        if found:
            _follows(found[-1], policy, seen[-1])
        found.append(policy)
        seen.append(path)
        if policy.supersedes is None:
            return tuple(found)
        if policy.in_force_from is None:
            raise PolicyError(f"{path}: it supersedes {policy.supersedes}; say from when: in_force_from: 2027-01-01")
        if policy.supersedes == ".." or PurePath(policy.supersedes).name != policy.supersedes:
            raise PolicyError(f"{path}: supersedes: {policy.supersedes} is no file beside it; give its bare name")
        before = path.with_name(policy.supersedes)
        if before in seen:
            raise PolicyError(f"{path}: supersedes: {policy.supersedes} comes back to a policy that follows it")
        path = before


def policy_at(policies: Sequence[Policy], as_of: date) -> Policy:
    """The policy that decides at one date: the newest that is in force by then; before all of them, the oldest."""
    for policy in policies:
        if policy.in_force_from is None or policy.in_force_from <= as_of:
            return policy
    return policies[-1]


def store_policies(con: duckdb.DuckDBPyConnection, policies: Sequence[Policy]) -> None:
    """Note in ``policy`` what the policies say; those of the past stay, beside the scores given under them."""
    with atomic(con):
        for each in policies:
            row = {"policy_version": each.version, "in_force_from": each.in_force_from, "document": each.document}
            con.execute(query("scoring", "policy"), row)


def _follows(newer: Policy, older: Policy, path: Path) -> None:
    first, second = older.in_force_from, newer.in_force_from
    if first is not None and second is not None and first >= second:
        raise PolicyError(
            f"{path}: in force from {second}, but {newer.supersedes}, which it supersedes, from {first}; a policy must "
            "be later than the one before it"
        )
    if older.document == newer.document:
        raise PolicyError(f"{path}: it says what {newer.supersedes} says already; take it out, or change it")
