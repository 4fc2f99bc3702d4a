"""Papers for a person to sign: drafts that say what the bundle says, the same twice, and nothing that it does not."""

from __future__ import annotations

import html as entities
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dedup_assets.cli.main import app
from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.papers.facts import LISTED, OpenFindings, open_findings, read_facts
from dedup_assets.evidence.papers.make import make_papers
from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Paper, Points, Table, Text
from dedup_assets.evidence.papers.render import html, markdown
from dedup_assets.evidence.verify import verify
from dedup_assets.evidence.versions import sha256_of
from dedup_assets.warehouse import CITY
from evidence_kit import CANARY, JUNE, MAY, OPEN, RESTRICTED, Evidence, make_home, row

if TYPE_CHECKING:
    from pathlib import Path

BEGUN = "data-reliability-assessment", "summary-schedule-of-prior-findings", "certification-draft"
SHEET = f"finding-{OPEN}-DUP-001"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    home = make_home(tmp_path_factory.mktemp("papers"))
    with home.home.warehouse(CITY).connect() as con:
        for name, status, gone in ((OPEN, "partially corrected", 2), (RESTRICTED, "not corrected", 0)):
            row(
                con, "ledger_schedule", department=name, as_of=JUNE, rule_id="DUP-001", cause=None, fiscal_year=2026,
                status_200_511=status, found=9, verified=gone, still_open=9 - gone,
            )  # fmt: skip
    return home


@pytest.fixture(scope="module")
def june(made: Evidence) -> Path:
    return made.bundle(made.home.root / "out").path


