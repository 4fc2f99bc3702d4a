"""Which counts one publication shows, of every department and of the city: worked out once, before any page is made.

A lower tier's departments are protected one by one (``disclosure.py``), then the city's totals against all of them: a
total less what the other departments show would give a department away. What earlier publications said is held against
it too: a count that was hidden then stays hidden, and the numbers of rules then and now bound what came and went.

Put here what is held against what. Keep out which counts a department has (``figures.py``).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing import figures as fig
from dedup_assets.publishing.disclosure import Count, Figures, Kind, exact, narrowed, protect
from dedup_assets.publishing.site import EARLIER
from dedup_assets.publishing.tier import Tier, is_exact
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup_assets.deliveries.department import Department
    from dedup_assets.publishing.rows import Rows
    from dedup_assets.scoring.policy import Policy

Counts = dict[str, Count]


@dataclass(frozen=True, slots=True)
class Said:
    """What earlier publications of a tier said, by department (and ``city``).

    ``ledger``: each term of each date. ``failing``: of the newest of them, the failing records of each rule.
    """

    ledger: dict[str, Counts] = field(default_factory=dict)
    failing: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """Every count of one publication as it may be shown: by department and name, and the city's ledger by name."""

    departments: Mapping[str, Counts]
    city: Counts


def show(departments: Sequence[Department], rows: Rows, policy: Policy, tier: Tier, said: Said | None = None) -> Shown:
    """The counts of one publication at its tier; ``said`` by the publications of that tier before it."""
    said = said or Said()
    counts: dict[str, Counts] = {}
    figures: dict[str, Figures] = {}
    for each in departments:
        own = figures[each.name] = fig.collect(department_rows(each, rows), policy.weights)
        if is_exact(tier, each):
            counts[each.name] = {name: exact(value) for name, value in own.values.items()}
        else:
            _relate_rules(own, said.failing.get(each.name, {}))
            counts[each.name] = protect(own, _carried(said.ledger.get(each.name, {}), own))
    added = [each.name for each in departments if not each.restricted]
    totals = fig.ledger_totals([each for each in rows.ledger if each.department in added])
    city = {fig.ledger_name(as_of, term): value for as_of, terms in totals.items() for term, value in terms.items()}
    if tier is not Tier.public:
        return Shown(counts, {name: exact(value) for name, value in city.items()})
    joint = _joint({name: figures[name] for name in added}, counts, city)
    before = {_of(CITY, name): count for name, count in said.ledger.get(CITY, {}).items()}
    protected = protect(joint, _carried(before, joint))
    parts = [counts[each] for each in added]
    return Shown(counts, {name: _at_least(protected[_of(CITY, name)], name, parts) for name in city})


def _at_least(count: Count, name: str, parts: Sequence[Counts]) -> Count:
    """A sum that is hidden, with what the shown ones of its parts add up to."""
    if count.value is not None:
        return count
    return replace(count, least=sum(each[name].value or 0 for each in parts if name in each))


def department_rows(department: Department, rows: Rows) -> fig.DepartmentRows:
    """The rows of one department, its score that of its newest date."""
    name = department.name
    scores = [each for each in rows.scores if each.department == name]
    # A date at which something was due counts, even if there is no score of it.
    due = [each.as_of for each in rows.periods if each.department == name and each.status != "not_due"]
    newest = max((*due, *(each.as_of for each in scores)), default=None)
    return fig.DepartmentRows(
        score=next((each for each in scores if each.as_of == newest), None),
        measures=[each for each in rows.measures if each.department == name],
        rules=[each for each in rows.rules if each.department == name],
        ledger=[each for each in rows.ledger if each.department == name],
        overdue=rows.overdue.get(name, 0),
        causes=[each for each in rows.explained.causes if each.department == name],
        impact=rows.explained.impact_of(name, "all", "disposal"),
    )


