"""Two languages: every message is translated, no page mixes them, dates, numbers and plurals follow the locale."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from dedup_assets.findings.causes import words as stored_causes
from dedup_assets.findings.conditions import CONDITIONS
from dedup_assets.publishing import catalogue as catalogue_module
from dedup_assets.publishing import cause_words as causes
from dedup_assets.publishing import condition_words as conditions
from dedup_assets.publishing.catalogue import catalogue_file, messages, read_catalogue, update
from dedup_assets.publishing.charts import trend_specification
from dedup_assets.publishing.committee.make import committee_view
from dedup_assets.publishing.department_view import department_points
from dedup_assets.publishing.language import LANGUAGES, SOURCE, language, texts, using
from dedup_assets.publishing.pages import data
from dedup_assets.publishing.pair_page import pair_page
from dedup_assets.publishing.publish import MAKERS
from dedup_assets.publishing.report.document import report_html
from dedup_assets.publishing.rows import read_rows
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.verdict_words import VERDICTS
from dedup_assets.publishing.words import SEVERITIES, cost, day, listed, number, percent, points, short_day
from other_language import LATIN, other_language, said
from publishing_city import DATES, HOSTILE, MISSING, City
from publishing_why import DETAIL, make_why, publication

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from babel.messages.catalog import Message

OWN = "ladbs_permits"

TRANSLATIONS = [code for code in LANGUAGES if code != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|</?\w+")
# What is data on a page and so in no language: ids of rules, findings and records, digests, versions, names of files
# and columns.
DATA = re.compile(
    r"[A-Z]{3}-\d{3}|F-[0-9a-f]{16}|[A-Z]{2}-[A-Z]{3}-\d{3}-\d{4}|\b[0-9a-f]{64}\b|\d{4}\.\d\+[0-9a-f]{8}"
    r"|[\w./-]+\.(?:csv|json|svg|pdf|parquet|html|jpg)\b"
)


# What the planted city's records hold.
GIVEN = {str(value) for its in DETAIL.values() for value in its.values()}
PLANTED = re.compile("|".join([*map(re.escape, HOSTILE), *(rf"\b{each}\b" for each in GIVEN if each[0].isalpha())]))


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


class TestCatalogue:
    @pytest.mark.parametrize("code", TRANSLATIONS)
    def test_every_message_is_translated_and_nothing_else_is_kept(self, code: str) -> None:
        catalogue = {each.id: each for each in read_catalogue(code) if each.id}
        asked = messages()
        assert sorted(map(str, asked - catalogue.keys())) == [], "run `make messages` and translate these"
        assert sorted(map(str, catalogue.keys() - asked)) == [], "run `make messages`: nobody says these any more"
        untranslated = [each.id for each in catalogue.values() if not all(map(str.strip, forms(each)))]
        assert untranslated == []
        assert [each.id for each in catalogue.values() if each.fuzzy] == []

    @pytest.mark.parametrize("code", TRANSLATIONS)
    def test_placeholders_and_elements_survive_translation(self, code: str) -> None:
        for message in read_catalogue(code):
            for asked, form in zip_longest(ids(message), forms(message), fillvalue=ids(message)[-1]):
                if message.id:
                    assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(asked)), message.id

    @pytest.mark.parametrize("code", TRANSLATIONS)
    def test_the_file_changes_only_with_its_messages(
        self, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = catalogue_file(code).read_text(encoding="utf-8")
        copy = tmp_path / f"{code}.po"
        copy.write_text(before + '\nmsgid "nobody says this"\nmsgstr "nadie lo dice"\n', encoding="utf-8")
        monkeypatch.setattr(catalogue_module, "catalogue_file", lambda _: copy)
        assert update(code) == (len(messages()), 0)
        assert copy.read_text(encoding="utf-8") == before
        assert not re.search(r"^#: |Date:", before, re.MULTILINE)


class TestForms:
    def test_dates(self) -> None:
        assert (day(date(2026, 1, 31)), short_day(date(2026, 9, 1))) == ("31 January 2026", "1 Sep 2026")
        with using(language("es")):
            assert day(date(2026, 1, 31)) == "31 de enero de 2026"
            assert short_day(date(2026, 9, 1)) == "1 sept 2026"

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_numbers_are_written_as_in_the_united_states(self, code: str) -> None:
        with using(language(code)):
            assert (number(1_234_567), points(1234.5), points(87.0)) == ("1,234,567", "1,234.5", "87")
            assert (percent(0.99999), percent(0.57), percent(0.98765, 2)) == ("99.9%", "57%", "98.76%")

    def test_plurals(self) -> None:
        with using(language("es")):
            said_of = [texts("%(count)s rule not met", "%(count)s rules not met", each) for each in (0, 1, 1200)]
            assert said_of == ["0 reglas no se cumplen", "1 regla no se cumple", "1,200 reglas no se cumplen"]
            assert [cost(each) for each in (0.01, 1.0, 2.4)] == ["menos de 0.1 puntos", "1 punto", "2.4 puntos"]

    def test_lists_and_words_of_a_table(self) -> None:
        assert listed(["a", "b", "c"]) == "a, b and c"
        with using(language("es")):
            assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a y b", "a, b y c"]
            assert [listed(["a", each]) for each in ("Imagen", "hielo")] == ["a e Imagen", "a y hielo"]
            assert SEVERITIES["critical"] == "Crítico"
            assert SEVERITIES.get("of-another-suite", "of-another-suite") == "of-another-suite"

    def test_other_languages_follow_their_own_locale(self) -> None:
        with other_language() as other, using(other):
            assert (number(1234), percent(0.995)) == ("1.234", "99,5%")
            assert day(date(2026, 1, 31)) == "31 Ιανουαρίου 2026"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_why(tmp_path_factory.mktemp("city"), DATES[-2:], (OWN, MISSING, "lapd_booking"))
    yield made
    made.con.close()


class TestPages:
    """No visible word of a page in the language that nobody speaks is in letters of the source language."""

    @pytest.mark.parametrize(
        ("tier", "names"), [(Tier.public, None), (Tier.auditor, None), (Tier.department, [OWN])], ids=str
    )
    def test_no_page_mixes_languages(self, city: City, tmp_path: Path, tier: Tier, names: list[str] | None) -> None:
        for name in ("city-trend.csv", "scorecard.json", "another.csv"):
            (tmp_path / name).write_text("0", encoding="utf-8")
        with other_language() as other, using(other):
            made = publication(city, tier, names)
            written = [page for maker in MAKERS for page in maker(made)] + list(data.pages(made, tmp_path))
        pages = [each for each in written if each.name.endswith(".html")]
        assert len(pages) > len(city.rules)
        mixed = {each.name: found for each in pages if (found := unsaid(each.text))}
        assert json.dumps(mixed, indent=1, ensure_ascii=False) == "{}"

    def test_nor_does_the_page_of_pairs(self) -> None:
        known = {"width": 640, "height": 480, "byte_size": 81_234, "frames": 2, "captured_at": "2026"}
        evidence = {"reason": "equal_throughout", "inliers": 4, "coarse": {"worst": 0.07}, "common": [[0, 1]]}
        pairs = [
            {"a": "1.jpg", "b": "2.jpg", "verdict": each, "distance": 4, "evidence": evidence} for each in VERDICTS
        ]
        with other_language() as other, using(other):
            assert unsaid(pair_page(pairs, dict.fromkeys(("1.jpg", "2.jpg"), known), {}, 2)) == []

    def test_nor_does_the_report(self, city: City) -> None:
        with other_language() as other, using(other):
            made = publication(city, Tier.committee)
            assert unsaid(report_html(committee_view(made), made.site, 3)) == []

    def test_nor_do_charts(self, city: City) -> None:
        rows = read_rows(city.con, [OWN], [OWN], city.policy.version)
        assert rows
        with using(language("es")):
            points = department_points(next(each for each in city.departments if each.name == OWN), rows)
            [labels] = trend_specification(points, 640)["datasets"].values()
        assert [each["label"] for each in labels] == ["31 may\n2026", "30 jun\n2026"]

    def test_the_check_finds_a_word_that_nobody_translated(self) -> None:
        page = '<html lang="es"><p>λος <b>late</b></p><img alt="no picture"><p lang="en">fine</p><text>x1</text>'
        assert unsaid(page) == ["late", "no picture"]


def unsaid(page: str) -> list[str]:
    """The texts of a page that hold words of the source language, without what is data on it."""
    return [text for text in said(page) if re.search(f"[{LATIN}]{{2,}}", DATA.sub("", PLANTED.sub("", text)))]


class TestStoredSentences:
    """What other rooms keep in one language is said again from its evidence."""

    def test_every_fact_and_every_cause_has_its_sentence(self) -> None:
        assert CONDITIONS.keys() <= conditions.SAID.keys()
        assert stored_causes._SAID.keys() == causes._SAID.keys()
        assert stored_causes._ADVICE.keys() == causes._ADVICE.keys()

    def test_a_condition_is_said_from_its_evidence(self) -> None:
        evidence = {"parcel": "5056022001", "parcels_of_record": ["5056022002"], "parcels_of_record_in_all": 3}
        given = (
            "permit_agreement",
            "LB-1",
            "as stored",
            json.dumps({**evidence, "permit_number": "26010-10000-00448"}),
        )
        assert conditions.condition_words(*given, picture=True) == (
            "Photograph LB-1 is filed on parcel 5056-022-001, but permit 26010-10000-00448 is for 3 others, among them "
            "5056-022-002."
        )
        with using(language("es")):
            assert conditions.condition_words(*given, picture=True) == (
                "La fotografía LB-1 consta en la parcela 5056-022-001, pero el permiso 26010-10000-00448 es de otras "
                "3, entre ellas 5056-022-002."
            )

    def test_evidence_of_another_shape_leaves_the_stored_words_marked_as_what_they_are(self) -> None:
        given = ("permit_agreement", "LB-1", "As <stored>.", "{}")
        assert conditions.condition_words(*given, picture=True) == "As <stored>."
        with using(language("es")):
            assert str(conditions.condition_words(*given, picture=True)) == '<span lang="en">As &lt;stored&gt;.</span>'
