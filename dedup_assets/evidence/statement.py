"""What is signed: an in-toto statement (v1) whose subject is the tag manifest, and which says what the bundle shows.

Put here the statement. Keep out its envelope (``dsse.py``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.canonical import canonical
from dedup_assets.evidence.layout import FORMAT, SIGNED
from dedup_assets.evidence.tables import ask, fetched
from dedup_assets.scoring.determination import determine
from dedup_assets.scoring.measure import stored_measures
from dedup_assets.scoring.policies import policy_at
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dedup_assets.evidence.period import Scope
    from dedup_assets.scoring.policy import Policy

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:x-dedup-assets:evidence-bundle:1"
STAMP_PREDICATE = "urn:x-dedup-assets:time-stamp:1"

# What a signature on a bundle says, and all that it says.
CLAIM = (
    "Whoever holds the signing key made this bundle, or had it before them, in exactly these bytes. The signature does "
    "not say that the inputs are true or complete, nor that anybody has reviewed the results."
)

_SHOWN = ("department", "grade", "score", "lower", "upper", "coverage", "policy_version", "reason")


def statement(tag_manifest_sha256: str, predicate: Mapping[str, Any]) -> bytes:
    """The statement in canonical form: the bytes that are signed."""
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [{"name": SIGNED, "digest": {"sha256": tag_manifest_sha256}}],
            "predicateType": PREDICATE,
            "predicate": dict(predicate),
        }
    )


def stamp_statement(name: str, response: bytes) -> bytes:
    """The statement about a time stamp response: that the signer received these bytes."""
    digest = hashlib.sha256(response).hexdigest()
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [{"name": name, "digest": {"sha256": digest}}],
            "predicateType": STAMP_PREDICATE,
            "predicate": {},
        }
    )


def predicate(
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    policies: Sequence[Policy],
    chained: Mapping[str, Any],
) -> dict[str, Any]:
    """What the bundle shows, short: scores, determinations, root and link. ``chained``: what ``chain.json`` says."""
    policy = policy_at(policies, scope.as_of)
    return {
        "claim": CLAIM,
        "format": FORMAT,
        "bundle": chained["bundle"],
        "period": scope.as_of.isoformat(),
        "tier": scope.tier,
        "merkle": {"root": chained["root"], "leaves": chained["leaves"], "link": chained["link"]},
        "previous": chained["previous"],
        "corrects": chained["corrects"],
        "scorecard": _scorecard(con, scope, policy),
        "determinations": _determinations(con, scope, policy),
    }


def _scorecard(con: duckdb.DuckDBPyConnection, scope: Scope, policy: Policy) -> list[dict[str, Any]]:
    columns = ask(con, "dated", {"table": "score_history", "departments": [*scope.names, CITY], "as_of": scope.as_of})
    found = []
    for row in fetched(con, columns):
        if row["as_of"] == scope.as_of and row["policy_version"] == policy.version:
            shown = {name: row[name] for name in _SHOWN}
            for name in ("score", "lower", "upper"):  # as the scorecard shows them; the table has every digit
                shown[name] = None if shown[name] is None else round(shown[name], 1)
            found.append({**shown, "coverage": round(shown["coverage"], 3)})
    return found


def _determinations(con: duckdb.DuckDBPyConnection, scope: Scope, policy: Policy) -> list[dict[str, Any]]:
    """Of every department whose counts the tier may see, and for auditors of the city."""
    names = [*scope.counted, CITY] if scope.tier == "auditor" else scope.counted
    at = [each for each in stored_measures(con, names) if each.as_of == scope.as_of]
    return [
        {
            "department": name,
            "purpose": each.purpose,
            "title": each.title,
            "determination": each.word,
            "dimensions": list(each.dimensions),
        }
        for name in names
        for each in determine(policy, [measure for measure in at if measure.department == name])
    ]
