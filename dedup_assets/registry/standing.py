"""Where a parcel stands whose number is read without doubt: current, retired, or another jurisdiction's.

Put here what lineage and jurisdiction make of an identity. Keep out how they are found (``lineage.py``,
``jurisdiction.py``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedup_assets.registry.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dedup_assets.registry.identity import Identity


class Standing:
    """What is known of parcels beyond that they exist."""

    def __init__(self, lineage: Lineage | None = None, elsewhere: Iterable[str] = ()) -> None:
        """``elsewhere`` are the APNs (canonical) of parcels outside the city."""
        self._lineage = lineage or Lineage(())
        self._elsewhere = frozenset(elsewhere)

    def of(self, identity: Identity, as_of: date | None = None) -> Identity:
        """``identity`` with status stale or other_jurisdiction where its APN is retired or outside the city.

        Stale names the successors as candidates, on the day ``as_of`` or by all that is known; several when the parcel
        was split. What was mended stays in ``repairs``. Every other identity is given back as it is.
        """
        apn = identity.canonical if identity.kind == "apn" else None
        if apn is None:
            return identity
        if successors := self._lineage.successors(apn, as_of):
            return replace(identity, status="stale", candidates=successors)
        return replace(identity, status="other_jurisdiction") if apn in self._elsewhere else identity
