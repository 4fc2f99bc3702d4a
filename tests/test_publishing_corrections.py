"""The correction list as a file that no spreadsheet spoils or runs, and as a page to be worked off."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from dedup_assets.findings.impact.correction import Correction, corrections
from dedup_assets.publishing.correction_list import HEADER, write_corrections
from dedup_assets.publishing.language import language, using
from dedup_assets.publishing.pages import corrections as corrections_page
from dedup_assets.publishing.tier import Tier
from publishing_city import DATES, City
from publishing_html import Element, read_page
from publishing_why import make_why, publication

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def correction(**more: object) -> Correction:
    values: dict[str, object] = {
        "image_id": "LB-1", "as_of": date(2026, 6, 30), "severity": "critical", "due_on": date(2026, 7, 14),
        "rules": ("PAR-003", "PAR-006"), "findings": ("F-1", "F-2"), "from_parcel_raw": "2004015041",
        "from_parcel": "2004015041", "to_parcel": "0004015042", "to_parcel_basis": "batch_shift",
        "evidence": "The camera stood 1.7 km away.", "cause": "batch_shifted", "batch_id": "B-7", "copy_of": None,
        "cause_in_words": "The batch slipped by one row.", "recommendation": "Move it.", **more,
    }  # fmt: skip
    return Correction(**values)  # type: ignore[arg-type]  # values of the fields above


def test_parcels_keep_their_zeros_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "corrections" / "ladbs_permits.csv"
    write_corrections([correction(), correction(image_id="=1+1", from_parcel=None, to_parcel=None)], path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    assert (rows[0]["from_parcel"], rows[0]["to_parcel"]) == ("2004-015-041", "0004-015-042")
    assert (rows[0]["rules"], rows[0]["correct_by"]) == ("PAR-003, PAR-006", "2026-07-14")
    assert rows[1]["image_id"] == "'=1+1"
    assert (rows[1]["from_parcel"], rows[1]["to_parcel"]) == ("", "")
    assert [each.name for each in path.parent.iterdir()] == ["ladbs_permits.csv"]


def test_nothing_to_correct_is_an_empty_list(tmp_path: Path) -> None:
    write_corrections([], tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").split() == [",".join(HEADER)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_why(tmp_path_factory.mktemp("city"), DATES[-2:], ("ladbs_permits", "la28_venues"))
    yield made
    made.con.close()


@pytest.fixture(scope="module")
def pages(city: City) -> dict[str, str]:
    own = publication(city, Tier.department, ["ladbs_permits"])
    return {each.name: each.text for each in corrections_page.pages(own)}


class TestPage:
    """The list as the department's own site shows it."""

    def test_it_has_the_rows_of_the_file_the_earliest_deadline_first(
        self, city: City, pages: dict[str, str], tmp_path: Path
    ) -> None:
        listed = list(csv.DictReader(pages["data/corrections.csv"].splitlines()))
        assert len(listed) == len(corrections(city.con, "ladbs_permits", city.rules)) > 0
        assert [each["correct_by"] for each in listed] == sorted(each["correct_by"] for each in listed)
        rows = _read(pages["corrections.html"], tmp_path).rows("asked to put right")
        assert [row[0] for row in rows] == [each["image_id"] for each in listed]
        assert [row[2] for row in rows] == [each["from_parcel"] for each in listed]
        assert len({each["correct_by"] for each in listed}) > 1

    def test_each_row_says_what_was_seen_and_what_to_do_and_leads_to_its_finding(
        self, pages: dict[str, str], tmp_path: Path
    ) -> None:
        page = _read(pages["corrections.html"], tmp_path)
        [table] = page.all("table")
        for row in table.all("tbody")[0].all("tr"):
            image, _, _, _, to_do, evidence, cause = (each for each in row.children if each.tag in {"th", "td"})
            assert image.text in evidence.text
            assert to_do.text.endswith(".")
            assert cause.text
            assert all(each.attributes["href"].startswith("findings/") for each in evidence.all("a"))
        assert "A row is done when the next delivery no longer shows it" in page.text

    def test_it_is_for_the_department_s_own_tier_alone(self, city: City) -> None:
        own = publication(city, Tier.department, ["ladbs_permits"])
        for tier in (Tier.public, Tier.committee, Tier.auditor):
            assert list(corrections_page.pages(replace(own, tier=tier))) == []

    def test_the_file_is_made_once_for_all_languages(self, city: City) -> None:
        with using(language("es")):
            own = publication(city, Tier.department, ["ladbs_permits"])
            assert [each.name for each in corrections_page.pages(own)] == ["corrections.html"]

    def test_an_empty_list_says_so(self, city: City, tmp_path: Path) -> None:
        own = publication(city, Tier.department, ["la28_venues"])
        made = {each.name: each.text for each in corrections_page.pages(own)}
        assert "Nothing is to be put right" in _read(made["corrections.html"], tmp_path).text
        assert made["data/corrections.csv"].split() == [",".join(HEADER)]


def _read(text: str, folder: Path) -> Element:
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    return read_page(path)
