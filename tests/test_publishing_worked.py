"""The score that the method page works out is the one that scoring computed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.publishing.disclosure import WITHHELD, Count, exact
from dedup_assets.publishing.worked import worked_score
from dedup_assets.scoring.measure import DIMENSIONS, Measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.rating import rate
from dedup_assets.settings import Settings

POLICY = load_policy(Settings().policy)
COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


def department(measures: list[Measure], name: str = "a", score: float = 90.0) -> Any:
    lines = [
        SimpleNamespace(
            title=each.dimension,
            weight=POLICY.weights[each.dimension],
            **{part: exact(getattr(each, part)) for part in ("defects", "measured", "population")},
        )
        for each in measures
    ]
    now = SimpleNamespace(rated=True, score=score)
    return SimpleNamespace(name=name, restricted=False, now=now, measures=lines)


@given(st.dictionaries(st.sampled_from(DIMENSIONS), COUNTS, min_size=2))
def test_its_sums_are_the_score_and_its_bounds(parts: dict[str, tuple[int, int, int]]) -> None:
    measures = [
        Measure("a", date(2026, 6, 30), dimension, wrong, wrong + right + 1, wrong + right + unknown + 1)
        for dimension, (wrong, right, unknown) in parts.items()
    ]
    worked = worked_score([department(measures)])
    rated = rate(POLICY, measures)
    assert worked
    assert rated.score is not None
    assert abs(worked.points - float(rated.score)) < 1e-9
    assert abs(worked.certain - float(rated.lower)) < 1e-9
    assert abs(worked.upper - float(rated.upper)) < 1e-9
    assert abs(worked.coverage - float(rated.coverage)) < 1e-9


def test_a_department_with_a_hidden_number_is_no_example() -> None:
    measures = [Measure("a", date(2026, 6, 30), each, 20, 100, 100) for each in ("uniqueness", "completeness")]
    worst, open_one = department(measures, score=50.0), department(measures, "b")
    worst.measures[0].defects = Count(None, WITHHELD)
    worked = worked_score([worst, open_one])
    assert worked
    assert worked.department is open_one
    assert worked_score([worst]) is None
