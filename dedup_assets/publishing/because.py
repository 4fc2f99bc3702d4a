"""What changed and why, in sentences computed from the bridge between two dates.

Put here the choice of what is worth saying of a bridge, and the sentences. Keep out its arithmetic
(``scoring/bridge.py``). The four effects are scoring's own and add up exactly; which dimension or department moved the
score most is found here by putting its measures of the date before in place of the new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.words import cost, day
from dedup_assets.scoring.rating import rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

    from dedup_assets.publishing.explained_rows import BridgeRow
    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy

# Each effect where it adds and where it takes, with the points and in words alone.
_EFFECTS = {
    "rate": (
        (
            mark("Fewer defects among what was checked added %(points)s."),
            mark("Fewer defects among what was checked are the main reason."),
        ),
        (
            mark("More defects among what was checked took %(points)s."),
            mark("More defects among what was checked are the main reason."),
        ),
    ),
    "coverage": (
        (
            mark("That other parts of the data could be checked added %(points)s."),
            mark("That other parts of the data could be checked is the main reason."),
        ),
        (
            mark("That other parts of the data could be checked took %(points)s."),
            mark("That other parts of the data could be checked is the main reason."),
        ),
    ),
    "mix": (
        (
            mark("That other records make up the whole added %(points)s."),
            mark("That other records make up the whole is the main reason."),
        ),
        (
            mark("That other records make up the whole took %(points)s."),
            mark("That other records make up the whole is the main reason."),
        ),
    ),
    "policy": (
        (
            mark("The new weights of the scoring policy added %(points)s."),
            mark("The new weights of the scoring policy are the main reason."),
        ),
        (
            mark("The new weights of the scoring policy took %(points)s."),
            mark("The new weights of the scoring policy are the main reason."),
        ),
    ),
}
# One dimension or department is named where at least this share of the whole change is its own.
MOSTLY = 0.5


def because(bridge: BridgeRow | None, change: float, digits: int, most: str | None = None) -> str | None:
    """How much a score moved and why, in a few sentences; None where there is nothing to compare with.

    ``change``: that of the score as it is published, in ``digits`` decimals. With none, effects are not given in
    numbers: their decimals would tell what the rounding is to hide. ``most``: a sentence that names what moved it most.
    """
    if bridge is None:
        return None
    since = day(bridge.previous_as_of)
    if not round(change, digits):
        return text("Since %(date)s the score has hardly moved.", date=since)
    return f"{_change(change, since, digits)} {reasons(bridge, change, digits, most)}"


def reasons(bridge: BridgeRow, change: float, digits: int, most: str | None = None) -> str | None:
    """Why alone, for a page that says elsewhere how much; None where the published score did not move."""
    if not round(change, digits):
        return None
    return " ".join([*(_effects(bridge, digits) if digits else _main_effect(bridge)), *([most] if most else [])])


def moved_dimension(
    policy: Policy, measures: Sequence[Measure], bridge: BridgeRow | None, known: Callable[[str], bool]
) -> str | None:
    """The sentence that names the dimension which moved a department's score most, or None.

    ``measures``: the department's at both ends of ``bridge``. ``known``: whether a dimension's counts are shown; one
    that is hidden is not named.
    """
    name = _mover(policy, measures, bridge, lambda each: each.dimension)
    if name is None or not known(name):
        return None
    return text("Most of it lies in “%(measure)s”.", measure=dimension(name).title)


def moved_department(
    policy: Policy, measures: Sequence[Measure], bridge: BridgeRow | None, titles: Mapping[str, str]
) -> str | None:
    """The sentence that names the department which moved the city's score most, or None.

    ``titles``: of those departments that may be named.
    """
    name = _mover(policy, measures, bridge, lambda each: each.department)
    if name is None or name not in titles:
        return None
    return text("Most of it comes from %(department)s.", department=titles[name])


def _change(change: float, since: str, digits: int) -> str:
    amount = cost(abs(change))
    if digits:
        if change > 0:
            return text("Since %(date)s the score has risen by %(points)s.", date=since, points=amount)
        return text("Since %(date)s the score has fallen by %(points)s.", date=since, points=amount)
    if change > 0:
        return text("Since %(date)s the score has risen by about %(points)s.", date=since, points=amount)
    return text("Since %(date)s the score has fallen by about %(points)s.", date=since, points=amount)


def _effects(bridge: BridgeRow, digits: int) -> list[str]:
    """Every effect that is worth a sentence, the largest first."""
    effects = {name: float(getattr(bridge, name)) for name in _EFFECTS}
    told = sorted((name for name in effects if round(effects[name], digits)), key=lambda each: -abs(effects[each]))
    if len(told) == 1:
        return _main_effect(bridge)
    return [text(_EFFECTS[each][effects[each] < 0][0], points=cost(abs(effects[each]))) for each in told]


def _main_effect(bridge: BridgeRow) -> list[str]:
    """The effect that moved the score its way the most, without a number."""
    change = bridge.after - bridge.before
    main = max(_EFFECTS, key=lambda each: getattr(bridge, each) * (1 if change > 0 else -1))
    return [text(_EFFECTS[main][change < 0][1])]


def _mover(
    policy: Policy, measures: Sequence[Measure], bridge: BridgeRow | None, part: Callable[[Measure], str]
) -> str | None:
    """The part of a whole without whose change most of the score's change would not have been."""
    if bridge is None:
        return None
    before = [each for each in measures if each.as_of == bridge.previous_as_of]
    after = [each for each in measures if each.as_of == bridge.as_of]
    whole = _step(policy, before, after)
    if not whole:
        return None
    shares = {}
    for name in sorted({part(each) for each in after} & {part(each) for each in before}):
        mixed = [each for each in after if part(each) != name] + [each for each in before if part(each) == name]
        own = _step(policy, mixed, after)
        shares[name] = float(own / whole) if own is not None else 0.0
    if len(shares) < 2:  # noqa: PLR2004  # of one part alone it goes without saying
        return None
    most = max(shares, key=lambda each: shares[each])
    return most if shares[most] >= MOSTLY else None


def _step(policy: Policy, before: Sequence[Measure], after: Sequence[Measure]) -> Fraction | None:
    """The change of the score from one set of measures to another; None where one has no score."""
    old, new = rate(policy, _pooled(before)).score, rate(policy, _pooled(after)).score
    return None if old is None or new is None else new - old


def _pooled(measures: Sequence[Measure]) -> list[Measure]:
    """The measures of several departments as one: defects, measured and population of each dimension added up."""
    whole: dict[str, Measure] = {}
    for each in measures:
        so_far = whole.get(each.dimension)
        whole[each.dimension] = each if so_far is None else _sum(so_far, each)
    return list(whole.values())


def _sum(one: Measure, other: Measure) -> Measure:
    return type(one)(
        one.department,
        one.as_of,
        one.dimension,
        one.defects + other.defects,
        one.measured + other.measured,
        one.population + other.population,
    )
