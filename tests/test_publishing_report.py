"""The committee's page and its report as PDF: what a council member reads, and whether everyone can read it."""

from __future__ import annotations

import io
import re
import sys
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import page as pdf_rules
import pikepdf
import pypdfium2
import pytest

from dedup_assets.cli.report import report as command
from dedup_assets.errors import UserError
from dedup_assets.publishing import figures as fig
from dedup_assets.publishing.committee.make import committee_view
from dedup_assets.publishing.committee.rows import AgeRow
from dedup_assets.publishing.committee.shown import age_name, late_counts, late_name
from dedup_assets.publishing.committee.words import change, equation
from dedup_assets.publishing.disclosure import FEWER, WITHHELD, Count, exact
from dedup_assets.publishing.language import language, text, using
from dedup_assets.publishing.pages import committee as committee_page
from dedup_assets.publishing.report import document, tagged_pdf
from dedup_assets.publishing.report.document import ReportError, report_html, report_pdf, shown_in_summary
from dedup_assets.publishing.report.write import committee_publication, report, write_reports
from dedup_assets.publishing.rows import LedgerRow
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.view import ScorePoint
from dedup_assets.publishing.words import day
from publishing_city import CANARY, DATES, NEWEST, SCRIPT, make_city
from publishing_committee import tell_committee
from publishing_html import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from dedup_assets.publishing.committee.view import CommitteeView
    from dedup_assets.publishing.publication import Publication
    from publishing_city import City

RULES = (pdf_rules.ValidationProfile.PDF_UA_1, pdf_rules.ValidationProfile.PDF_A_2A)
# One of them restricted, one that delivered nothing at the newest date.
NAMES = ("ladbs_permits", "housing_pipeline", "la28_venues", "lapd_booking")
# What names one record: a finding, a parcel, an image, a rule.
INTERNAL = re.compile(r"F-[0-9a-f]{16}|\b\d{10}\b|\b[A-Z]{2}-[A-Z]{3}-\d{3}-\d+|\b[A-Z]{3}-\d{3}\b")


@dataclass(frozen=True)
class Told:
    """What the committee is told in English: the publication, the view of it, and the page."""

    publication: Publication
    view: CommitteeView
    page: str


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_city(tmp_path_factory.mktemp("report") / "city", DATES[-2:], NAMES)
    tell_committee(made)
    yield made
    made.con.close()


@pytest.fixture(scope="module")
def told(city: City) -> Told:
    with committee_publication(city.source) as publication:
        [made] = committee_page.pages(publication)
        return Told(publication, committee_view(publication), made.text)


@pytest.fixture(scope="module")
def pdfs(city: City, told: Told) -> dict[str, bytes]:
    """The report in both languages."""
    try:
        return {"en": report_pdf(told.view, told.publication.site), "es": report(city.source, "es")[1]}
    except ReportError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def texts(pdfs: dict[str, bytes]) -> dict[str, list[str]]:
    """The text of every page, blanks collapsed."""
    return {code: [_text(each) for each in pypdfium2.PdfDocument(pdf)] for code, pdf in pdfs.items()}


def _text(sheet: pypdfium2.PdfPage) -> str:
    return " ".join(sheet.get_textpage().get_text_range().split())


def broken_rules(pdf: bytes) -> set[str]:
    """The rules of both standards that a PDF breaks."""
    return {each.rule_id for rules in RULES for each in pdf_rules.validate_pdf_bytes(pdf, profile=rules).failures}


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_report_conforms_to_pdf_ua_and_pdf_a(pdfs: dict[str, bytes], code: str) -> None:
    assert broken_rules(pdfs[code]) == set()


def test_a_report_that_a_screen_reader_stumbles_over_is_found(pdfs: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(pdfs["en"])) as pdf:
        del pdf.Root.Lang
        [next_figure, *_] = [each for each in tagged_pdf._elements(pdf.Root.StructTreeRoot) if each.S == "/Figure"]
        del next_figure.Alt
        damaged = io.BytesIO()
        pdf.save(damaged)
    assert len(broken_rules(damaged.getvalue())) >= 2


def test_headings_are_bookmarks_and_cells_know_their_headers(pdfs: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(pdfs["en"])) as pdf:
        with pdf.open_outline() as outline:
            marks = [each.title for each in outline.root]
        elements = list(tagged_pdf._elements(pdf.Root.StructTreeRoot))
        scopes = {str(each.A.Scope) for each in elements if each.S == "/TH"}
        told = [str(each.Alt) for each in elements if each.S == "/Figure"]
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo.Title) == "Image data hygiene: report to the committee, 30 June 2026"
    assert marks[0] == "How well the city’s images are kept"
    assert set(document.CONTENTS.values()) <= set(marks)
    assert scopes == {"/Column", "/Row"}
    # Each department has its bounds, where there are any, and its trend.
    assert sum(each.startswith("On a scale from 0 to 100") for each in told) == 3
    assert sum(" was " in each for each in told) == 4


