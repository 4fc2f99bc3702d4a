"""What every page of a site leads to, by tier.

Put here which pages stand in the navigation and what they are called there. Keep out who makes them (``publish.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.deliveries.department import Department

_COMMITTEE = ("committee.html", mark("For the committee"))
_RULES = ("rules/index.html", mark("The rules"))
_METHOD = ("method.html", mark("How it is measured"))
_DATA = ("data.html", mark("Data"))
_FINDINGS = ("findings/index.html", mark("Findings"))
_CORRECTIONS = ("corrections.html", mark("Correction list"))
_BY_TIER = {
    Tier.public: (_RULES, _METHOD, _DATA),
    Tier.committee: (_COMMITTEE, _RULES, _METHOD, _DATA),
    Tier.department: (_CORRECTIONS, _FINDINGS, _RULES, _METHOD, _DATA),
    Tier.auditor: (_COMMITTEE, _RULES, _METHOD, _DATA),
}
FRONT = "index.html"


def navigation(tier: Tier, departments: Sequence[Department]) -> list[tuple[str, str]]:
    """Way from the language's folder and words of each page, the front page first, in the language in force.

    In front of a department's own site stands that department; of every other one, the city.
    """
    front = text(departments[0].title) if tier is Tier.department else text("The city")
    return [(FRONT, front), *((href, text(label)) for href, label in _BY_TIER[tier])]
