"""Why a score is not 100, as plain data for whoever puts it into words. No words here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.scoring.measure import stored_measures
from dedup_assets.scoring.policy import Policy, load_policy
from dedup_assets.scoring.rating import Loss, losses
from dedup_assets.settings import settings

if TYPE_CHECKING:
    from datetime import date

    import duckdb


def explain_score(
    con: duckdb.DuckDBPyConnection, department: str, as_of: date, policy: Policy | None = None
) -> list[Loss]:
    """What a department (or ``city``) loses at one date, the largest loss first; empty where nothing was due.

    Under ``policy``, or the installation's own. Raises PolicyError when that cannot be read.
    """
    measures = [each for each in stored_measures(con, [department]) if each.as_of == as_of]
    return losses(policy or load_policy(settings().policy), measures)
