"""Why, for one page: what moved the score, the causes of what is open, and what it holds up, as the tier may see it.

Put here what the tier decides about these three. Keep out their lines (``causes_view.py``, ``impact_view.py``) and
their sentences (``because.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing import figures as fig
from dedup_assets.publishing.because import because, moved_department, moved_dimension, reasons
from dedup_assets.publishing.causes_view import city_causes, department_causes
from dedup_assets.publishing.impact_view import city_impact, department_impact
from dedup_assets.publishing.scores import DIGITS, DIGITS_RESTRICTED
from dedup_assets.publishing.tier import Tier, is_exact
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.deliveries.department import Department
    from dedup_assets.publishing.causes_view import CausesView
    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.explained_rows import BridgeRow, Explained
    from dedup_assets.publishing.impact_view import CityImpact, ImpactView
    from dedup_assets.publishing.view import DepartmentView, ScorePoint
    from dedup_assets.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Why:
    """What one page says of "why"; each part None where there is nothing to say."""

    because: str | None
    causes: CausesView | None
    impact: ImpactView | None


@dataclass(frozen=True, slots=True)
class CityWhy:
    """The same for the city."""

    because: str | None
    causes: CausesView | None
    impact: CityImpact | None


def department_why(
    department: Department,
    explained: Explained,
    counts: Mapping[str, Count],
    policy: Policy,
    points: tuple[ScorePoint, ScorePoint | None],
    *,
    tier: Tier,
) -> Why:
    """What the page of one department says; ``points`` are its newest score and the one before."""
    name, exact = department.name, is_exact(tier, department)
    held = explained.impact_of(name)
    return Why(
        because=_department_because(department, explained, counts, policy, points, tier=tier),
        causes=department_causes(
            [each for each in explained.causes if each.department == name],
            [each for each in explained.occurrences if each.department == name],
            counts,
            is_exact=exact,
        ),
        impact=department_impact(held, counts, is_exact=exact),
    )


def city_why(
    explained: Explained,
    departments: Sequence[DepartmentView],
    policy: Policy,
    points: tuple[ScorePoint, ScorePoint | None],
    tier: Tier,
) -> CityWhy:
    """What the city's page says, from its departments' pages; ``points`` as for ``department_why``."""
    titles = {each.name: each.title for each in departments if not each.restricted}
    bridge = explained.bridges.get(CITY)
    change = _change(points, bridge)
    most = moved_department(policy, explained.moved, bridge, titles)
    held = [(each.title, each.href, each.impact) for each in departments]
    return CityWhy(
        because=None if change is None or bridge is None else reasons(bridge, change, DIGITS_RESTRICTED, most),
        causes=city_causes([each.causes for each in departments]),
        impact=city_impact(held, explained.impact_of(CITY), detailed=tier is not Tier.public) if held else None,
    )


def _department_because(
    department: Department,
    explained: Explained,
    counts: Mapping[str, Count],
    policy: Policy,
    points: tuple[ScorePoint, ScorePoint | None],
    *,
    tier: Tier,
) -> str | None:
    bridge = explained.bridges.get(department.name)
    change = _change(points, bridge)
    if change is None:
        return None
    moved = [each for each in explained.moved if each.department == department.name]

    def known(dimension: str) -> bool:
        shown = counts.get(fig.measure_name(dimension, "defects"))
        return shown is not None and shown.value is not None

    most = moved_dimension(policy, moved, bridge, known)
    return because(bridge, change, DIGITS if is_exact(tier, department) else DIGITS_RESTRICTED, most)


def _change(points: tuple[ScorePoint, ScorePoint | None], bridge: BridgeRow | None) -> float | None:
    """The change of the score as it is published; None where it is not: an explanation would tell it."""
    now, before = points
    if bridge is None or before is None or (before.as_of, now.as_of) != (bridge.previous_as_of, bridge.as_of):
        return None
    return None if now.score is None or before.score is None else now.score - before.score