def test_the_summary_is_one_page_without_internal_ids(texts: dict[str, list[str]]) -> None:
    pages = texts["en"]
    assert "The last pages say what every word means." in pages[0]
    assert pages[1].startswith("Contents")
    first_department = next(place for place, each in enumerate(pages) if each.startswith("Department by department"))
    assert first_department > 3
    assert [found for each in pages[:first_department] for found in INTERNAL.findall(each)] == []
    assert INTERNAL.findall("F-0123456789abcdef 5068012034 LA-DUP-001-0003 DUP-001") != []


@pytest.mark.parametrize("departments", [1, 6, 40])
def test_the_summary_is_one_page_with_however_many_departments(told: Told, departments: int) -> None:
    long = [
        replace(each, view=replace(each.view, title=f"{place} {each.view.title} {'and further duties ' * 6}"))
        for place, each in ((place, told.view.departments[place % 4]) for place in range(departments))
    ]
    view = replace(told.view, departments=long)
    shown = shown_in_summary(view, told.publication.site)
    assert len(document._printed(report_html(view, told.publication.site, shown, whole=False)).pages) == 1
    assert min(departments, 3) <= shown <= departments


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_department_is_on_one_page(city: City, texts: dict[str, list[str]], code: str) -> None:
    with using(language(code)):
        titles = sorted(text(each.title) for each in city.departments)
        first, after = (text(document.CONTENTS[each]) for each in ("departments", "method"))
    starts = [next(at for at, each in enumerate(texts[code]) if each.startswith(part)) for part in (first, after)]
    sheets = [each.removeprefix(first).strip() for each in texts[code][starts[0] : starts[1]]]
    assert sorted(title for title in titles for each in sheets if each.startswith(title)) == titles
    assert len(sheets) == len(titles)


def test_the_ledger_is_printed_and_balances(city: City, texts: dict[str, list[str]]) -> None:
    found = re.search(r"([\d,]+) \+ ([\d,]+) \+ ([\d,]+) − ([\d,]+) − ([\d,]+) = ([\d,]+)", texts["en"][1])
    assert found
    opening, new, reopened, closed, withdrawn, closing = (int(each.replace(",", "")) for each in found.groups())
    assert opening + new + reopened - closed - withdrawn == closing
    [(truth,)] = city.con.execute(
        "select sum(closing) from ledger_balance where as_of = ? and department not like 'lapd%'", [NEWEST]
    ).fetchall()
    assert closing == truth > 200


def test_the_equation_has_its_signs() -> None:
    terms = {"opening": 1340, "new": 68, "reopened": 1, "closed": 51, "withdrawn": 2, "closing": 1356}
    assert equation(terms) == "1,340 + 68 + 1 − 51 − 2 = 1,356"


def test_what_moved_is_said_only_where_there_is_something_to_compare() -> None:
    before = ScorePoint(DATES[0], "A", 96.0, 94.0, 99.0, 0.9, "read", "p")
    better = replace(before, as_of=DATES[1], score=97.0)
    unrated = replace(before, grade="NR", score=None)
    unmeasured = replace(unrated, lower=None, upper=None)
    assert change(better, None, "why") == "This is the first date, so there is nothing to compare it with."
    assert change(better, before, "The score rose because of this.") == "The score rose because of this."
    assert change(better, before, None) == "The score was 96 on 31 January 2026 and is 97 now."
    assert change(replace(before, as_of=DATES[1]), before, None) == "The score is 96, as on 31 January 2026."
    assert "not rated on both dates" in change(better, unrated, None)
    assert change(unmeasured, before, None) == "Nothing could be measured; on 31 January 2026 something could."
    assert change(better, unmeasured, None) == "It can be measured again; on 31 January 2026 it could not."
    assert "neither now nor" in change(unmeasured, unmeasured, None)


def test_page_and_report_have_the_same_numbers(told: Told, texts: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "committee.html").write_text(told.page, encoding="utf-8")
    html, pdf = read_page(tmp_path / "committee.html"), " ".join(texts["en"])
    tables = [each for each in html.all("table") if "glance" not in each.all("caption")[0].text]
    assert len(tables) > 12
    for table in tables:
        [body] = table.all("tbody")
        for row in body.all("tr"):
            cells = [each.text for each in row.children if each.tag in {"th", "td"}]
            assert all(cell in pdf for cell in cells), cells
    ages = html.rows("Open findings by age")
    counted = [row for row in ages[:-1] if "Police" not in row[0]]
    assert [int(each) for each in ages[-1][1:]] == [sum(int(row[place]) for row in counted) for place in range(1, 6)]
    assert html.rows("By council district")[0] == ["Council district 7", "120", "41", "23", "499", "71,217", "150"]


