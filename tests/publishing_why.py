"""The planted city with its "why": ledger by cause, findings with status and cause, impact, bridges; and publications
of it made by hand, at any tier, without charts.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.impact.measure import measure_impact, sum_impact
from dedup_assets.publishing.department_view import Material
from dedup_assets.publishing.publication import Publication
from dedup_assets.publishing.publish import site_view
from dedup_assets.publishing.rows import read_rows
from dedup_assets.scoring.bridges import bridge_city, bridge_department
from publishing_city import FAILING, City, make_city

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.tier import Tier

# The likely cause of every finding of a rule; all others are undetermined.
CAUSE_OF = {"DUP-001": "legacy_source", "PAR-003": "name_keyed_attach"}
DETAIL = {
    "legacy_source": {
        "source_system": "old", "copies": 42, "records": 100, "other_copies": 1, "other_records": 900, "chance": "1e-9",
    },
    "name_keyed_attach": {"file_name": "img_1", "records_of_name": 9, "parcels": 9},
    "undetermined": {},
}  # fmt: skip
# Of ten findings one each is in these states, the rest open.
STATES = {7: "verified", 8: "closed", 9: "withdrawn"}


class NoCharts:
    """Pages without charts: drawing takes a second, and nothing here looks at them."""

    def trend(self, points: object, summary: str) -> None:
        return None


def make_why(root: Path, dates: tuple[date, ...], names: tuple[str, ...]) -> City:
    """``make_city`` and everything behind its findings."""
    city = make_city(root, dates, names)
    for name in names:
        for rule in city.rules:
            failing = FAILING[name].get(rule.id, 0)
            if failing:
                _ledger(city, name, rule, failing, dates[-1])
    stand(city, dates[0])
    open_pool = [each for each in city.departments if not each.restricted]
    measure_impact(city.con, open_pool, city.rules)
    sum_impact(city.con, open_pool)
    for each in city.departments:
        bridge_department(city.con, [city.policy], each)
    bridge_city(city.con, [city.policy], city.departments)
    return city


def stand(city: City, opened_on: date) -> None:
    """Where every finding stands, and its likely cause, as the ledger and the causes would have them."""
    rows = city.con.execute(
        "select finding_id, department, rule_id, severity, as_of, row_number() over (order by finding_id) from finding"
    ).fetchall()
    for finding_id, department, rule_id, severity, as_of, place in rows:
        status = STATES.get(place % 10, "open")
        gone = status != "open"
        cause = CAUSE_OF.get(rule_id, "undetermined")
        due = opened_on + timedelta(days=14 + place % 5)
        _insert(
            city, "finding_status", finding_id=finding_id, department=department, as_of=as_of, rule_id=rule_id,
            cause=None if cause == "undetermined" else cause, severity=severity, status=status,
            status_200_511="not corrected", first_found_on=opened_on, fiscal_year=2026, opened_on=opened_on,
            last_seen_on=as_of, ended_on=as_of if gone else None, verified_on=as_of if status == "verified" else None,
            due_on=due, is_late=not gone and due < as_of, repeats=0,
        )  # fmt: skip
        _insert(
            city, "finding_cause", finding_id=finding_id, department=department, as_of=as_of, rank=1, cause=cause,
            version="1", occurrence_id="" if cause == "undetermined" else f"{cause}:1",
            support=0 if cause == "undetermined" else 5, considered=9, detail=json.dumps(DETAIL[cause]),
            suggested_apn=None,
        )  # fmt: skip
    city.insert()


def _ledger(city: City, name: str, rule: Rule, failing: int, as_of: date) -> None:
    moved = dict.fromkeys(("new", "reopened", "closed", "withdrawn", "verified", "overdue"), 0)
    _insert(
        city, "ledger_flow", department=name, as_of=as_of, rule_id=rule.id, cause=CAUSE_OF.get(rule.id),
        severity=rule.severity, opening=failing, closing=failing, **moved,
    )  # fmt: skip
    city.insert()


def publication(city: City, tier: Tier, names: Sequence[str] | None = None, **more: Any) -> Publication:
    """What makers of pages get of this city at a tier, of the named departments or of all."""
    departments = [each for each in city.departments if names is None or each.name in names]
    shown = [each.name for each in departments]
    unrestricted = [each.name for each in departments if not each.restricted]
    rows = read_rows(city.con, shown, unrestricted, city.policy.version)
    material = Material(
        rows=rows,
        rules={each.id: each for each in city.rules},
        policy=city.policy,
        titles={each.name: each.title for each in departments},
        pictures={},
        tier=tier,
    )
    site = site_view(departments, material, NoCharts(), None)
    return Publication(city.con, departments, city.rules, city.policy, tier, rows, site, **more)


def _insert(city: City, table: str, **values: Any) -> None:
    city.pending.setdefault(table, []).append(values)
