"""What was seen of one finding, said in the language in force, from the evidence that is kept with it.

Put here how the sentence of a finding is found (``seen`` has them); they say what ``findings/conditions.py`` wrote down
in one language when the finding was made. Keep out what follows from a finding and what is to be done: rules say it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import text
from dedup_assets.publishing.seen import parcels, pictures, records
from dedup_assets.publishing.words import in_source, plain

if TYPE_CHECKING:
    from markupsafe import Markup

SAID = {**pictures.SAID, **parcels.SAID, **records.SAID}


def condition_words(fact: str, subject: str, stored: str, evidence: str, *, picture: bool) -> str | Markup:
    """The condition of a finding in the language in force.

    ``fact`` is the column that its rule judges (``Rule.column``), ``subject`` the image id or the date of a delivery,
    ``stored`` and ``evidence`` (JSON) the finding's own; ``picture``: whether the department delivers images. Where the
    evidence does not hold what the sentence needs, it is the stored one, marked as being in the language of the code.
    """
    record = (text("Photograph %(id)s") if picture else text("Evidence record %(id)s")) % {"id": subject}
    say = SAID.get(fact)
    try:
        return plain(say(record, json.loads(evidence))) if say else in_source(stored)
    except (KeyError, IndexError, TypeError):  # evidence of another shape: of an older version, or of a stranger's rule
        return in_source(stored)
