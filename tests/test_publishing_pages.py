"""The pages behind the scorecard: rules at every tier, findings one by one at a department's own, and the data page."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.publishing import assets
from dedup_assets.publishing.correction_list import HEADER
from dedup_assets.publishing.pages import data, findings, rules
from dedup_assets.publishing.pages.sheets import ROWS_PER_SHEET, sheet_of, sheets
from dedup_assets.publishing.publish import trend_csv
from dedup_assets.publishing.scorecard import scorecard
from dedup_assets.publishing.table_file import csv_text
from dedup_assets.publishing.tier import Tier
from publishing_city import DATES, FAILING, HOSTILE, City
from publishing_html import Element, read_page
from publishing_why import STATES, make_why, publication

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup_assets.publishing.publication import Publication

LARGE, HOSTILE_ONE, RESTRICTED = "ladbs_permits", "planning_zimas", "lapd_booking"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_why(tmp_path_factory.mktemp("city"), DATES[-2:], (LARGE, HOSTILE_ONE, RESTRICTED))
    yield made
    made.con.close()


def read(made: Iterator[object], folder: Path) -> dict[str, Element]:
    """Pages by name, each read as a document."""
    pages = {}
    for page in made:
        path = folder / page.name.replace("/", "~")
        path.write_text(page.text, encoding="utf-8")
        pages[page.name] = read_page(path)
    return pages


@pytest.fixture(scope="module")
def public(city: City) -> Publication:
    return publication(city, Tier.public)


@pytest.fixture(scope="module")
def committee(city: City) -> Publication:
    return publication(city, Tier.committee)


@pytest.fixture(scope="module")
def own(city: City) -> Publication:
    return publication(city, Tier.department, [LARGE])


@pytest.fixture(scope="module")
def browser(own: Publication, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Element]:
    return read(findings.pages(own), tmp_path_factory.mktemp("findings"))


class TestRules:
    def test_every_rule_has_a_page_and_the_list_leads_to_it(self, public: Publication, tmp_path: Path) -> None:
        pages = read(rules.pages(public), tmp_path)
        expected = {f"rules/{each.id}.html" for each in public.rules}
        assert pages.keys() == {*expected, "rules/index.html"}
        links = {each.attributes["href"] for each in pages["rules/index.html"].all("a")}
        assert {f"../{name}" for name in expected} <= links

    def test_a_page_has_what_the_rule_asks_and_what_it_found_where(self, public: Publication, tmp_path: Path) -> None:
        page = read(rules.pages(public), tmp_path)["rules/DUP-001.html"]
        [rule] = [each for each in public.rules if each.id == "DUP-001"]
        said = page.section("What it asks").text
        assert all(each in said for each in (rule.criteria, rule.effect, rule.recommendation, rule.target))
        rows = {row[0]: row[1:] for row in page.rows("Results by department")}
        shown = {each.title: each for each in public.site.city.departments}
        assert rows.keys() == {"Building and Safety", "City Planning", "Police, booking photographs"}
        for title, cells in rows.items():
            [line] = [each for each in shown[title].rules if each.id == "DUP-001"]
            assert cells[1:3] == [line.failing.text, line.evaluated.text]

    def test_past_dates_are_counted_in_departments_and_only_exact_tiers_see_records(
        self, committee: Publication, public: Publication, tmp_path: Path
    ) -> None:
        page = read(rules.pages(public), tmp_path)["rules/DUP-001.html"]
        assert page.rows("newest date first") == [["30 June 2026", "2", "1", "0"], ["31 May 2026", "2", "1", "0"]]
        [exact] = [
            read_page(_written(each.text, tmp_path / "exact"))
            for each in rules.pages(committee)
            if each.name == "rules/DUP-001.html"
        ]
        unrestricted = FAILING[LARGE]["DUP-001"] + FAILING[HOSTILE_ONE]["DUP-001"]
        assert exact.rows("newest date first")[0][-1] == str(unrestricted)

    def test_causes_behind_a_rule_are_named_to_the_public_but_not_counted(
        self, committee: Publication, public: Publication, tmp_path: Path
    ) -> None:
        pages = read(rules.pages(public), tmp_path)
        behind = pages["rules/DUP-001.html"].section("Likely causes")
        assert [each.text for each in behind.all("dt")] == ["Source that does not look for copies"]
        few = pages["rules/PAR-003.html"]  # nine findings of one cause
        assert "Likely causes" not in [each.text for each in few.all("h2")]
        told = {each.name: each.text for each in rules.pages(committee)}
        assert "Attached by file name: 9" in told["rules/PAR-003.html"]

    def test_a_page_says_what_auditors_who_traced_findings_confirmed(
        self, city: City, committee: Publication, public: Publication, tmp_path: Path
    ) -> None:
        heading = "How often it is right"
        before = read(rules.pages(public), tmp_path)["rules/DUP-001.html"]
        assert heading not in [each.text for each in before.all("h2")]
        city.con.execute(
            "insert into audit_result select i, '', 'S-1', 'F-' || i, 'finding', ?, 'DUP-001', "
            "if(i < 11, 'confirmed', 'not confirmed'), 'B. Ames', '2026-07-15', 'a word' from range(12) as t(i)",
            [LARGE],
        )
        try:
            told = read(rules.pages(public), tmp_path)["rules/DUP-001.html"]
            inside = {each.name: each.text for each in rules.pages(committee)}
        finally:
            city.con.execute("delete from audit_result")
        assert "traced 12 findings they drew" in told.section(heading).text
        assert "Auditors confirmed 11 of 12 findings" in inside["rules/DUP-001.html"]
        assert "B. Ames" not in told.text + inside["rules/DUP-001.html"]
        assert heading not in inside["rules/PAR-003.html"]

    def test_of_a_rule_a_department_s_own_site_leads_to_its_findings(
        self, own: Publication, browser: dict[str, Element], tmp_path: Path
    ) -> None:
        page = read(rules.pages(own), tmp_path)["rules/DUP-001.html"]
        links = {each.attributes["href"] for each in page.all("a")}
        assert "../findings/DUP-001.html" in links
        assert "../rules/DUP-001.html" in {
            each.attributes["href"] for each in browser["findings/DUP-001.html"].all("a")
        }


class TestFindings:
    def test_there_are_none_at_other_tiers(self, own: Publication) -> None:
        for tier in (Tier.public, Tier.committee, Tier.auditor):
            assert list(findings.pages(replace(own, tier=tier))) == []

    def test_every_finding_stands_once_under_its_id_and_every_list_leads_there(
        self, city: City, browser: dict[str, Element]
    ) -> None:
        ids = {
            row[0]
            for row in city.con.execute("select finding_id from finding where department = ?", [LARGE]).fetchall()
        }
        places = [
            f"../{name}#{card.attributes['id']}"
            for name, page in browser.items()
            for card in page.all("li")
            if card.attributes.get("id", "").startswith("F-")
        ]
        assert len(places) == len(set(places)) == len(ids)
        assert {each.partition("#")[2] for each in places} == ids
        for kind in ("severity", "status"):
            led = [
                cell.all("a")[0].attributes["href"]
                for name, page in browser.items()
                if name.startswith(f"findings/{kind}-")
                for cell in page.all("th")
                if cell.all("a")
            ]
            assert sorted(led) == sorted(places)

    def test_a_long_list_goes_over_several_pages_of_moderate_size(
        self, own: Publication, browser: dict[str, Element]
    ) -> None:
        cards = [
            sum(card.attributes.get("class") == "usa-card" for card in browser[name].all("li"))
            for name in ("findings/TRC-001.html", "findings/TRC-001-2.html")
        ]
        assert cards == [ROWS_PER_SHEET, FAILING[LARGE]["TRC-001"] - ROWS_PER_SHEET]
        assert "This page has 101 to 120 of 120." in browser["findings/TRC-001-2.html"].text
        assert max(len(gzip.compress(each.text.encode())) for each in findings.pages(own)) < 100_000

    def test_a_finding_says_where_it_stands_since_when_and_why(self, city: City, browser: dict[str, Element]) -> None:
        [[finding_id, condition]] = city.con.execute(
            "select any_value(finding_id), any_value(condition) from finding join finding_status using (finding_id) "
            "where finding_status.rule_id = 'PAR-003' and status = 'open'"
        ).fetchall()
        [card] = [
            each for each in browser["findings/PAR-003.html"].all("li") if each.attributes.get("id") == finding_id
        ]
        said = dict(zip((each.text for each in card.all("dt")), (each.text for each in card.all("dd")), strict=True))
        assert condition in card.text
        assert said["Opened"] == "31 May 2026"
        assert said["Status"] == f"{findings.STATUSES['open']}, late"
        assert said["Likely cause"].startswith("Attached by file name: The picture was attached by its file name")
        assert "To be corrected by" in said

    def test_states_are_said_in_words(self, browser: dict[str, Element]) -> None:
        rows = {row[0]: row[1:] for row in browser["findings/index.html"].rows("By status")}
        assert rows.keys() == {findings.STATUSES[each] for each in ("open", *STATES.values())}
        assert sum(int(each[0]) for each in rows.values()) == sum(FAILING[LARGE].values())
        still_open, *others = (rows[findings.STATUSES[each]] for each in ("open", *STATES.values()))
        assert still_open[0] == still_open[1] != "0"
        assert all(each[1] == "0" != each[0] for each in others)

    def test_hostile_texts_stay_texts(self, city: City, tmp_path: Path) -> None:
        pages = read(findings.pages(publication(city, Tier.department, [HOSTILE_ONE])), tmp_path)
        page = pages["findings/IDN-001.html"]
        assert not page.all("script")
        assert HOSTILE[0] in page.text
        assert not [each for each in page.all("img") if "onerror" in each.attributes]

    def test_a_department_without_findings_says_so(self, city: City, tmp_path: Path) -> None:
        pages = read(findings.pages(publication(city, Tier.department, [RESTRICTED])), tmp_path)
        assert pages.keys() == {"findings/index.html"}
        assert "There are no findings." in pages["findings/index.html"].text


class TestSheets:
    @given(st.integers(0, 1050))
    def test_every_row_is_on_one_page_and_every_page_can_be_reached(self, count: int) -> None:
        made = list(sheets(range(count), "x"))
        assert [row for sheet in made for row in sheet.rows] == list(range(count))
        assert all(len(sheet.rows) <= ROWS_PER_SHEET for sheet in made)
        assert all(sheet.name == sheet_of("x", row) for sheet in made for row in sheet.rows)
        names = [sheet.name for sheet in made]
        assert names[0] == "x.html"
        assert len(set(names)) == len(names)
        assert [sheet.following for sheet in made] == [*names[1:], None]
        assert [sheet.previous for sheet in made] == [None, *names[:-1]]
        for sheet in made:
            linked = {link[1] for link in sheet.links if link}
            assert {names[0], names[-1], sheet.name} <= linked <= set(names)


class TestData:
    @pytest.fixture
    def folder(self, public: Publication, tmp_path: Path) -> Path:
        for name in ("data", "charts", "pictures", "assets"):
            (tmp_path / name).mkdir()
        (tmp_path / "city-trend.csv").write_text(trend_csv(public.site.city.trend), newline="")
        (tmp_path / "data" / "corrections.csv").write_text(csv_text(HEADER, []), newline="")
        (tmp_path / "scorecard.json").write_text("{}")
        for name in ("index.html", "charts/a.svg", "pictures/a.jpg", "assets/site.css"):
            (tmp_path / name).write_text("x")
        (tmp_path / "earlier").symlink_to(tmp_path / "data", target_is_directory=True)
        return tmp_path

    def test_it_lists_files_for_programs_with_their_digests_and_no_pages(
        self, public: Publication, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        page = read(data.pages(public, folder), tmp_path_factory.mktemp("data"))["data.html"]
        rows = page.rows("Files of this publication")
        assert [row[0] for row in rows] == ["city-trend.csv", "data/corrections.csv", "scorecard.json"]
        assert [row[0] for row in page.rows("Charts of these pages")] == ["charts/a.svg"]
        assert rows[2][3:] == ["2 bytes", hashlib.sha256(b"{}").hexdigest()]
        assert "public domain" in page.text

    def test_every_column_of_every_table_is_explained(
        self, public: Publication, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        page = read(data.pages(public, folder), tmp_path_factory.mktemp("data"))["data.html"]
        for heading, columns in (("Columns of city-trend.csv", None), ("Columns of data/corrections.csv", HEADER)):
            rows = page.section(heading).rows("What each column holds")
            assert all(len(meaning) > 5 for _, meaning in rows)
            assert columns is None or tuple(name for name, _ in rows) == columns

    def test_what_is_not_for_the_public_says_so(
        self, own: Publication, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        page = read(data.pages(own, folder), tmp_path_factory.mktemp("data"))["data.html"]
        assert "They may not be published." in page.text
        assert "public domain" not in page.text


def _written(text: str, path: Path) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_figures_for_programs_say_why_as_the_pages_do(public: Publication) -> None:
    document = scorecard(public.site)
    schema = json.loads(assets.schema())
    jsonschema.validate(json.loads(json.dumps(document)), schema)
    [large] = [each for each in document["departments"] if each["name"] == LARGE]
    [shown] = [each for each in public.site.city.departments if each.name == LARGE]
    assert large["because"] == shown.because
    assert shown.causes is not None
    assert large["causes"] == [{"cause": each.cause, "findings": each.findings.value} for each in shown.causes.lines]
    assert large["impact"].keys() == {"permits", "permits_active", "dwelling_units"}
