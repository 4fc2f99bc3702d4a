"""What the site says: headline, tables, reasons, ledger, charts, data files; and that it says it without harm."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import jsonschema
import pytest

from dedup_assets.publishing.charts import trend_specification
from dedup_assets.publishing.department_view import department_points
from dedup_assets.publishing.rows import read_rows
from dedup_assets.publishing.table_file import csv_text
from dedup_assets.publishing.words import percent, plain
from publishing_city import CANARY, DATES, HOSTILE, MISSING, NEWEST, RECORDS, City, make_city
from publishing_html import Element, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup_assets.publishing.publish import PublishReport

PAGES = ("index", "method", *RECORDS)
LINKS = {"href", "src", "srcset", "action", "data", "poster", "xlink:href"}
ABSENT = ("none", "unknown")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_city(tmp_path_factory.mktemp("city"))
    yield made
    made.con.close()


@pytest.fixture(scope="module")
def report(city: City) -> PublishReport:
    return city.publish()


@pytest.fixture(scope="module")
def pages(report: PublishReport) -> dict[str, Element]:
    return {name: read_page(report.site / f"{name}.html") for name in PAGES}


@pytest.fixture(scope="module")
def scorecard(report: PublishReport) -> dict[str, object]:
    return json.loads((report.site / "scorecard.json").read_text(encoding="ascii"))


def files(report: PublishReport) -> list[Path]:
    return [each for each in report.version.rglob("*") if each.is_file()]


class TestCity:
    def test_headline_names_score_grade_and_who_is_not_rated(self, pages: dict[str, Element]) -> None:
        headline = pages["index"].section("In short").text
        assert "Score 97, grade C." in headline
        assert "1 of 6 departments is not rated: Housing (no delivery)." in headline

    def test_what_needs_attention_stands_first(self, pages: dict[str, Element]) -> None:
        rows = pages["index"].rows("Scores by department")
        assert [row[0] for row in rows[:2]] == ["Housing", "Building and Safety"]
        assert rows[0][1:3] == ["Not rated", "Not rated: no delivery"]

    def test_not_rated_is_neither_0_nor_100(self, pages: dict[str, Element]) -> None:
        [housing] = [row for row in pages["index"].rows("Scores by department") if row[0] == "Housing"]
        assert tuple(housing[5:7]) == ABSENT
        assert "Not rated. No delivery was received for 30 June 2026." in pages[MISSING].section("Score").text

    def test_counts_of_open_findings_are_those_of_the_ledger(self, city: City, pages: dict[str, Element]) -> None:
        expected = city.con.execute(
            "select sum(closing), sum(closing) filter (severity = 'critical') from ledger_balance "
            "where department = 'ladbs_permits' and as_of = ?",
            [NEWEST],
        ).fetchall()[0]
        [row] = [row for row in pages["index"].rows("Scores by department") if row[0] == "Building and Safety"]
        assert row[3:5] == [f"{each:,}" for each in expected]

    def test_ledger_adds_up_over_the_unrestricted_departments(self, city: City, pages: dict[str, Element]) -> None:
        rows = pages["index"].rows("Findings of the city by date")
        assert [row[0] for row in rows] == [f"{d.day} {d:%B} {d.year}" for d in reversed(DATES)]
        for _, *cells in rows:
            opening, new, reopened, closed, withdrawn, closing = (int(cell.replace(",", "")) for cell in cells)
            assert opening + new + reopened - closed - withdrawn == closing
        total = city.con.execute(
            "select sum(closing) from ledger_balance where as_of = ? and department not like 'lapd%'", [NEWEST]
        ).fetchall()[0][0]
        assert rows[0][-1] == f"{total:,}"

    def test_says_what_changed_since_the_period_before(self, pages: dict[str, Element]) -> None:
        changed = pages["index"].section("What changed").text
        assert "The city's score fell from 98 to 97 since 31 May 2026." in changed
        assert "No longer rated: Housing." in changed
        assert "Of the findings, 1 is new" in changed

    def test_says_what_the_search_compared_and_what_it_cut(
        self, pages: dict[str, Element], scorecard: dict[str, object]
    ) -> None:
        text = pages["index"].text
        assert "12 pictures were compared" in text
        assert "1,209 pairs of pictures came near enough to be looked at. 49 of them, each picture's nearest" in text
        assert "the other 1,160 are counted and no more" in text
        assert scorecard["city"]["search"] == {  # type: ignore[index]  # values of JSON
            "pages": 12, "total": 1209, "kept": 49, "truncated": True, "verdicts": {"same_image": 2, "undecided": 1},
        }  # fmt: skip

    def test_most_frequent_rules_count_unrestricted_departments_only(self, pages: dict[str, Element]) -> None:
        rows = {row[0]: row for row in pages["index"].rows("with the most findings first")}
        # The booking photographs have 12 of these and fail the rule too.
        assert rows["Record cannot be traced TRC-001"][2:] == ["120", "Building and Safety"]


class TestDepartment:
    def test_says_why_the_score_is_not_100(self, pages: dict[str, Element]) -> None:
        said = [each.text for each in pages["ladbs_permits"].section("Why the score is not 100").all("li")]
        assert said[0].startswith("Traceability: 120 records without checksum, source system or batch among 1,204")
        assert said[0].endswith("which costs 0.9 points .") or said[0].endswith("which costs 0.9 points.")
        assert any(each.startswith("Right parcel: 17 records contradicted") for each in said)

    def test_losses_and_measures_are_those_of_the_table(self, pages: dict[str, Element]) -> None:
        rows = {row[0]: row[1:] for row in pages["ladbs_permits"].rows("Measures of Building and Safety")}
        uniqueness = rows["Uniqueness Is each photograph kept once?"]
        assert uniqueness == ["96.5%", "42", "1,204", "1,204", "100%", "20.6%"]

    def test_rules_that_are_not_met_stand_first_with_words(self, pages: dict[str, Element]) -> None:
        rows = pages["ladbs_permits"].rows("Rules of Building and Safety")
        duplicate = "Exact duplicate within the department DUP-001"
        assert rows[0] == [duplicate, "Not met", "Warning", "42", "1,204", "96.5%", "98%"]
        assert [row[1] for row in rows].index("Met") == sum(row[1] == "Not met" for row in rows)

    def test_a_missing_delivery_is_a_gap_in_the_trend(self, pages: dict[str, Element]) -> None:
        rows = {row[0]: row[1:] for row in pages[MISSING].rows("Score of Housing over time")}
        assert [*rows["31 March 2026"][:3], rows["31 March 2026"][4]] == ["none", "Not rated", "unknown", "No delivery"]
        assert rows["30 April 2026"][1] != "Not rated"
        assert "31 March 2026: not rated, no delivery." in pages[MISSING].section("Score over time").text

    def test_examples_show_the_record_and_the_one_it_is_compared_with(self, pages: dict[str, Element]) -> None:
        [rule] = [
            each
            for each in pages["ladbs_permits"].all("article")
            if each.attributes["aria-labelledby"] == "rule-DUP-001"
        ]
        pairs = [each for each in rule.all("li") if len(each.all("img")) == 2]
        assert len(rule.all("li")) == 5
        assert pairs
        one, other = pairs[0].all("img")
        assert one.attributes["src"] == other.attributes["src"]  # the same photograph, under two records
        first, second = (each.text for each in pairs[0].all("figcaption"))
        assert first.startswith("Record LA-DUP-001")
        assert second.startswith("Other record LA-DUP-001")
        assert first != second.removeprefix("Other ")

    def test_too_little_checked_is_not_rated_whatever_the_score(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-2:], ("la28_venues", "planning_zimas"))
        where = "department = 'la28_venues' and dimension <> 'timeliness'"
        city.con.execute(f"update measure set measured = population // 2 where {where}")
        city.rescore()
        page = read_page(city.publish().site / "la28_venues.html")
        said = page.section("Score").text
        assert "Not rated. Only 52.1% of what should be checked could be checked; a grade needs at least 80%." in said
        assert "Score 9" not in said
        assert "the score lies between 51.8 and 99.8." in said
        assert page.rows("Score of LA28 venue permits over time")[0][1:4] == ["none", "Not rated", "51.8 to 99.8"]

    def test_a_department_that_never_delivered_has_a_page(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-1:], ("la28_venues",))
        city.departments.append(city.departments[0].model_copy(update={"name": "harbor", "title": "Harbor"}))
        site = city.publish().site
        page = read_page(site / "harbor.html")
        assert "Not rated. No delivery was received for 30 June 2026." in page.section("Score").text
        assert "Nothing has been delivered yet." in page.section("Deliveries").text
        assert not [each for each in page.all("svg") if each.attributes.get("class") == "marks"]
        assert read_page(site / "index.html").rows("Scores by department")[0][0] == "Harbor"

    def test_scores_of_another_policy_are_not_compared(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-2:], ("la28_venues", "planning_zimas"))
        city.set("score_history", {"policy_version": "2025.9"}, as_of=DATES[-2])
        site = city.publish().site
        changed = read_page(site / "index.html").section("What changed").text
        assert "The scoring policy changed since 31 May 2026, so the two scores are not compared." in changed
        assert "Scores that" not in changed
        trend = read_page(site / "la28_venues.html").section("Score over time")
        assert "30 June 2026: scoring policy" in trend.text
        line = [each for each in trend.all("path") if each.attributes.get("stroke-width") == "2.5"]
        assert not [each for each in line if "L" in each.attributes["d"]]  # no line from one policy to the other

    def test_nothing_due_keeps_the_last_score(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[:2], ("la28_venues", "planning_zimas"))
        for table in ("score_history", "measure", "rule_result", "overdue"):
            city.con.execute(f"delete from {table} where department = 'la28_venues' and as_of = ?", [DATES[1]])
        city.set("period", {"status": "not_due", "delivery_id": None}, department="la28_venues", as_of=DATES[1])
        site = city.publish().site
        page = read_page(site / "la28_venues.html")
        assert "Not rated" not in page.section("Score").text
        assert len(page.rows("Score of LA28 venue permits over time")) == 1


class TestDataFiles:
    def test_scorecard_keeps_to_its_schema(self, report: PublishReport, scorecard: dict[str, object]) -> None:
        schema = json.loads((report.site / "scorecard.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(scorecard)
        assert json.loads(json.dumps(scorecard)) == scorecard

    def test_scorecard_says_what_the_page_says(self, pages: dict[str, Element], scorecard: dict[str, object]) -> None:
        said = {each["name"]: each for each in scorecard["departments"]}  # type: ignore[attr-defined, index]
        assert said[MISSING]["score"] is None
        assert said[MISSING]["rated"] is False
        [row] = [row for row in pages["index"].rows("Scores by department") if row[0] == "City Planning"]
        assert row[5] == str(said["planning_zimas"]["score"])
        measures = {each["dimension"]: each for each in said["ladbs_permits"]["measures"]}
        assert [measures["uniqueness"][part] for part in ("defects", "measured", "population")] == [42, 1204, 1204]

    def test_points_lost_add_up_to_what_is_missing_to_100(self, scorecard: dict[str, object]) -> None:
        for each in scorecard["departments"]:  # type: ignore[attr-defined]
            if each["restricted"] or not each["rated"]:
                continue
            lost = sum(measure["points_lost"] for measure in each["measures"])
            assert each["score"] <= 100 - lost + 0.01
            assert each["score"] > 100 - lost - 0.11  # rounded down to a tenth

    def test_trend_files_have_blanks_where_nothing_is_rated(self, report: PublishReport) -> None:
        with (report.site / f"{MISSING}-trend.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["date"]: row for row in csv.DictReader(file)}
        assert len(rows) == len(DATES)
        blank = {"grade": "NR", "score": "", "lower_bound": "", "upper_bound": "", "delivery": "missing"}
        assert blank.items() <= rows["2026-03-31"].items()
        assert float(rows["2026-04-30"]["score"]) > 90

    def test_snapshots_can_be_read(self, city: City, report: PublishReport) -> None:
        names = {each.stem for each in report.snapshots}
        assert names >= {"period", "delivery", "rule_result", "ledger_balance", "measure", "score_history", "finding"}
        for path in report.snapshots:
            count = city.con.execute("select count(*) from read_parquet($path)", {"path": str(path)}).fetchall()[0][0]
            assert count > 0, path.name
        assert [each.name for each in city.snapshots.iterdir() if each.suffix != ".parquet"] == []


class TestPages:
    def test_every_element_is_closed_and_every_id_is_unique(self, pages: dict[str, Element]) -> None:
        for name, page in pages.items():  # reading them has checked the elements
            ids = [each.attributes["id"] for each in page.every() if "id" in each.attributes]
            assert len(ids) == len(set(ids)), name

    def test_headings_go_down_one_level_at_a_time(self, pages: dict[str, Element]) -> None:
        for name, page in pages.items():
            levels = [int(each.tag[1]) for each in page.every() if re.fullmatch("h[1-6]", each.tag)]
            assert levels[0] == 1, name
            assert levels.count(1) == 1, name
            assert all(after - before <= 1 for before, after in pairwise(levels)), name

    def test_tables_have_captions_and_headers_with_scope(self, pages: dict[str, Element]) -> None:
        for page in pages.values():
            for table in page.all("table"):
                assert table.all("caption")[0].text
                assert all(each.attributes.get("scope") in {"row", "col"} for each in table.all("th"))

    def test_links_lead_to_files_and_places_that_exist(self, report: PublishReport, pages: dict[str, Element]) -> None:
        for name, page in pages.items():
            for element in page.every():
                for attribute in LINKS & element.attributes.keys():
                    target, _, fragment = element.attributes[attribute].partition("#")
                    if target == "data:,":
                        continue
                    assert (report.site / target).is_file() or not target, (name, target)
                    if fragment:
                        there = pages[target.removesuffix(".html")] if target else page
                        assert fragment in {each.attributes.get("id") for each in there.every()}, (name, fragment)

    def test_no_page_loads_anything_from_elsewhere(self, report: PublishReport) -> None:
        for path in files(report):
            if path.suffix not in {".html", ".css", ".svg"}:
                continue
            text = re.sub(r'xmlns(:\w+)?="http://www\.w3\.org/[^"]*"', "", path.read_text(encoding="utf-8"))
            text = re.sub(r'url\("data:[^"]*"\)', "", text)
            named = set(re.findall(r"url\((?!#)([^)]*)\)", text))
            assert named <= {each.name for each in path.parent.iterdir()} | {""}, (
                path.name
            )  # "" asks what a browser can
            assert not re.search(r"https?://|//[a-z]|@import", text), path.name

    def test_each_chart_is_one_picture_with_a_summary(self, pages: dict[str, Element]) -> None:
        for name in RECORDS:
            charts = [each for each in pages[name].all("svg") if each.attributes.get("class") == "marks"]
            assert len(charts) == 2
            for chart in charts:
                assert chart.attributes["role"] == "img"
                assert chart.attributes["aria-label"].startswith("The score of ")
                assert not [each for each in chart.every() if "role" in each.attributes]

    def test_pages_are_small_enough_for_a_phone(self, report: PublishReport) -> None:
        assert max(each.stat().st_size for each in files(report) if each.suffix == ".html") < 250_000


class TestHostileText:
    def test_nothing_in_a_manifest_becomes_markup(self, pages: dict[str, Element]) -> None:
        for page in pages.values():
            for element in page.every():
                assert element.tag not in {"script", "iframe", "object", "embed", "form", "base", "style"}
                assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
                for attribute in LINKS & element.attributes.keys():
                    assert re.fullmatch(r"data:,|[#\w./-]+", element.attributes[attribute])

    def test_every_hostile_id_is_shown_as_text(self, pages: dict[str, Element]) -> None:
        shown = pages["planning_zimas"].section("Findings by rule").text
        for each in HOSTILE:
            assert plain(each) in shown
        assert "no manifest <script>" in pages[MISSING].section("Deliveries").text

    def test_no_file_has_characters_that_turn_or_hide_text(self, report: PublishReport) -> None:
        for path in files(report):
            if path.suffix in {".html", ".json", ".csv", ".svg"}:
                text = path.read_text(encoding="utf-8")
                assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08\x0b\x1b\x7f]", text), path.name

    def test_a_cell_is_never_a_formula(self) -> None:
        cells = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'say "=1"', -1.5, None, NEWEST)
        [_, row] = csv.reader(csv_text(["x"] * len(cells), [cells]).splitlines())
        assert row[:4] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
        assert row[6:] == ['say "=1"', "-1.5", "", "2026-06-30"]
        assert "\n'\t=1" in csv_text(["x"], [["\t=1"]])
        assert '"\'\r=1"' in csv_text(["x"], [["\r=1"]])

    def test_long_text_is_cut(self) -> None:
        assert len(plain("x" * 10_000)) == 300
        assert plain("a\tb\n c\u202ed\x07") == "a b c\N{REPLACEMENT CHARACTER}d\N{REPLACEMENT CHARACTER}"

    def test_a_share_is_never_rounded_up_to_all(self) -> None:
        assert percent(0.99999) == "99.9%"
        assert percent(1.0) == "100%"
        assert percent(0.57) == "57%"


class TestPictures:
    def test_thumbnails_hold_pixels_and_nothing_else(self, report: PublishReport) -> None:
        pictures = list((report.site / "pictures").iterdir())
        assert len(pictures) == report.pictures_made > 20
        for path in files(report):
            assert CANARY.encode() not in path.read_bytes(), path.name

    def test_a_photograph_that_was_exchanged_is_not_shown(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-1:], ("la28_venues", "ladbs_permits"))
        other = next((city.landing / "ladbs_permits").rglob("*.jpg")).read_bytes()
        for path in (city.landing / "la28_venues").rglob("*.jpg"):
            path.write_bytes(other)
        found = city.publish()
        assert found.pictures_unavailable == 1
        assert not read_page(found.site / "la28_venues.html").all("img")
        assert len(read_page(found.site / "la28_venues.html").section("Findings by rule").all("details")) == 1

    def test_a_path_out_of_the_department_is_not_followed(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-1:], ("la28_venues", "ladbs_permits"))
        # The digest of another department's file, so that the digest alone would not refuse it.
        path = next((city.landing / "ladbs_permits").rglob("*.jpg"))
        uri = f"../ladbs_permits/{path.relative_to(city.landing / 'ladbs_permits').as_posix()}"
        data = path.read_bytes()
        values = {"storage_uri": uri, "sha256": hashlib.sha256(data).hexdigest(), "byte_size": len(data)}
        city.set("image_record", {"storage_uri": values["storage_uri"]}, department="la28_venues")
        city.set("image_fact", {"sha256": values["sha256"]}, department="la28_venues")
        city.con.execute("delete from image_file where department = 'la28_venues'")
        city.con.execute(
            "insert into image_file by name select distinct delivery_id, 'la28_venues' as department, "
            "$storage_uri as storage_uri, 'ok' as status, $sha256 as sha256, $byte_size as byte_size, "
            "'1' as algorithm_version from image_record where department = 'la28_venues'",
            values,
        )
        assert not read_page(city.publish().site / "la28_venues.html").all("img")


def test_the_chart_has_a_mark_for_every_date_and_keeps_to_vega_lite(city: City) -> None:
    import altair as alt

    [housing] = [each for each in city.departments if each.name == MISSING]
    rows = read_rows(city.con, [MISSING], [], city.policy.version)
    assert rows
    points = department_points(housing, rows)
    for width in (640, 250):
        specification = trend_specification(points, width)
        alt.LayerChart.from_dict(specification)  # validates against the schema
        [data] = specification["datasets"].values()
        assert [each["rated"] for each in data] == [True, True, False, True, True, False]


def test_the_chart_draws_a_gap(report: PublishReport, pages: dict[str, Element]) -> None:
    [wide, _] = [each for each in pages[MISSING].all("svg") if each.attributes.get("class") == "marks"]
    [line] = [
        path
        for group in wide.all("g")
        if group.attributes.get("class", "").startswith("mark-line")
        for path in group.all("path")
        if path.attributes.get("stroke-width") == "2.5"
    ]
    assert line.attributes["d"].count("M") == 2  # January and February, then April and May
    strips = [each for each in wide.all("g") if each.attributes.get("class", "").startswith("mark-rect")]
    assert [len(each.all("path")) for each in strips] == [2]
