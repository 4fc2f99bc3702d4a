"""The report as pages: HTML from the templates, printed by WeasyPrint.

Put here how the report is laid out and printed. Keep out what it says (``publishing/committee``) and what the PDF lacks
when it is printed (``tagged_pdf.py``). Nothing is fetched while printing: whatever a page asks for is refused.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.publishing.committee.view import BANDS, SEVERITIES
from dedup_assets.publishing.committee.words import BAND_WORDS
from dedup_assets.publishing.guarded import guarded_import
from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.report.tagged_pdf import tagged
from dedup_assets.publishing.words import day

if TYPE_CHECKING:
    from types import ModuleType

    from weasyprint import Document

    from dedup_assets.publishing.committee.view import CommitteeView
    from dedup_assets.publishing.view import SiteView

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"

# Departments that the summary lists at most; fewer where the first page would not hold them.
SHOWN = 12

CONTENTS = {
    "ledger": mark("What was put right"),
    "late": mark("What is late"),
    "pace": mark("How fast, and whether it holds"),
    "causes": mark("Why it happens"),
    "impact": mark("What it holds up"),
    "departments": mark("Department by department"),
    "method": mark("What the words mean"),
    "schedule": mark("Schedule of prior findings"),
    "digests": mark("What this follows from"),
}

_VARIANT = "pdf/a-2a"

# A drawing that is told in words. WeasyPrint takes words and style of a drawing from inside it only.
_TOLD = re.compile(r'(<svg\b[^>]*?\baria-label="([^"]*)"[^>]*>)')


class ReportError(UserError):
    """The report cannot be printed here; the message says what to install."""


def report_pdf(committee: CommitteeView, site: SiteView) -> bytes:
    """The report in the language in force, as PDF/A-2a and PDF/UA-1. The same views give the same bytes.

    Raises ReportError where the libraries that print it are not installed, naming the system's packages.
    """
    page = report_html(committee, site, shown_in_summary(committee, site))
    return tagged(_printed(page).write_pdf(pdf_variant=_VARIANT))


def shown_in_summary(committee: CommitteeView, site: SiteView) -> int:
    """How many departments the summary can list and still be one page: tried on the summary alone, most first."""
    most = min(SHOWN, len(committee.departments))
    for shown in range(most, 0, -3):
        if len(_printed(report_html(committee, site, shown, whole=False)).pages) == 1:
            return shown
    return 0


def report_html(committee: CommitteeView, site: SiteView, shown: int, *, whole: bool = True) -> str:
    """The report as one page of HTML; ``shown`` departments are listed in the summary.

    ``whole``: all of it, or the summary alone.
    """
    page = render_page(
        "report.html",
        "report.html",
        site=site,
        committee=committee,
        title=title(committee),
        contents={anchor: text(label) for anchor, label in CONTENTS.items()},
        shown=shown,
        whole=whole,
        bands=BANDS,
        band_words=BAND_WORDS,
        severity_names=SEVERITIES,
    )
    style = _file("drawing.css")
    return _TOLD.sub(lambda found: f"{found[1]}<title>{found[2]}</title><style>{style}</style>", page)


def title(committee: CommitteeView) -> str:
    """What the document is called."""
    return text("Image data hygiene: report to the committee, %(as_of)s", as_of=day(committee.as_of))


def _printed(page: str) -> Document:
    weasyprint = _weasyprint()
    style = weasyprint.CSS(string=_file("report.css"))
    printed: Document = weasyprint.HTML(string=page, url_fetcher=_refuse).render(
        stylesheets=[style], pdf_variant=_VARIANT
    )
    return printed


def _file(name: str) -> str:
    return resources.files("dedup_assets.publishing.report").joinpath(name).read_text(encoding="utf-8")


def _weasyprint() -> ModuleType:
    """WeasyPrint, imported late: it loads Pango from the system, which a machine that prints nothing need not have."""
    try:
        return guarded_import("weasyprint")
    except OSError as error:
        message = f"the report cannot be printed without Pango; on Debian: apt-get install {PACKAGES} ({error})"
        raise ReportError(message) from error


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    message = f"the report asks for nothing, but something in it asked for {url[:80]}"
    raise ValueError(message)
