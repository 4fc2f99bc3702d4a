"""Every paper of one bundle, written to a folder.

Put here which papers there are. Keep out what each says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.evidence.papers.certification import certification
from dedup_assets.evidence.papers.facts import open_findings, read_facts
from dedup_assets.evidence.papers.finding_sheets import finding_sheets
from dedup_assets.evidence.papers.reliability import reliability
from dedup_assets.evidence.papers.render import write
from dedup_assets.evidence.papers.schedule import schedule

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.evidence.verify import Verified

_MODE = 0o700  # finding sheets name records; not for everybody on the machine


def make_papers(bundle: Path, verified: Verified, out: Path) -> list[Path]:
    """Write the papers of a verified bundle into ``out``; returns their paths. Equal bundles give equal bytes.

    Raises UserError for a folder inside the bundle, to which nothing may be added, and for one that is not empty:
    somebody may have written into a draft.
    """
    if out.resolve().is_relative_to(bundle.resolve()):
        raise UserError(f"{out} lies in the bundle, to which nothing may be added; give another folder")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is not an empty folder; a draft that somebody worked on must not be written over")
    facts = read_facts(bundle, verified)
    papers = [
        schedule(facts),
        reliability(facts),
        certification(facts),
        *finding_sheets(facts, open_findings(facts)),
    ]
    out.mkdir(mode=_MODE, parents=True, exist_ok=True)
    return [path for paper in papers for path in write(paper, out)]
