"""From rules to Dagster's asset checks, and from what a rule found to a check's result.

A check carries the same numbers whether it passes or fails, so that Dagster plots them. What could not be judged
is a failed check of severity WARN that says so: unmeasured is not perfect (house rule 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.findings.rules import RuleOutcome
    from dedup_assets.findings.suites import Rule


def check_name(rule_id: str) -> str:
    """The check's name of a rule: ``DUP-001`` is ``dup_001``."""
    return rule_id.lower().replace("-", "_")


def check_specs(asset: dg.AssetKey, rules: Sequence[Rule]) -> list[dg.AssetCheckSpec]:
    """One check for each rule that can apply to the department."""
    return [
        dg.AssetCheckSpec(
            name=check_name(rule.id),
            asset=asset,
            description=f"{rule.id}: {rule.description}",
            metadata={"rule": rule.id, "severity": rule.severity, "dimension": rule.dimension, "purpose": rule.purpose},
        )
        for rule in rules
    ]


def dimension_tags(rules: Sequence[Rule]) -> dict[str, str]:
    """A tag for every dimension that the rules judge: ``tag:"dimension/uniqueness"`` finds the assets in Dagster.

    They stand on the asset because Dagster gives checks no tags; a check's own dimension stands in its metadata.
    """
    return {f"dimension/{rule.dimension}": "" for rule in rules}


def check_result(asset: dg.AssetKey, rule: Rule, outcome: RuleOutcome | None) -> dg.AssetCheckResult:
    """What one rule found at the department's newest date; None where nothing was due of it yet."""
    judged = outcome is not None and outcome.evaluated > 0
    return dg.AssetCheckResult(
        check_name=check_name(rule.id),
        asset_key=asset,
        passed=outcome is not None and outcome.status == "pass",
        severity=_severity(outcome),
        description=outcome.reason if outcome else "nothing is due of this department yet",
        metadata={
            "failing": int(outcome.failing) if outcome else 0,
            "evaluated": int(outcome.evaluated) if outcome else 0,
            "share_passing": 1 - outcome.failing / outcome.evaluated if outcome and judged else 0.0,
            "share_required": float(outcome.mostly) if outcome else 0.0,
            "status": outcome.status if outcome else "no_data",
            "as_of": outcome.as_of.isoformat() if outcome else "",
        },
    )


def _severity(outcome: RuleOutcome | None) -> dg.AssetCheckSeverity:
    """ERROR for a critical rule that failed and for a rule that could not run; WARN for the rest."""
    if outcome is None:
        return dg.AssetCheckSeverity.WARN
    if outcome.status == "error" or (outcome.status == "fail" and outcome.severity == "critical"):
        return dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckSeverity.WARN
