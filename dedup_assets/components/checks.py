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


def check_result(asset: dg.AssetKey, outcome: RuleOutcome) -> dg.AssetCheckResult:
    """What one rule found at the department's newest date."""
    share = 1 - outcome.failing / outcome.evaluated if outcome.evaluated else 0.0
    return dg.AssetCheckResult(
        check_name=check_name(outcome.rule_id),
        asset_key=asset,
        passed=outcome.status == "pass",
        severity=_severity(outcome),
        description=outcome.reason,
        metadata={
            "failing": int(outcome.failing),
            "evaluated": int(outcome.evaluated),
            "share_passing": float(share),
            "share_required": float(outcome.mostly),
            "status": outcome.status,
            "as_of": outcome.as_of.isoformat(),
        },
    )


def _severity(outcome: RuleOutcome) -> dg.AssetCheckSeverity:
    """ERROR for a critical rule that failed and for a rule that could not run; WARN for the rest."""
    if outcome.status == "error" or (outcome.status == "fail" and outcome.severity == "critical"):
        return dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckSeverity.WARN