def _relate_rules(figures: Figures, before: Mapping[str, int]) -> None:
    """What rules found then and now: at least as many came as numbers rose, and at least as many went as they fell."""
    now = {rule: figures.values.get(fig.rule_name(rule, "failing")) for rule in before}
    steps = [value - before[rule] for rule, value in now.items() if value is not None]
    newest = max((name.split("/")[1] for name in figures.values if name.startswith("ledger/")), default=None)
    if newest is None:
        return
    for terms, least in (
        (("new", "reopened"), sum(max(0, step) for step in steps)),
        (("closed", "withdrawn"), sum(max(0, -step) for step in steps)),
    ):
        figures.relate(dict.fromkeys((f"ledger/{newest}/{term}" for term in terms), 1.0), least, math.inf)


def _carried(said: Counts, figures: Figures) -> Counts:
    """What was said, also of each opening that carries over a closing of which something was said."""
    closings = sorted(name for name in figures.values if name.endswith("/closing"))
    openings = [f"{name.rsplit('/', 1)[0]}/opening" for name in closings]
    carried = {after: said[before] for before, after in zip(closings, openings[1:], strict=False) if before in said}
    return {**carried, **said}


def _joint(figures: Mapping[str, Figures], counts: Mapping[str, Counts], city: Mapping[str, int]) -> Figures:
    """The city's ledger, and those of the departments that add up to it, which are shown already.

    Of a department's other counts, what they tell of its ledger comes in as an interval for each term.
    """
    joint = Figures()
    for department, own in figures.items():
        reach = narrowed(own, counts[department])
        for name in city:
            if name in own.values:
                joint.add(_of(department, name), own.values[name], own.kinds[name])
                joint.fixed[_of(department, name)] = counts[department][name]
                if reach[name][1] < math.inf or reach[name][0] > 0:
                    joint.relate({_of(department, name): 1.0}, *reach[name])
        _relate_ledger(joint, department, [name for name in city if name in own.values])
    for name, value in city.items():
        joint.add(_of(CITY, name), value, Kind.total if name.endswith(("opening", "closing")) else Kind.detail)
        parts = [_of(department, name) for department, own in figures.items() if name in own.values]
        joint.relate({_of(CITY, name): -1.0, **dict.fromkeys(parts, 1.0)}, parts=parts)
    _relate_ledger(joint, CITY, list(city))
    return joint


def _relate_ledger(joint: Figures, of: str, names: Sequence[str]) -> None:
    """The equation of every date of a ledger, and that each opens with what the one before closed with."""
    dates = sorted({name.rsplit("/", 1)[0] for name in names})
    for each in dates:
        joint.relate({_of(of, f"{each}/{term}"): float(sign) for term, sign in fig.LEDGER_TERMS.items()})
    for before, after in pairwise(dates):
        joint.relate({_of(of, f"{before}/closing"): 1.0, _of(of, f"{after}/opening"): -1.0})


def _of(department: str, name: str) -> str:
    return f"{department}/{name}"


def read_said(version: Path | None) -> Said:
    """What a publication said, and those before it, as far as they were kept; nothing where there is none."""
    said = Said()
    seen: set[Path] = set()
    while version is not None and version not in seen and (version / "scorecard.json").is_file():
        seen.add(version)
        document = json.loads((version / "scorecard.json").read_text(encoding="ascii"))
        for each in (*document["departments"], {"name": CITY, **document["city"]}):
            _add_ledger(said.ledger.setdefault(each["name"], {}), each["ledger"])
            if len(seen) == 1:
                found = {rule["rule"]: rule["failing"] for rule in each.get("findings", ())}
                said.failing[each["name"]] = {rule: n for rule, n in found.items() if isinstance(n, int)}
        link = version / EARLIER
        version = link.resolve() if link.is_symlink() else None
    return said


def _add_ledger(said: Counts, lines: Sequence[Mapping[str, Any]]) -> None:
    """The terms of a ledger as they were published; what was shown once is known, whatever was said elsewhere."""
    for line in lines:
        for term in fig.LEDGER_TERMS:
            name, value = f"ledger/{line['as_of']}/{term}", line[term]
            if isinstance(value, int):
                said[name] = exact(value)
            elif name not in said:
                said[name] = Count(None, value)
