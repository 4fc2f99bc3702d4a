"""Every page in a real browser, offline: WCAG 2.1 and 2.2 AA by axe, reflow at 320 pixels, the keyboard, no request.

A page that is wrong on purpose must be found wrong, or the checks would prove nothing.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from dedup_assets.matching.side_by_side import Seen
from dedup_assets.publishing import rows
from dedup_assets.publishing.verdict_words import VERDICTS
from publishing_city import RECORDS, make_city
from test_publishing_pairs import jpeg, page_of, pair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PAGES = ("index", "method", *RECORDS)
WIDTHS = (1200, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
# Nothing that a browser does for itself: no network, no updates, no first-run pages.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BAD_PAGE = """<!DOCTYPE html><html><head><title>Bad</title></head><body><h1>Bad</h1>
<img src="a.png"><p style="color:#bbb;background:#fff">Too pale to read</p><input type="text">
<div style="width:900px">Too wide for a phone</div></body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        pytest.skip("no Chromium here: install it, or name one in the environment variable CHROMIUM")
    # Chromium refuses to isolate its processes when root runs it, as in a container.
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=executable, args=flags)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole city; one example a rule, because more are the same to axe and cost it time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "EXAMPLES_PER_RULE", 1)
        return make_city(tmp_path_factory.mktemp("city")).publish().site


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, offline=True)
    opened = context.new_page()
    yield opened
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds, one line a rule and element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def overflow(page: Page) -> int:
    """Pixels that the page is wider than the window."""
    return page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_wcag_and_to_its_window(page: Page, site: Path, name: str) -> None:
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto((site / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert overflow(page) <= 0
    # Before axe comes: it asks for the style sheet once more, which a page opened from a file may not do.
    assert errors == []
    assert [each for each in requests if not each.startswith(("file:", "data:"))] == []
    assert violations(page) == []


def test_the_page_of_pairs_keeps_to_wcag_and_to_its_window(page: Page, tmp_path: Path) -> None:
    pairs = [pair(f"photos/{verdict}.jpg", "photos/a-long-name-without-a-break" * 4, verdict) for verdict in VERDICTS]
    drawn = {(pairs[0]["a"], pairs[0]["b"]): Seen(jpeg(10), jpeg(90), jpeg(200))}
    (tmp_path / "pairs.html").write_text(page_of(pairs, drawn), encoding="utf-8")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "pairs.html").as_uri())
    assert overflow(page) <= 0
    assert [each for each in requests if not each.startswith(("file:", "data:"))] == []
    assert violations(page) == []


def test_a_page_can_be_read_at_twice_the_text_size(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 640, "height": 900}, offline=True)
    page = context.new_page()
    page.goto((site / "ladbs_permits.html").as_uri())
    page.add_style_tag(content="html { font-size: 200% }")
    assert overflow(page) <= 0
    context.close()


def test_one_chart_of_each_pair_is_shown(page: Page, site: Path) -> None:
    page.goto((site / "ladbs_permits.html").as_uri())
    shown = [each.bounding_box() for each in page.locator("figure svg.marks:visible").all()]
    assert len(shown) == 1
    assert shown[0]
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert shown[0]["width"] >= min(width - 80, 600)  # not a wide chart shrunk to a phone


def test_the_keyboard_reaches_the_content_and_the_tables(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0  # the skip link is seen
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.tagName")
        )
    assert "Table: Scores by department" in reached
    assert "SUMMARY" in reached


def test_hostile_text_runs_nothing(page: Page, site: Path) -> None:
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto((site / "planning_zimas.html").as_uri())
    page.wait_for_timeout(200)
    assert ran == []


def test_a_page_that_is_wrong_is_found_wrong(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(BAD_PAGE, encoding="utf-8")
    page.goto(bad.as_uri())
    found = {each.split(":")[0] for each in violations(page)}
    assert found >= {"image-alt", "html-has-lang", "color-contrast", "label"}
    if page.viewport_size and page.viewport_size["width"] == 320:
        assert overflow(page) > 0
