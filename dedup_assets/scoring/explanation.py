"""Why a score is not 100, in words: a code and a sentence for each of the three largest losses, and the rows behind.

Put here the words and the choice of losses. Keep out the arithmetic (``rating.py``) and how a page shows it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dedup_assets.scoring.measure import (
    COMPLETENESS,
    PARCEL_ACCURACY,
    REFERENTIAL_CONSISTENCY,
    TIMELINESS,
    TRACEABILITY,
    UNIQUENESS,
    VALIDITY,
    stored_measures,
)
from dedup_assets.scoring.rating import losses
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.scoring.rating import Loss

# The losses that are told: the three largest.
TOLD = 3

# Of each dimension: the code of its defects, what is counted, and what is wrong with those that count against it.
WORDS = {
    PARCEL_ACCURACY: ("PARCEL_CONTRADICTED", "records", "hang on a parcel that other evidence contradicts"),
    UNIQUENESS: ("REDUNDANT_COPIES", "records", "are further copies of what is held already"),
    REFERENTIAL_CONSISTENCY: ("BROKEN_LINKS", "records", "name a permit, parcel or PIN that is unknown or disagrees"),
    COMPLETENESS: ("VALUES_MISSING", "mandatory cells and files", "are missing or cannot be read"),
    TRACEABILITY: ("UNTRACEABLE", "records", "state no source, or a checksum that is not theirs"),
    VALIDITY: ("VALUES_MALFORMED", "cells", "break the form that they must have"),
    TIMELINESS: ("NOT_DELIVERED", "expected deliveries", "brought nothing that could be accepted"),
}
# What is appended to the code where nothing is known to be wrong, and something could not be looked at.
UNMEASURED = "_UNMEASURED"


def explain_scores(con: duckdb.DuckDBPyConnection, policy: Policy, department: str, *, restricted: bool = False) -> int:
    """Fill ``score_explanation`` with one department's (or ``city``'s) losses at every date; returns the rows.

    ``restricted``: the sentences carry no counts, as they could be small and leave in a sentence.
    """
    by_date: dict[date, list[Measure]] = defaultdict(list)
    for each in stored_measures(con, [department]):
        by_date[each.as_of].append(each)
    rows = [
        (as_of, place, loss)
        for as_of, measures in sorted(by_date.items())
        for place, loss in enumerate(losses(policy, measures)[:TOLD], start=1)
    ]
    key = {"department": department, "policy_version": policy.version}
    with atomic(con):
        con.execute(query("scoring", "score_explanation_clear"), key)
        for as_of, place, loss in rows:
            con.execute(query("scoring", "score_explanation"), key | _row(as_of, place, loss, restricted=restricted))
    return len(rows)


def code(loss: Loss) -> str:
    """The code of a loss: of what is wrong, or of what could not be measured where nothing else is known."""
    return WORDS[loss.dimension][0] + ("" if loss.defects else UNMEASURED)


def sentence(loss: Loss, *, restricted: bool = False) -> str:
    """A loss in words, with its rows and points. ``restricted``: without the counts."""
    _, counted, wrong = WORDS[loss.dimension]
    parts = []
    if loss.defects and restricted:
        parts.append(f"some {counted} {wrong}: {_points(loss.points)} lost")
    elif loss.defects:
        parts.append(f"{loss.defects:,} of {loss.measured:,} {counted} {wrong}: {_points(loss.points)} lost")
    unmeasured = loss.population - loss.measured
    if unmeasured:
        told = f"some {counted}" if restricted else f"{unmeasured:,} of {loss.population:,} {counted}"
        parts.append(f"{told} could not be measured: {_points(loss.unmeasured_points)} not known")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def loss_rows(
    con: duckdb.DuckDBPyConnection, department: str, as_of: date, dimension: str, limit: int = 20
) -> list[tuple[int, str]]:
    """Row number and image id of the records that count against a dimension, in the order of the manifest.

    ``con`` is a connection to the department's own pool. No rows for timeliness, which has no records.
    """
    con.execute(query("scoring", "judged_fact"))
    given = {"department": department, "as_of": as_of, "dimension": dimension, "rows": limit}
    return con.execute(query("scoring", "loss_row"), given).fetchall()


def _points(points: float) -> str:
    """With one decimal, but never as nothing when there is something."""
    return f"{points:.1f} points" if points >= 0.05 else "less than 0.1 points"  # noqa: PLR2004  # what rounds to 0.1


def _row(as_of: date, place: int, loss: Loss, *, restricted: bool) -> dict[str, object]:
    return {
        "as_of": as_of,
        "place": place,
        "code": code(loss),
        "dimension": loss.dimension,
        "points": loss.points,
        "unmeasured_points": loss.unmeasured_points,
        "defects": loss.defects,
        "measured": loss.measured,
        "population": loss.population,
        "sentence": sentence(loss, restricted=restricted),
    }
