"""The correction list as a page: image, from parcel, to parcel, evidence, cause, deadline, what to do; and as CSV.

Put here the page, for a department's own tier alone. Which corrections there are and where a record belongs is decided
in ``findings.impact.correction``; the CSV file is ``correction_list.py``'s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.findings.conditions import dashed
from dedup_assets.findings.impact.correction import corrections
from dedup_assets.publishing.cause_words import cause_advice
from dedup_assets.publishing.causes_view import cause_title
from dedup_assets.publishing.correction_list import corrections_csv
from dedup_assets.publishing.finding_rows import read_findings
from dedup_assets.publishing.language import SOURCE, current, mark, text
from dedup_assets.publishing.pages.findings import finding_views
from dedup_assets.publishing.pages.sheets import sheets
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.impact.correction import Correction
    from dedup_assets.publishing.finding_rows import FindingRow
    from dedup_assets.publishing.pages.findings import FindingView
    from dedup_assets.publishing.publication import Publication
    from dedup_assets.publishing.view import Photograph

STEM = "corrections"
CSV = "data/corrections.csv"

# Where the record belongs and what tells so, by the basis of findings/impact/correction.py.
_FILE_ON = {
    "batch_shift": mark("Look at the picture and file it on parcel %(parcel)s: the batch re-aligned."),
    "attribution": mark("Look at the picture and file it on parcel %(parcel)s: all its evidence together says so."),
    "permit_of_record": mark(
        "Look at the picture and file it on parcel %(parcel)s: its permit's parcel of record, unless the permit number "
        "is what is wrong."
    ),
    "pin_of_record": mark("Look at the picture and file it on parcel %(parcel)s: its PIN's parcel of record."),
    "parcel_lineage": mark(
        "Look at the picture and file it on parcel %(parcel)s: the parcel that the retired one has become."
    ),
}


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One image record to be put right. ``advice``: what would put the whole cause right; empty where nothing would."""

    image_id: str
    severity: str
    due_on: date
    from_parcel: str
    to_parcel: str | None
    evidence: Sequence[FindingView]
    cause: str
    to_do: str
    advice: str
    photograph: Photograph | None


def pages(publication: Publication) -> Iterator[Page]:
    """``corrections.html`` and its further pages, and the CSV file; nothing at any other tier than a department's own.

    The file is one for all languages, and made with the pages of the first.
    """
    if publication.tier is not Tier.department:
        return
    for department in publication.departments:
        listed = by_deadline(corrections(publication.con, department.name, publication.rules))
        views = _views(publication, department, listed)
        shown = next(each for each in publication.site.city.departments if each.name == department.name)
        site = publication.site
        for sheet in sheets(views, STEM):
            page = render_page("corrections.html", sheet.name, site=site, sheet=sheet, department=shown, csv=CSV)
            yield Page(sheet.name, page)
        if current().code == SOURCE:
            yield Page(CSV, corrections_csv(listed))


def by_deadline(listed: Sequence[Correction]) -> list[Correction]:
    """The list with the earliest deadline first; what has the same one stays as it was, the most severe first."""
    return sorted(listed, key=lambda each: each.due_on)


def _views(publication: Publication, department: Department, listed: Sequence[Correction]) -> list[CorrectionView]:
    said = {each.id: each for each in finding_views(publication, department)}
    rows = {each.example.finding_id: each for each in read_findings(publication.con, department.name)}
    return [_view(each, [said[finding] for finding in each.findings], rows) for each in listed]


def _view(row: Correction, said: Sequence[FindingView], rows: Mapping[str, FindingRow]) -> CorrectionView:
    behind = next((rows[each] for each in row.findings if rows[each].cause == row.cause), None)
    advice = cause_advice(row.cause, json.loads(behind.cause_detail)) if behind else ""
    raw = plain(row.from_parcel_raw or "") or text("none given")
    return CorrectionView(
        image_id=plain(row.image_id),
        severity=row.severity,
        due_on=row.due_on,
        from_parcel=dashed(row.from_parcel) if row.from_parcel else raw,
        to_parcel=dashed(row.to_parcel) if row.to_parcel else None,
        evidence=said,
        cause=cause_title(row.cause),
        to_do=_to_do(row),
        advice=advice,
        photograph=next((each.photograph for each in said if each.photograph), None),
    )


def _to_do(row: Correction) -> str:
    """What to do with the record: as ``findings.impact.correction`` recommends it, in the language in force."""
    if row.to_parcel and row.to_parcel_basis:
        return text(_FILE_ON[row.to_parcel_basis], parcel=dashed(row.to_parcel))
    if row.cause == "placeholder":
        return text("It shows no parcel: ask for the photograph it stands for.")
    if row.copy_of:
        return text(
            "See whether it is needed beside %(image)s; if not, mark it as its copy. Delete nothing.",
            image=plain(row.copy_of),
        )
    return text("Find out from the picture and the case file which parcel it shows; nothing on record tells.")
