"""One report from the city's tables, in its place.

Put here the order of the steps from a source to a file. Keep out what the report says and how it is printed.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dedup_assets.engines.beside import beside
from dedup_assets.publishing.charts import ChartBox
from dedup_assets.publishing.committee.make import committee_view
from dedup_assets.publishing.language import language, using
from dedup_assets.publishing.publish import material_of, publication_of
from dedup_assets.publishing.report.document import report_pdf
from dedup_assets.publishing.rows import read_rows
from dedup_assets.publishing.site import PublishError
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.tier_views import tier_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from dedup_assets.publishing.publication import Publication, Source


def write_reports(
    source: Source, folder: Path, languages: Sequence[str] = (), charts: Path | None = None
) -> list[Path]:
    """Put the report into ``folder``, which is made if absent, one file a language; returns the files.

    The languages are those of ``source`` if none are named. A report of a date takes the place of an earlier one of the
    same date; those of other dates stay. ``charts``: the folder of a published site's, which need not be drawn again.

    Raises PublishError when there is nothing to report, and ReportError where it cannot be printed; no file changes
    then.
    """
    made = [(code, *report(source, code, charts)) for code in languages or source.languages]
    return [put(data, folder / file_name(as_of, code)) for code, as_of, data in made]


def file_name(as_of: date, code: str) -> str:
    """What the report of one date and language is called."""
    return f"committee-report-{as_of.isoformat()}-{code}.pdf"


def put(data: bytes, path: Path) -> Path:
    """Write a report where a reader sees the whole of it or none; its folder is made if absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside(path) as part:
        part.write_bytes(data)
    return path


def report(source: Source, code: str, charts: Path | None = None) -> tuple[date, bytes]:
    """The report in the language of ``code``: its date and the PDF.

    Raises PublishError when there is nothing to report, and ReportError where it cannot be printed.
    """
    with using(language(code)), committee_publication(source, charts) as publication:
        return publication.rows.as_of, report_pdf(committee_view(publication), publication.site)


@contextmanager
def committee_publication(source: Source, charts: Path | None = None) -> Iterator[Publication]:
    """What the committee's tier may read, in the language in force, until the block ends.

    Raises PublishError when there is nothing to report.
    """
    departments = source.departments
    names, unrestricted = [each.name for each in departments], [e.name for e in departments if not e.restricted]
    with (
        tier_reader(source.con, Tier.committee, departments, source.contracts) as reader,
        tempfile.TemporaryDirectory() as drawn,
    ):
        rows = read_rows(reader, names, unrestricted, source.policy.version)
        if rows is None:
            raise PublishError("no department has delivered or missed anything yet; run `dedup run` first")
        material = material_of(source, rows, Tier.committee, {})
        yield publication_of(source, reader, material, ChartBox(Path(drawn) / "charts", charts), None)
