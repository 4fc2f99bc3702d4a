"""What auditors found when they traced drawn findings of a rule to their source, as a page says it.

Put here the sentences, and what the public may be told. Keep out the interval (``findings/precision.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.findings.precision import combined, precision_by_department
from dedup_assets.publishing.disclosure import SMALL
from dedup_assets.publishing.language import text, texts
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.words import number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from dedup_assets.findings.precision import Precision


def audited(con: duckdb.DuckDBPyConnection, tier: Tier, shown: Mapping[tuple[str, str], int]) -> dict[str, list[str]]:
    """The sentences of each rule of which auditors looked at findings, in the language in force.

    ``shown``: how many records fail a rule in a department, where the page says so. The public is told of samples from
    these departments alone, and of no sample that is small or larger than the count: where every finding was drawn, the
    size of the sample is the number of findings.
    """
    parts = [
        each
        for each in precision_by_department(con)
        if each.rule_id is not None and (tier is not Tier.public or _is_told(each, shown))
    ]
    return {str(each.rule_id): _sentences(each, tier) for each in combined(parts) if each.judged}


def _is_told(about: Precision, shown: Mapping[tuple[str, str], int]) -> bool:
    return SMALL <= about.judged <= shown.get((str(about.rule_id), str(about.department)), 0)


def _sentences(about: Precision, tier: Tier) -> list[str]:
    low, high = (percent(each) for each in about.interval)
    if tier is Tier.public:
        return [
            text(
                "Auditors traced %(judged)s findings they drew to their source: precision %(low)s to %(high)s.",
                judged=number(about.judged),
                low=low,
                high=high,
            )
        ]
    said = text(
        "Auditors confirmed %(confirmed)s of %(judged)s findings they drew: precision %(low)s to %(high)s.",
        confirmed=number(about.confirmed),
        judged=number(about.judged),
        low=low,
        high=high,
    )
    unsure = texts(
        "Of %(count)s more finding they could not tell.",
        "Of %(count)s more findings they could not tell.",
        about.cannot_tell,
    )
    return [said, unsure] if about.cannot_tell else [said]
