"""What is not shown of a restricted department: no record of it, no small count, and none that can be worked out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.deliveries.department import Department
from dedup_assets.publishing import figures as fig
from dedup_assets.publishing.disclosure import FEWER, ROOM, SMALL, WITHHELD, Count, Figures, Kind, exposed, protect
from dedup_assets.publishing.rows import LedgerRow, Rows, RuleRow, ScoreRow
from dedup_assets.publishing.shown_counts import Said, read_said, show
from dedup_assets.publishing.tier import Tier
from dedup_assets.scoring.measure import Measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.settings import Settings
from publishing_city import DATES, NEWEST, RESTRICTED, City, make_city
from publishing_html import read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dedup_assets.publishing.publish import PublishReport

CANARY = "CANARY-0815"
WEIGHTS = {"uniqueness": 0.5, "completeness": 0.3, "validity": 0.2}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city into whose warehouse records of restricted departments have strayed, and texts that quote them."""
    made = make_city(tmp_path_factory.mktemp("city"), DATES[-3:])
    for name in RESTRICTED:
        for table, key in (("finding", "finding_id"), ("image_fact", "delivery_id"), ("image_record", "delivery_id")):
            made.con.execute(
                f"insert into {table} select * replace ('{name}' as department, {key} || '{name}' as {key}) "
                f"from {table} where department = 'ladbs_permits'"
            )
        made.set("finding", {"condition": CANARY, "subject": CANARY, "evidence": "{}"}, department=name)
        made.set("image_fact", {"image_id": CANARY}, department=name)
        made.set("period", {"reason": CANARY, "delivery_id": CANARY + name}, department=name)
        made.set("delivery", {"reason": CANARY, "uri": CANARY}, department=name)
        made.set("rule_result", {"reason": CANARY}, department=name)
        made.set("score_history", {"reason": CANARY}, department=name)
    yield made
    made.con.close()


@pytest.fixture(scope="module")
def report(city: City) -> PublishReport:
    return city.publish()


@pytest.fixture(scope="module")
def published(report: PublishReport) -> dict[str, dict[str, Any]]:
    document = json.loads((report.site / "scorecard.json").read_text(encoding="ascii"))
    return {each["name"]: each for each in document["departments"]}


def test_no_record_and_no_text_of_an_enclave_is_published(city: City, report: PublishReport) -> None:
    for path in report.version.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path.name
    for path in report.snapshots:
        rows = city.con.execute("select * from read_parquet($path)", {"path": str(path)}).fetchall()
        if path.stem != "score_history":  # scoring's own sentence: it counts nothing and quotes nothing
            assert CANARY not in str(rows), path.name
    for name in RESTRICTED:
        for table in ("finding", "image_fact"):
            sql = "select count(*) from read_parquet($path) where department = $name"
            path = city.snapshots / f"{table}.parquet"
            assert city.con.execute(sql, {"path": str(path), "name": name}).fetchall() == [(0,)]


def test_the_page_says_why_and_has_no_example(report: PublishReport) -> None:
    for name in RESTRICTED:
        page = read_page(report.site / f"{name}.html")
        assert "This department's records are restricted." in page.text
        assert not page.all("img")
        assert not [each for each in page.all("h4") if "xample" in each.text]
        assert "F-0" not in page.text


def test_a_count_under_11_is_nowhere(report: PublishReport, published: dict[str, dict[str, Any]]) -> None:
    booking = published["lapd_booking"]
    findings = {each["rule"]: each for each in booking["findings"]}
    assert findings["FIL-001"]["failing"] == FEWER  # 7
    assert findings["TRC-001"]["failing"] == 12
    row = next(
        row for row in read_page(report.site / "lapd_booking.html").rows("Rules of") if row[0].endswith("FIL-001")
    )
    assert row[3:6] == [FEWER, "512", WITHHELD]
    for name in RESTRICTED:
        assert list(small_counts(published[name])) == []


