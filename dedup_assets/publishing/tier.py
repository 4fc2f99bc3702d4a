"""Who a publication is for.

Put here the tiers and what each may be shown, as words. Keep out how the restriction is done: views of the warehouse
(``tier_*.sql``) and ``disclosure.py``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup_assets.deliveries.department import Department


class Tier(StrEnum):
    """The four tiers of access (field notes, Los Angeles, section 7), the lowest first.

    ``public``: aggregates, small counts suppressed, no ids, no pictures. ``committee``: adds districts, plan areas,
    ageing, deadlines, permits and units, and ids of departments that are not restricted. ``department``: one
    department's own findings, with ids and pictures. ``auditor``: all but values made from restricted images.
    """

    public = "public"
    committee = "committee"
    department = "department"
    auditor = "auditor"


# The classes of a contract's columns that each tier may read (deliveries/contract.py, CLASSIFICATIONS).
CLASSES = {
    Tier.public: frozenset[str](),
    Tier.committee: frozenset({"public"}),
    Tier.department: frozenset({"public", "internal", "restricted"}),
    Tier.auditor: frozenset({"public", "internal"}),
}

# Tiers that look at pictures: who decides about them, and who checks the decision.
WITH_PICTURES = frozenset({Tier.department, Tier.auditor})


def is_exact(tier: Tier, department: Department) -> bool:
    """Whether a tier may see single counts and records of a department: its own, or an unrestricted one's."""
    return tier is Tier.department or (tier is not Tier.public and not department.restricted)
