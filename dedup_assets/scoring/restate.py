"""History under every policy: scores, their explanations, their bridges and their order, in one call a step.

Put here what belongs together when a department or the city is scored. Keep out how each of them is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.scoring.bridges import bridge_city, bridge_department
from dedup_assets.scoring.explanation import explain_scores
from dedup_assets.scoring.policies import store_policies
from dedup_assets.scoring.robustness import rank_departments
from dedup_assets.scoring.score import score_city, score_department
from dedup_assets.warehouse import CITY
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.scoring.score import Score


def restate_department(
    con: duckdb.DuckDBPyConnection, policies: Sequence[Policy], department: Department
) -> list[Score]:
    """Score one department's whole history under every policy, explain and bridge it; all or nothing.

    ``con`` is a connection to the city's warehouse with what ``score_department`` needs, ``policies`` are those of
    ``load_policies``. Returns the scores under the newest policy.
    """
    with atomic(con):
        store_policies(con, policies)
        scores = [score_department(con, each, department) for each in policies]
        for each in policies:
            explain_scores(con, each, department.name, restricted=department.restricted)
        bridge_department(con, policies, department)
    return scores[0]


def restate_city(
    con: duckdb.DuckDBPyConnection, policies: Sequence[Policy], departments: Sequence[Department]
) -> list[Score]:
    """The same for the city that the departments make, and the order of its departments at every date."""
    with atomic(con):
        store_policies(con, policies)
        scores = [score_city(con, each, departments) for each in policies]
        # Between the counts of the city and of its open departments stand those of the restricted ones.
        restricted = any(each.restricted for each in departments)
        for each in policies:
            explain_scores(con, each, CITY, restricted=restricted)
            rank_departments(con, each, departments)
        bridge_city(con, policies, departments)
    return scores[0]