def small_counts(department: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Published counts under 11 that are about records; deliveries may be counted."""
    for key in ("images", "open_findings", "critical_findings", "overdue_findings"):
        yield from small(key, department[key])
    for measure in department["measures"]:
        if measure["dimension"] != "timeliness":
            for key in ("defects", "measured", "population"):
                yield from small(f"{measure['dimension']} {key}", measure[key])
    for rule in department["findings"]:
        if not rule["rule"].startswith("DEL"):
            for key in ("failing", "evaluated"):
                yield from small(f"{rule['rule']} {key}", rule[key])
    for line in department["ledger"]:
        for key, value in line.items():
            if key != "as_of":
                yield from small(f"ledger {key}", value)


def small(key: str, value: int | str) -> Iterator[tuple[str, int]]:
    if isinstance(value, int) and value < SMALL:
        yield key, value


def test_a_total_does_not_give_a_small_part_away(published: dict[str, dict[str, Any]]) -> None:
    booking = published["lapd_booking"]
    # 96 open findings less the 89 of the rules that are shown would leave the 7 of the one that is not.
    assert sum(each["failing"] for each in booking["findings"] if isinstance(each["failing"], int)) == 89
    assert booking["open_findings"] == WITHHELD
    assert {line["closing"] for line in booking["ledger"]} == {WITHHELD}


def test_scores_of_restricted_departments_and_of_the_city_are_whole(report: PublishReport) -> None:
    document = json.loads((report.site / "scorecard.json").read_text(encoding="ascii"))
    restricted = [each for each in document["departments"] if each["restricted"]]
    points = [document["city"], *document["city"]["trend"], *restricted]
    points += [point for each in restricted for point in each["trend"]]
    for point in points:
        for key in ("score", "lower", "upper"):
            assert point[key] is None or point[key] == int(point[key])
    exact = [each["score"] for each in document["departments"] if not each["restricted"] and each["rated"]]
    assert any(score != int(score) for score in exact)


def test_the_city_counts_leave_restricted_departments_out(city: City, report: PublishReport) -> None:
    document = json.loads((report.site / "scorecard.json").read_text(encoding="ascii"))
    for line in document["city"]["ledger"]:
        sql = "select sum(closing) from ledger_balance where as_of = ? and department not in (?, ?)"
        assert line["closing"] == city.con.execute(sql, [line["as_of"], *RESTRICTED]).fetchall()[0][0]


def test_trend_files_of_restricted_departments_have_no_counts(report: PublishReport) -> None:
    [header, *rows] = (report.site / "lapd_booking-trend.csv").read_text(encoding="utf-8").splitlines()
    assert header == "date,grade,score,lower_bound,upper_bound,coverage,delivery,policy_version"
    assert len(rows) == 3


class TestProtect:
    def test_a_small_count_alone_is_hidden_and_the_rest_is_shown(self) -> None:
        figures = Figures()
        for name, value in (("a", 7), ("b", 12), ("n", 400)):
            figures.add(name, value, Kind.detail if name != "n" else Kind.size)
        assert {name: each.text for name, each in protect(figures).items()} == {"a": FEWER, "b": "12", "n": "400"}

    def test_what_remains_of_a_total_is_protected(self) -> None:
        figures = Figures()
        for name, value in (("a", 7), ("b", 30)):
            figures.add(name, value, Kind.detail)
        figures.add("total", 37, Kind.total)
        figures.relate({"total": -1, "a": 1, "b": 1}, parts=("a", "b"))
        texts = {name: each.text for name, each in protect(figures).items()}
        assert texts == {"a": FEWER, "b": "30", "total": WITHHELD}

    def test_nearly_all_failing_gives_the_few_others_away(self) -> None:
        figures = fig.collect(rows_of(rules=[rule("R-1", failing=395, evaluated=400)]), WEIGHTS)
        shown = protect(figures)
        assert shown[fig.rule_name("R-1", "failing")].text == WITHHELD
        assert shown[fig.rule_name("R-1", "evaluated")].text == "400"

    def test_sizes_that_nearly_agree_are_not_both_shown(self) -> None:
        found = rows_of(rules=[rule("R-1", failing=20, evaluated=400), rule("R-2", failing=20, evaluated=395)])
        shown = protect(fig.collect(found, WEIGHTS))
        assert shown[fig.rule_name("R-1", "evaluated")].text == "400"
        assert shown[fig.rule_name("R-2", "evaluated")].text == "380 to 399"

    @pytest.mark.parametrize("near", [796, 799, 801, 810])
    def test_a_near_size_is_not_told_by_the_fact_that_it_is_near(self, near: int) -> None:
        """Who knows that only what differs by 1 to 10 is told as a range can still not tell by how many."""
        found = rows_of(rules=[rule("R-1", failing=0, evaluated=800), rule("R-2", failing=0, evaluated=near)])
        within = protect(fig.collect(found, WEIGHTS))[fig.rule_name("R-2", "evaluated")].within
        assert within is not None
        assert sum(within[0] <= 800 + by <= within[1] for by in range(1 - SMALL, SMALL) if by) == SMALL - 1

    @given(st.lists(st.integers(0, 120), min_size=2, max_size=4))
    def test_no_two_sizes_tell_a_small_difference(self, sizes: list[int]) -> None:
        figures = Figures()
        for place, size in enumerate(sizes):
            figures.add(f"size/{place}", size, Kind.size)
        shown = protect(figures)
        for a, b in combinations(range(len(sizes)), 2):
            if 0 < abs(sizes[a] - sizes[b]) < SMALL:
                left = {
                    abs(x - y)
                    for x in all_of(shown[f"size/{a}"])
                    for y in all_of(shown[f"size/{b}"])
                    if (x >= y) == (sizes[a] >= sizes[b])
                }
                assert len(left) >= ROOM

    def test_a_score_of_few_records_would_give_their_defects_away(self) -> None:
        # Seven of twenty: each costs 2.5 points, so a whole score says how many they are.
        measures = [Measure("d", NEWEST, "uniqueness", 7, 20, 20), Measure("d", NEWEST, "completeness", 0, 80, 80)]
        score = 100 * (1 - (0.5 * 7 / 20) / 0.8)
        row = ScoreRow("d", NEWEST, "1", score, 1.0, score, score, "D", None, 20, 7)
        found = fig.DepartmentRows(score=row, measures=measures, rules=[], ledger=[])
        shown = protect(fig.collect(found, WEIGHTS))
        # "Fewer than 11" would leave six or seven; without it, any number up to seven may be meant.
        assert shown[fig.measure_name("uniqueness", "defects")].text == WITHHELD

    def test_a_score_of_many_records_does_not(self) -> None:
        measures = [Measure("d", NEWEST, "uniqueness", 7, 4000, 4000), Measure("d", NEWEST, "completeness", 0, 80, 80)]
        score = 100 * (1 - (0.5 * 7 / 4000) / 0.8)
        row = ScoreRow("d", NEWEST, "1", score, 1.0, score, score, "A", None, 4000, 7)
        found = fig.DepartmentRows(score=row, measures=measures, rules=[], ledger=[])
        shown = protect(fig.collect(found, WEIGHTS))
        assert shown[fig.measure_name("uniqueness", "defects")].text == FEWER
        assert shown[fig.measure_name("uniqueness", "measured")].text == "4,000"

    def test_deliveries_may_be_counted(self) -> None:
        found = rows_of(rules=[rule("DEL-001", failing=1, evaluated=1, suite="delivery")])
        shown = protect(fig.collect(found, WEIGHTS))
        assert shown[fig.rule_name("DEL-001", "failing")] == Count(1, "1")


def rule(rule_id: str, failing: int, evaluated: int, suite: str = "image_fact", severity: str = "warning") -> RuleRow:
    status = "pass" if failing <= evaluated * 0.02 else "fail"
    return RuleRow("d", rule_id, suite, status, severity, evaluated, failing, 0.98)


def rows_of(rules: list[RuleRow], ledger: list[LedgerRow] | None = None) -> fig.DepartmentRows:
    return fig.DepartmentRows(score=None, measures=[], rules=rules, ledger=ledger or [])


@st.composite
def departments(draw: st.DrawFn) -> fig.DepartmentRows:
    """Rules whose failing records are the open findings, after up to three dates of a ledger."""
    count = st.one_of(st.integers(0, 14), st.integers(0, 90))
    records = draw(st.integers(0, 120))
    rules = []
    for number in range(draw(st.integers(1, 4))):
        evaluated = max(0, records - draw(st.sampled_from((0, 0, 0, 4, 30))))
        severity = draw(st.sampled_from(("critical", "warning")))
        rules.append(rule(f"R-{number}", min(draw(count), evaluated), evaluated, severity=severity))
    dates = [date(2026, month, 1) for month in range(1, draw(st.integers(1, 3)) + 1)]
    ledger = []
    for severity in ("critical", "warning"):
        opening = 0
        for place, as_of in enumerate(dates):
            new, reopened = draw(count), draw(st.integers(0, 12)) if place else 0
            closed = draw(st.integers(0, opening + new + reopened))
            closing = opening + new + reopened - closed
            if place == len(dates) - 1:
                # The last date ends with what fails now: new ones make up for it, or closed ones.
                wanted = sum(each.failing for each in rules if each.severity == severity)
                new, closed, closing = new + max(0, wanted - closing), closed + max(0, closing - wanted), wanted
            ledger.append(LedgerRow("d", as_of, severity, opening, new, reopened, closed, 0, closing))
            opening = closing
    return rows_of(rules, ledger)


@given(departments())
@settings(max_examples=60, deadline=None)
def test_no_reader_can_work_a_small_count_out(found: fig.DepartmentRows) -> None:
    figures = fig.collect(found, WEIGHTS)
    shown = protect(figures)
    assert exposed(figures, shown) == []
    for name, each in shown.items():
        assert each.value is None or each.value == figures.values[name] >= SMALL
    read_by_hand(found, shown)


def read_by_hand(found: fig.DepartmentRows, shown: dict[str, Count]) -> None:
    """What somebody with a pencil would try: subtract, and go through all possibilities of one ledger row."""
    failing = [shown[fig.rule_name(each.rule_id, "failing")] for each in found.rules]
    if shown[fig.OPEN].value is not None:
        rest = shown[fig.OPEN].value - sum(each.value or 0 for each in failing)
        assert rest == 0 or rest >= SMALL or all(each.value is not None for each in failing)
    for each in found.rules:
        part, whole = shown[fig.rule_name(each.rule_id, "failing")], shown[fig.rule_name(each.rule_id, "evaluated")]
        if part.value is not None and whole.value is not None:
            assert whole.value == part.value or whole.value - part.value >= SMALL
    sizes = sorted(
        {each.value for name, each in shown.items() if name.endswith("evaluated") and each.value is not None}
    )
    assert all(larger - smaller >= SMALL for smaller, larger in pairwise(sizes))
    for as_of in {row.as_of for row in found.ledger}:
        row = {term: shown[fig.ledger_name(as_of, term)] for term in fig.LEDGER_TERMS}
        if WITHHELD in {each.text for each in row.values()}:
            continue
        for term in fig.LEDGER_TERMS:
            if row[term].value is None:
                true = fig.ledger_totals(found.ledger)[as_of][term]
                fits = possible(term, row)
                assert true in fits
                assert true == 0 or 0 in fits or len(fits) >= ROOM


def possible(term: str, row: dict[str, Count]) -> set[int]:
    """Every value from 0 to 10 of one hidden term with which its row can add up."""
    sums = {0}
    for name, sign in fig.LEDGER_TERMS.items():
        if name != term:
            values = range(SMALL) if row[name].value is None else (row[name].value,)
            sums = {known + sign * (value or 0) for known in sums for value in values}
    return {value for value in range(SMALL) if -fig.LEDGER_TERMS[term] * value in sums}


@st.composite
def tables(draw: st.DrawFn) -> Figures:
    """A table of two rows and two columns with its sums: every cell stands in two formulas."""
    figures = Figures()
    count = st.one_of(st.integers(0, 12), st.integers(0, 40))
    cells = [[draw(count) for _ in range(2)] for _ in range(2)]
    for y, row in enumerate(cells):
        for x, value in enumerate(row):
            figures.add(f"cell/{y}{x}", value, Kind.detail)
        figures.add(f"row/{y}", sum(row), Kind.total)
        parts = [f"cell/{y}{x}" for x in range(len(row))]
        figures.relate({f"row/{y}": -1.0, **dict.fromkeys(parts, 1.0)}, parts=parts)
    for x in range(2):
        figures.add(f"column/{x}", cells[0][x] + cells[1][x], Kind.total)
        parts = [f"cell/{y}{x}" for y in range(2)]
        figures.relate({f"column/{x}": -1.0, **dict.fromkeys(parts, 1.0)}, parts=parts)
    return figures


@given(tables())
@settings(max_examples=60, deadline=None)
def test_no_reader_who_tries_every_table_can(figures: Figures) -> None:
    shown = protect(figures)
    fits = [
        dict(zip(figures.values, (*cells[:2], sum(cells[:2]), *cells[2:], sum(cells[2:]),
                                  cells[0] + cells[2], cells[1] + cells[3]), strict=True))
        for cells in all_cells(shown)
    ]  # fmt: skip
    fits = [each for each in fits if all(agrees(shown[name], value) for name, value in each.items())]
    assert figures.values in fits
    for name, value in figures.values.items():
        if 0 < value < SMALL:
            possible_values = {each[name] for each in fits}
            assert 0 in possible_values or len(possible_values) >= ROOM, name


def all_of(count: Count) -> Iterable[int]:
    """Every number that what is said of a size leaves it; up to 200."""
    if count.value is not None:
        return [count.value]
    if count.words == FEWER:
        return range(SMALL)
    low, high = count.within or (0, 200)
    assert high - low + 1 >= ROOM
    return range(low, high + 1)


def all_cells(shown: dict[str, Count]) -> Iterator[tuple[int, ...]]:
    """Every content of the four cells that what is said of each leaves; up to 24, which is enough room for ``ROOM``."""
    names = ("cell/00", "cell/01", "cell/10", "cell/11")
    ranges = [
        [value] if (value := shown[name].value) is not None else range(SMALL if shown[name].words == FEWER else 24)
        for name in names
    ]
    known = [shown[name].value for name in names]
    largest = max([each for each in known if each is not None], default=0)
    wide = [range(max(24, largest + 12)) if isinstance(each, range) and len(each) == 24 else each for each in ranges]
    return product(*wide)


def agrees(count: Count, value: int) -> bool:
    if count.value is not None:
        return count.value == value
    return count.words != FEWER or value < SMALL


class TestEarlierPublications:
    @given(departments())
    @settings(max_examples=25, deadline=None)
    def test_what_was_hidden_stays_hidden_and_cannot_be_worked_out(self, found: fig.DepartmentRows) -> None:
        dates = sorted({row.as_of for row in found.ledger})
        before = fig.collect(rows_of([], [row for row in found.ledger if row.as_of != dates[-1]]), WEIGHTS)
        said = {name: count for name, count in protect(before).items() if name.startswith("ledger/")}
        figures = fig.collect(found, WEIGHTS)
        shown = protect(figures, said)
        assert exposed(figures, shown, said) == []
        for name, count in said.items():
            assert count.value is not None or shown[name].value is None

    def test_a_closing_that_was_withheld_is_not_given_away_by_the_next_opening(self) -> None:
        may, june = date(2026, 5, 31), date(2026, 6, 30)
        ledger = [
            LedgerRow("d", may, "warning", 0, 40, 0, 0, 0, 40),
            LedgerRow("d", june, "warning", 40, 20, 0, 15, 0, 45),
        ]
        rows = Rows(june, [], [], [], [], ledger, {}, [], {}, None)
        department = Department(name="d1", title="Parks", system="Trees", owner="team:parks")
        rows.ledger[:] = [replace(each, department="d1") for each in ledger]
        said = Said(ledger={"d1": {fig.ledger_name(may, "closing"): Count(None, WITHHELD)}})
        policy = load_policy(Settings().policy)
        free = show([department], rows, policy, Tier.public).departments["d1"]
        bound = show([department], rows, policy, Tier.public, said).departments["d1"]
        assert free[fig.ledger_name(june, "opening")].value == 40
        assert bound[fig.ledger_name(june, "opening")].value is None

    def test_an_earlier_publication_is_read_as_it_stands(self, tmp_path: Path) -> None:
        city = make_city(tmp_path, DATES[-2:], ("la28_venues",))
        document = json.loads((city.publish(Tier.public).site / "scorecard.json").read_text(encoding="ascii"))
        said = read_said(city.out.resolve())
        city.con.close()
        [venues] = document["departments"]
        for line in venues["ledger"]:
            for term in fig.LEDGER_TERMS:
                assert said.ledger["la28_venues"][f"ledger/{line['as_of']}/{term}"].published == line[term]


def test_the_citys_totals_do_not_give_a_department_away() -> None:
    june = date(2026, 6, 30)
    names = ("alpha", "beta", "gamma")
    members = [Department(name=each, title=each.title(), system="Files", owner="team:x") for each in names]

    def city(new: tuple[int, int, int]) -> dict[str, Count]:
        ledger = [
            LedgerRow(name, june, "info", 0, value, 0, 0, 0, value) for name, value in zip(names, new, strict=True)
        ]
        rows = Rows(june, [], [], [], [], ledger, {}, [], {}, None)
        return show(members, rows, load_policy(Settings().policy), Tier.public).city

    name = fig.ledger_name(june, "new")
    assert city((40, 30, 20))[name] == Count(90, "90")
    hidden = city((40, 30, 7))[name]  # 77 less 40 and 30 would leave 7
    assert hidden.value is None
    assert hidden.text == "at least 70"
    assert city((40, 8, 9))[name].value is None  # of 17 in two departments, either has 7 to 10
    assert city((40, 5, 9))[name].value == 54  # of 14, either may have 4 to 10