@pytest.fixture(scope="module")
def papers(june: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("written") / "papers"
    make_papers(june, verify(june), out)
    return out


class Outline(HTMLParser):
    """Headings, and how often each element stands in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.scopes = self.headers = 0
        self.sources: list[str] = []
        self.levels: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.sources += [str(said[name]) for name in ("src", "href", "action") if name in said]
        if tag == "th":
            self.headers += 1
            self.scopes += said.get("scope") in {"col", "row"}
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def test_every_paper_comes_in_both_forms_and_says_that_it_is_a_draft(papers: Path) -> None:
    assert {each.name for each in papers.iterdir()} == {
        f"{name}{suffix}" for name in (*BEGUN, SHEET) for suffix in (".html", ".md")
    }
    for path in papers.iterdir():
        assert path.read_text().count("DRAFT") == 1


def test_equal_bundles_give_equal_papers(june: Path, papers: Path, tmp_path: Path) -> None:
    again = make_papers(june, verify(june), tmp_path / "again")
    assert {each.name: each.read_bytes() for each in again} == {
        each.name: each.read_bytes() for each in papers.iterdir()
    }


def test_pages_can_be_read_with_a_screen_reader_and_ask_for_nothing(papers: Path) -> None:
    for path in papers.glob("*.html"):
        page = path.read_text()
        seen = Outline(page)
        assert '<html lang="en">' in page
        assert seen.counts["h1"] == seen.counts["main"] == 1
        assert seen.headers == seen.scopes
        assert seen.counts.get("caption", 0) == seen.counts.get("table", 0)
        assert all(later - before <= 1 for before, later in zip(seen.levels, seen.levels[1:], strict=False))
        assert "script" not in seen.counts
        assert seen.sources == []
        assert "url(" not in page


def test_a_finding_sheet_has_the_five_elements_and_every_open_finding(made: Evidence, june: Path, papers: Path) -> None:
    text = (papers / f"{SHEET}.md").read_text()
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[:5] == ["Criteria", "Condition", "Cause", "Effect", "Recommendation"]
    rule = read_facts(june, verify(june)).rules["DUP-001"]
    page = entities.unescape((papers / f"{SHEET}.html").read_text())
    for said in (rule.criteria, rule.effect, rule.recommendation, rule.description):
        assert said in page
    ids = {json.loads(line)["finding_id"] for line in (june / layout.table("finding_status")).open()}
    assert len(ids) == 9
    assert set(re.findall(r"F-[0-9a-f]{16}", text)) == ids
    assert "9 findings are open" in text
    assert "4 of 9 that the rule judged fail it" in text
    assert "At least 98% must pass, so the rule is not met" in text


def test_an_earlier_bundle_lists_what_its_own_delivery_showed(made: Evidence, tmp_path: Path) -> None:
    may = made.bundle(tmp_path / "out", "2026-05").path
    (group,) = open_findings(read_facts(may, verify(may)))
    assert group.count == 7
    assert {each["as_of"] for each in group.first} == {MAY.isoformat()}
    make_papers(may, verify(may), tmp_path / "papers")
    assert "This bundle has no schedule" in (tmp_path / "papers" / f"{BEGUN[1]}.md").read_text()
    assert "not in this bundle" in (tmp_path / "papers" / f"{SHEET}.md").read_text()


def test_no_paper_has_a_row_of_a_restricted_department(papers: Path) -> None:
    text = "".join(each.read_text() for each in papers.iterdir())
    assert CANARY not in text
    assert "Police, booking photographs" in text  # its counts, which an auditor's bundle has


def test_the_committees_papers_have_no_count_of_a_restricted_department(made: Evidence, tmp_path: Path) -> None:
    bundle = made.bundle(tmp_path / "out", tier="committee").path
    make_papers(bundle, verify(bundle), tmp_path / "papers")
    assert f"{RESTRICTED}/1" not in (tmp_path / "papers" / f"{BEGUN[1]}.md").read_text()
    assessment = (tmp_path / "papers" / f"{BEGUN[0]}.md").read_text()
    assert "## Police, booking photographs" not in assessment
    assert "Not assessed, for the bundle has no measures of them: Police, booking photographs" in assessment


def test_the_schedule_speaks_the_regulations_words(papers: Path) -> None:
    text = (papers / f"{BEGUN[1]}.md").read_text().replace("\\", "")
    line = next(each for each in text.splitlines() if each.startswith(f"| {OPEN}/1 "))
    cells = [each.strip() for each in line.strip("|").split("|")]
    assert cells[3:11] == ["2026", "partially corrected", "9", "2", "0", "0", "7", "0"]
    assert "Planned corrective action" in text  # for the auditee: the data do not say it


def test_the_assessment_gives_one_of_three_words_a_purpose(june: Path, papers: Path) -> None:
    facts = read_facts(june, verify(june))
    text = (papers / f"{BEGUN[0]}.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith(f"| {facts.title(OPEN)} |")]
    words = {line.split("|")[3].strip() for line in rows}
    assert len(rows) == len(facts.policy.purposes)
    assert words <= {"sufficiently reliable", "not sufficiently reliable", "undetermined"}
    signed = {each["determination"] for each in facts.verified.signed.predicate["determinations"]}
    assert words <= signed
    for term in ("Applicability", "Completeness", "Accuracy"):
        assert f"### {term}" in text


def test_the_certification_has_the_digests_and_declares_nothing(june: Path, papers: Path) -> None:
    text = (papers / f"{BEGUN[2]}.md").read_text()
    assert sha256_of(june / layout.SIGNED) in text
    assert verify(june).root in text
    for blank in ("Name", "Title", "Signature", "Executed on (date)"):
        assert f"- **{blank}:** ____" in text
    assert "to be confirmed by counsel" in text
    assert "- [ ] " in text
    assert "[x]" not in text


def test_drafts_are_not_written_over_nor_into_the_bundle(june: Path, papers: Path) -> None:
    result = CliRunner().invoke(app, ["documents", str(june), "--out", str(papers)])
    assert isinstance(result.exception, UserError)
    with pytest.raises(UserError, match="lies in the bundle"):
        make_papers(june, verify(june), june / "data" / "papers")
    verify(june)


def test_a_number_stands_in_markdown_as_it_is() -> None:
    """A backslash before a digit is no escape and would be shown; one before the dot of a list is."""
    for said, shown in (("98.2%", "98.2%"), ("2026.1+d", "2026.1+d"), ("1. one", "1\\. one"), ("- a", "\\- a")):
        assert markdown(Paper("p", "t", "d", (Text(said),))).splitlines()[-1] == shown


def test_papers_say_whose_results_rest_on_other_rules(papers: Path) -> None:
    """The kit's results carry no digest of rules, so all of them do."""
    for name in (BEGUN[0], BEGUN[2]):
        assert "Judged by other rules than those in data/expectations" in (papers / f"{name}.html").read_text()


def test_a_long_list_is_cut_and_says_so(made: Evidence, tmp_path: Path) -> None:
    from dedup_assets.evidence.papers.finding_sheets import finding_sheets

    bundle = made.bundle(tmp_path / "out").path
    facts = read_facts(bundle, verify(bundle))
    (group,) = open_findings(facts)
    long = OpenFindings(OPEN, "DUP-001", count=LISTED + 5, first=group.first * LISTED, causes=group.causes)
    long.first = long.first[:LISTED]
    (paper,) = finding_sheets(facts, [long])
    assert "the other 5 stand in data/tables/finding.jsonl" in html(paper)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_what_a_manifest_says_is_never_markup(said: str) -> None:
    paper = Paper(
        "p", said, said, (Heading(said), Text(said), Points((said,)), Fields(((said, said),)), Blanks((said,)),
        Table(said, (said, said), ((said, said),))),
    )  # fmt: skip
    plain = Outline(html(Paper("p", "x", "x", tuple(type(each)(*_like(each, "x")) for each in paper.blocks))))
    assert Outline(html(paper)).counts == plain.counts
    assert all(line.count(" | ") == 1 for line in markdown(paper).splitlines() if line.startswith("| "))


def _like(block: object, said: str) -> tuple[object, ...]:
    match block:
        case Points():
            return ((said,),)
        case Fields():
            return (((said, said),),)
        case Blanks():
            return ((said,),)
        case Table():
            return (said, (said, said), ((said, said),))
    return (said,)
