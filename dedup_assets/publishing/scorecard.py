"""``scorecard.json``: everything that the pages say, for programs.

The keys are stable and described in ``static/scorecard.schema.json``, which is published beside it; a change that
breaks a reader raises ``SCHEMA_VERSION``. A count is a number, or the words that stand for a number that may not be
shown ("fewer than 11", "not shown"). What is not rated has null for a score.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing.figures import LEDGER_TERMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.causes_view import CauseLine
    from dedup_assets.publishing.impact_view import ImpactView
    from dedup_assets.publishing.view import (
        DepartmentView,
        LedgerLine,
        MeasureLine,
        RuleLine,
        ScorePoint,
        SearchView,
        SiteView,
    )

SCHEMA_VERSION = 1


def scorecard_text(site: SiteView) -> str:
    """The document as JSON text: ASCII only, so that no character can steer a terminal that prints it."""
    return json.dumps(scorecard(site), indent=1, ensure_ascii=True) + "\n"


def scorecard(site: SiteView) -> dict[str, Any]:
    """The document as plain values."""
    city = site.city
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": site.as_of.isoformat(),
        "policy_version": site.policy_version,
        "city": {
            **_score(city.now),
            "headline": city.headline,
            "changes": list(city.changes),
            "because": city.because,
            "trend": [_dated(each) for each in city.trend.points],
            "ledger": _ledger(city.ledger),
            "search": _search(city.search),
        },
        "departments": [_department(each) for each in sorted(city.departments, key=lambda each: each.name)],
    }


def _search(view: SearchView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {
        "pages": view.pages,
        "total": view.total,
        "kept": view.kept,
        "truncated": view.truncated,
        "verdicts": {verdict: pairs for _, _, pairs, verdict in view.verdicts},
    }


def _department(view: DepartmentView) -> dict[str, Any]:
    return {
        "name": view.name,
        "title": view.title,
        "system": view.system,
        "restricted": view.restricted,
        "page": view.href,
        **_score(view.now),
        "reason": view.reason,
        "because": view.because,
        "images": view.images.published,
        "open_findings": view.open_findings.published,
        "critical_findings": view.critical.published,
        "overdue_findings": view.overdue.published,
        "last_delivery": view.last_delivery.isoformat() if view.last_delivery else None,
        "causes": [_cause(each) for each in view.causes.lines] if view.causes else [],
        "impact": _impact(view.impact),
        "measures": [_measure(each) for each in view.measures],
        "findings": [_rule(each) for each in view.rules],
        "trend": [{**_dated(each), "delivery": each.status} for each in view.trend.points],
        "ledger": _ledger(view.ledger),
    }


def _cause(line: CauseLine) -> dict[str, Any]:
    return {"cause": line.cause, "findings": line.findings.published}


def _impact(view: ImpactView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    parts = ("permits", "permits_active", "dwelling_units")
    return {each: getattr(view.whole, each).published for each in parts}


def _score(point: ScorePoint) -> dict[str, Any]:
    return {
        "rated": point.rated,
        "grade": point.grade,
        "score": point.score,
        "lower": point.lower,
        "upper": point.upper,
        "coverage": point.coverage,
    }


def _dated(point: ScorePoint) -> dict[str, Any]:
    return {"as_of": point.as_of.isoformat(), **_score(point), "policy_version": point.policy_version}


def _measure(line: MeasureLine) -> dict[str, Any]:
    return {
        "dimension": line.dimension,
        "weight": line.weight,
        "defects": line.defects.published,
        "measured": line.measured.published,
        "population": line.population.published,
        "share": None if line.share is None else round(line.share, 6),
        "points_lost": None if line.lost is None else round(line.lost, 3),
    }


def _rule(line: RuleLine) -> dict[str, Any]:
    return {
        "rule": line.id,
        "title": line.title,
        "severity": line.severity,
        "status": line.status,
        "failing": line.failing.published,
        "evaluated": line.evaluated.published,
        "required": line.required,
    }


def _ledger(lines: Sequence[LedgerLine]) -> list[dict[str, Any]]:
    """Oldest date first, as the balance runs."""
    return [
        {"as_of": each.as_of.isoformat(), **{term: getattr(each, term).published for term in LEDGER_TERMS}}
        for each in reversed(lines)
    ]
