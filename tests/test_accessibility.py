"""Every page in a real browser, offline: WCAG 2.1 and 2.2 AA by axe, reflow at 320 pixels, the keyboard, no request.

Both languages, and both looks: with the U.S. Web Design System, and with our own style sheet alone. A page that is
wrong on purpose must be found wrong, or the checks would prove nothing.
"""

from __future__ import annotations

import gzip
import os
import shutil
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dedup_assets.matching.side_by_side import Seen
from dedup_assets.publishing import assets, rows
from dedup_assets.publishing.pages import sheets
from dedup_assets.publishing.publish import publish
from dedup_assets.publishing.serve import HOST, server
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.verdict_words import VERDICTS
from publishing_city import DATES
from publishing_why import make_why
from test_publishing_pairs import jpeg, page_of, pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from publishing_city import City

# One with findings, pictures and hostile texts, one not rated, one restricted.
DEPARTMENTS = ("planning_zimas", "housing_pipeline", "lapd_booking")
# Templates that make many pages, and the pages to look at of each.
MANY = ("es/", "earlier/", "rules/", "findings/", "corrections-")
SOME = {
    "rules/index.html",
    "rules/DUP-001.html",
    "findings/index.html",
    "findings/DUP-001-2.html",
    "findings/status-open.html",
}
WIDTHS = (1200, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Without preloading, for which axe would ask for the style sheet once more.
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
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
<img src="a.png"><img src="https://elsewhere.example/b.png" alt="From elsewhere">
<p style="color:#bbb;background:#fff">Too pale to read</p><input type="text">
<a href="#x" style="outline:none">No focus to be seen</a>
<div style="width:900px">Too wide for a phone</div></body></html>"""
OVERFLOW = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# What the keyboard should reach, in the order of the page.
FOCUSABLE = (
    """[...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter(each => each.checkVisibility())"""
)
# How the element that has the focus shows it: its own outline, inside the window.
FOCUSED = f"""() => {{
  const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  return {{
    place: {FOCUSABLE}.indexOf(focused),
    name: focused.className + ' ' + (focused.textContent || '').trim().slice(0, 40),
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }}
}}"""


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
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = make_why(tmp_path_factory.mktemp("city"), DATES[-3:], DEPARTMENTS)
    yield made
    made.con.close()


@pytest.fixture(scope="module")
def site(city: City) -> Path:
    """What auditors get, which is the most; one example a rule, because more are the same to axe and cost it time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "EXAMPLES_PER_RULE", 1)
        return city.publish().site


@pytest.fixture(scope="module")
def own_site(city: City, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A department's own site: findings, corrections, pictures. ``site`` comes first: it needs all departments."""
    source = replace(city.source, departments=[each for each in city.departments if each.name == DEPARTMENTS[0]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "EXAMPLES_PER_RULE", 1)
        patch.setattr(sheets, "ROWS_PER_SHEET", 5)
        return publish(source, out=tmp_path_factory.mktemp("own") / "site", tier=Tier.department).site


@pytest.fixture(scope="module")
def bare_site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same where USWDS is not installed: nothing but the assets differs."""
    copy = tmp_path_factory.mktemp("bare") / "site"
    shutil.copytree(site, copy)
    shutil.rmtree(copy / assets.FOLDER)
    (copy / assets.FOLDER).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "USWDS", "nowhere")
        assets.style.cache_clear()
        for name, data in assets.assets().items():
            (copy / assets.FOLDER / name).write_bytes(data)
    assets.style.cache_clear()
    return copy


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of a width; everything else of a browser's context by name."""
    contexts = []

    def opened(width: int, **options: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **{"offline": True, **options}))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def pages_of(site: Path, root: str) -> list[str]:
    """The pages of one language, by name; of those that one template makes many of, some."""
    folder = site / root
    names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.html"))
    return [each for each in names if not each.startswith(MANY) or each in SOME]


def watched(page: Page) -> list[str]:
    """A list that fills with what a page asks for from elsewhere, does not get, or complains of."""
    said: list[str] = []

    def asked(url: str) -> None:
        if not url.startswith(("file:", "data:")):
            said.append(f"asks for {url}")

    page.on("request", lambda request: asked(request.url))
    page.on("requestfailed", lambda request: said.append(f"does not get {request.url}"))
    page.on("console", lambda message: said.append(f"complains: {message.text}") if message.type == "error" else None)
    return said


def violations(page: Page) -> list[str]:
    """What axe finds, one line a rule and element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=AXE).response["violations"]
    return [f"axe: {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def out_of_window(page: Page) -> list[str]:
    """Whether the page, or a link of its navigation, does not fit into the window."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    wider = page.evaluate(OVERFLOW)
    found = [f"is {wider} pixels wider than the window"] if wider > 0 else []
    boxes = [each.bounding_box() for each in page.locator(".usa-nav-link").all()]
    if not boxes or not all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes):
        found.append("has navigation outside the window")
    return found


def faults(page: Page, said: list[str], address: str, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What is wrong with a page at any of the widths, everything on it unfolded; axe comes at the last."""
    said.clear()
    found = []
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"at {width}: {each}" for each in out_of_window(page)]
    return [*found, *violations(page), *said]


# Each page at both widths, and by turns in one of the two looks. Axe, which costs the time, judges it at one width in
# one language and at the other in the other: but for the words, both have the same elements.
@pytest.mark.parametrize(("root", "turn"), [("", 0), ("es/", 1)])
def test_every_page_keeps_to_wcag_and_to_its_window(
    window: Callable[..., Page], site: Path, bare_site: Path, root: str, turn: int
) -> None:
    page = window(WIDTHS[0])
    said = watched(page)
    found = {}
    for place, name in enumerate(pages_of(site, root), start=turn):
        look = bare_site if place % 4 in {1, 2} else site
        found[name] = faults(page, said, (look / root / name).as_uri(), WIDTHS if place % 2 else WIDTHS[::-1])
    assert len(found) > len(DEPARTMENTS)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(("root", "turn"), [("", 0), ("es/", 1)])
def test_every_page_of_a_department_s_own_site_does_too(
    window: Callable[..., Page], own_site: Path, root: str, turn: int
) -> None:
    page = window(WIDTHS[0])
    said = watched(page)
    found = {}
    other = ("rules/", "method.html", "data.html")  # as on the site of all
    names = [each for each in pages_of(own_site, root) if not each.startswith(other)]
    for place, name in enumerate(names, start=turn):
        found[name] = faults(page, said, (own_site / root / name).as_uri(), WIDTHS if place % 2 else WIDTHS[::-1])
    assert {"corrections.html", "findings/DUP-001-2.html"} <= set(found)
    assert {name: each for name, each in found.items() if each} == {}


def test_a_page_weighs_no_more_than_100_kb_without_its_pictures(site: Path, own_site: Path) -> None:
    for root in (site, own_site):
        asked = [each for each in (root / assets.FOLDER).iterdir() if each.name != assets.LICENCE]
        shared = sum(len(gzip.compress(each.read_bytes(), mtime=0)) for each in asked)
        pages = {each: len(gzip.compress(each.read_bytes(), mtime=0)) for each in root.rglob("*.html")}
        assert {each.name: size for each, size in pages.items() if size + shared > 100_000} == {}


def test_a_server_is_asked_for_the_page_and_its_assets_alone(window: Callable[..., Page], site: Path) -> None:
    running = server(site, 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    root = f"http://{HOST}:{running.server_address[1]}"
    got: dict[str, int] = {}
    try:
        page = window(1200, offline=False)
        page.on("response", lambda response: got.update({response.url.removeprefix(root): response.status}))
        page.goto(f"{root}/es/index.html")
        page.evaluate("document.fonts.ready.then(() => true)")
    finally:
        running.shutdown()
        running.server_close()
    styled = {f"/{assets.FOLDER}/{name}" for name in assets.assets() if name != assets.LICENCE}
    assert {url: status for url, status in got.items() if not url.startswith("data:")} == dict.fromkeys(
        {"/es/index.html", *styled}, 200
    )


def test_the_page_of_pairs_keeps_to_wcag_and_to_its_window(window: Callable[..., Page], tmp_path: Path) -> None:
    pairs = [pair(f"photos/{verdict}.jpg", "photos/a-long-name-without-a-break" * 4, verdict) for verdict in VERDICTS]
    drawn = {(pairs[0]["a"], pairs[0]["b"]): Seen(jpeg(10), jpeg(90), jpeg(200))}
    (tmp_path / "pairs.html").write_text(page_of(pairs, drawn), encoding="utf-8")
    for width in WIDTHS:
        page = window(width)
        said = watched(page)
        page.goto((tmp_path / "pairs.html").as_uri())
        assert page.evaluate(OVERFLOW) <= 0
        assert [*violations(page), *said] == []


@pytest.mark.parametrize("name", ["index.html", "planning_zimas.html", "method.html"])
def test_a_page_can_be_read_at_twice_the_text_size(window: Callable[..., Page], site: Path, name: str) -> None:
    page = window(640)
    page.goto((site / name).as_uri())
    page.add_style_tag(content="html { font-size: 200% }")
    assert out_of_window(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_one_chart_of_each_pair_is_shown(window: Callable[..., Page], site: Path, width: int) -> None:
    page = window(width)
    page.goto((site / "planning_zimas.html").as_uri())
    shown = [each.bounding_box() for each in page.locator("figure.trend svg.marks:visible").all()]
    assert len(shown) == 1
    assert shown[0]
    assert shown[0]["width"] >= min(width - 80, 600)  # not a wide chart shrunk to a phone


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_reaches_everything_in_its_order_and_one_sees_where_it_is(
    window: Callable[..., Page], site: Path, width: int
) -> None:
    page = window(width)
    page.goto((site / "index.html").as_uri())
    walk = []
    for _ in range(page.evaluate(f"{FOCUSABLE}.length")):
        page.keyboard.press("Tab")
        walk.append(page.evaluate(FOCUSED))
    assert walk[0]["name"].startswith("usa-skipnav")
    assert [each["place"] for each in walk] == list(range(len(walk)))
    assert [each["name"] for each in walk if not each["seen"]] == []
    nav = [each["name"] for each in walk if each["name"].startswith("usa-nav-link")]
    assert len(nav) >= len(("city", "method"))


def test_the_skip_link_leads_past_the_navigation(window: Callable[..., Page], site: Path) -> None:
    page = window(320)
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_languages_lead_to_the_same_page_and_back(window: Callable[..., Page], site: Path) -> None:
    page = window(320)
    page.goto((site / "method.html").as_uri())
    page.locator(".usa-language__link[hreflang=es]").click()
    assert page.url == (site / "es" / "method.html").as_uri()
    assert page.evaluate("document.documentElement.lang") == "es"
    page.locator(".usa-language__link[hreflang=en]").click()
    assert page.url == (site / "method.html").as_uri()


def test_on_paper_everything_is_unfolded_and_the_navigation_is_gone(window: Callable[..., Page], site: Path) -> None:
    page = window(800)
    page.goto((site / "planning_zimas.html").as_uri())
    page.emulate_media(media="print")
    assert not page.locator(".usa-nav").is_visible()
    assert page.locator("details table").first.bounding_box()
    assert page.locator("figure.trend .wide").is_visible()


def test_nothing_moves_for_who_asked_for_it(window: Callable[..., Page], site: Path) -> None:
    page = window(1200, reduced_motion="reduce")
    page.goto((site / "index.html").as_uri())
    moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
    assert page.evaluate(f"{moving}.length") == 0


def test_hostile_text_runs_nothing(window: Callable[..., Page], site: Path) -> None:
    ran: list[str] = []
    page = window(1200)
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto((site / "planning_zimas.html").as_uri())
    page.wait_for_timeout(200)
    assert ran == []


def test_a_page_that_is_wrong_is_found_wrong(window: Callable[..., Page], tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(BAD_PAGE, encoding="utf-8")
    page = window(320)
    said = watched(page)
    found = faults(page, said, (tmp_path / "bad.html").as_uri())
    axe = {each.split(": ")[1] for each in found if each.startswith("axe: ")}
    assert axe >= {"image-alt", "html-has-lang", "color-contrast", "label"}
    assert {each.split(" ")[0] for each in found} >= {"at", "does", "asks", "complains:"}
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["seen"] is False