def test_restricted_departments_are_told_in_aggregates_only(texts: dict[str, list[str]]) -> None:
    whole = " ".join(texts["en"])
    assert CANARY not in whole
    booking = next(each for each in texts["en"] if each.startswith("Police, booking photographs"))
    assert "fewer than 11" in booking or "not shown" in booking
    assert "Reference" not in booking
    assert "Schedule of prior findings of Police" not in whole
    assert SCRIPT in whole  # a venue's name is text, whatever it says


def test_no_byte_of_the_report_has_a_canary(pdfs: dict[str, bytes]) -> None:
    for pdf in pdfs.values():
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            streams = [each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream)]
        assert not any(CANARY.encode() in each for each in (pdf, *streams))


def test_the_same_tables_give_the_same_bytes(city: City, pdfs: dict[str, bytes], tmp_path: Path) -> None:
    [path] = write_reports(city.source, tmp_path / "reports", ["en"])
    assert path.name == "committee-report-2026-06-30-en.pdf"
    assert path.read_bytes() == pdfs["en"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_public_is_not_told(told: Told) -> None:
    assert list(committee_page.pages(replace(told.publication, tier=Tier.public))) == []
    assert list(committee_page.pages(replace(told.publication, tier=Tier.department))) == []


def test_without_pango_the_error_names_the_packages(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPango:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    with pytest.raises(ReportError, match="apt-get install libpango"):
        report_pdf(told.view, told.publication.site)


def test_no_stream_ends_with_a_carriage_return() -> None:
    ends = next(data for data in (bytes([each]) * 3 for each in range(256)) if zlib.compress(data, 9).endswith(b"\r"))
    with pikepdf.new() as pdf:
        pdf.Root.Extra = pikepdf.Array([pdf.make_stream(ends), pdf.make_stream(b"other")])
        tagged_pdf._end_clearly(pdf)
        saved = tagged_pdf._saved(pdf, pikepdf.ObjectStreamMode.disable)
    assert b"\r\nendstream" not in saved
    with pikepdf.open(io.BytesIO(saved)) as again:
        assert [each.read_bytes() for each in again.Root.Extra] == [ends, b"other"]


def _ages(as_of: date, **bands: int) -> tuple[fig.DepartmentRows, list[AgeRow]]:
    """A department with a ledger of one date and findings in two bands, all of them late."""
    whole = sum(bands.values())
    ledger = [LedgerRow("police", as_of, "critical", 0, whole, 0, 0, 0, whole)]
    rows = fig.DepartmentRows(score=None, measures=[], rules=[], ledger=ledger, overdue=whole)
    names = {"young": "0-30", "old": "91-180"}
    return rows, [AgeRow("police", "critical", names[band], count, count) for band, count in bands.items()]


def test_ages_that_give_a_small_number_away_are_withheld() -> None:
    rows, ages = _ages(NEWEST, young=37, old=3)
    shown = late_counts(rows, {fig.OPEN: exact(40)}, ages, {}, restricted=True)
    assert {each.words for name, each in shown.items() if name.startswith("age/")} == {WITHHELD}
    # Where the page does not say how many are open, 37 and "fewer than 11" give nothing away.
    hidden = {name: Count(None, WITHHELD) for name in fig.collect(rows, {}).values}
    shown = late_counts(rows, hidden, ages, {}, restricted=True)
    assert [shown[age_name(each)].words for each in ("0-30", "91-180")] == ["37", FEWER]
    shown = late_counts(rows, {}, ages, {}, restricted=False)
    assert [shown[age_name(each)].value for each in ("0-30", "91-180")] == [37, 3]
    assert shown[late_name("critical")].value == 40


def test_the_spanish_report_has_spanish_dates_and_the_same_numbers(texts: dict[str, list[str]]) -> None:
    with using(language("es")):
        assert day(NEWEST) in texts["es"][0]
    equations = [re.findall(r"[\d,]+ \+ [\d,]+ \+ [\d,]+ − .*? = [\d,]+", texts[code][1]) for code in ("en", "es")]
    assert equations[0] == equations[1] != []


def test_a_run_without_pango_goes_on_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster as dg

    from dedup_assets.components.city import City
    from dedup_assets.defs.report import committee_report
    from dedup_assets.settings import settings

    def refuse(*_: object, **__: object) -> None:
        raise ReportError("install libpango")

    said: list[str] = []
    monkeypatch.setenv("DEDUP_HOME", str(tmp_path))
    monkeypatch.setattr("dedup_assets.publishing.report.write.write_reports", refuse)
    monkeypatch.setattr(City, "say", lambda *_: said.append)
    settings.cache_clear()
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize([committee_report], resources={"city": City()}, instance=instance)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert result.success
    assert result.asset_materializations_for_node("city__committee_report") == []
    assert said == ["install libpango"]


def test_the_command_says_which_languages_there_are() -> None:
    with pytest.raises(UserError, match="the languages are en, es"):
        command(language="fr")
