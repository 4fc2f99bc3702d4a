"""Who a publication is for.

Put here the tiers and what each may be shown, as words. Keep out how the restriction is done: views of the warehouse
(``tier_*.sql``) and ``disclosure.py``.
"""

from __future__ import annotations

from enum import StrEnum


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
