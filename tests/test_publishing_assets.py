"""What a page needs beside its text: a style sheet cut to what is used, fonts, nothing from anywhere else."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
import tinycss2

from dedup_assets.publishing import assets
from dedup_assets.publishing.style_filter import keep_used

ROOM = Path(str(resources.files("dedup_assets.publishing")))
USED = frozenset({"usa-nav", "usa-nav__item"})
ADDRESS = re.compile(r"url\([\"']?([^\"')]+)")

needs_uswds = pytest.mark.skipif(assets.notice() is not None, reason="USWDS is not installed: make install")


def kept(sheet: str) -> str:
    return keep_used(sheet, USED, {"a.svg": "data:image/svg+xml,x"}.get)


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (".usa-nav{color:red}", ".usa-nav{color:red}"),
        (".usa-card{color:red}", ""),
        (".usa-nav .usa-card{color:red}", ""),
        (".usa-card,.usa-nav>a{color:red}", ".usa-nav>a{color:red}"),
        (".usa-nav:not(.usa-card){color:red}", ".usa-nav:not(.usa-card){color:red}"),
        (":is(.usa-card,p),a{color:red}", ":is(.usa-card,p),a{color:red}"),
        ("p{margin:0 !important}", "p{margin:0!important}"),
        ("@media print{.usa-nav{top:0}.usa-card{top:0}}", "@media print{.usa-nav{top:0}}"),
        ("@media print{.usa-card{top:0}}", ""),
        ("@font-face{font-family:X;src:url(x.woff2)}", ""),
        ("@import url(x.css);", ""),
        ('p{top:0;background:url("b.svg")}', "p{top:0}"),
        ("p{background:url(b.svg)}", ""),
        ("p{background:url(a.svg) 0 0}", 'p{background:url("data:image/svg+xml,x") 0 0}'),
        ("/* c */p{top:0}", "p{top:0}"),
    ],
)
def test_a_rule_stays_when_all_its_classes_are_used(sheet: str, expected: str) -> None:
    assert kept(sheet) == expected


def test_only_our_own_files_are_named_and_all_of_them_are_there() -> None:
    files = assets.assets()
    named = set(ADDRESS.findall(files[assets.STYLE].decode()))
    assert {each for each in named if not each.startswith("data:")} == set(files) - {assets.STYLE, assets.LICENCE}
    assert "@import" not in files[assets.STYLE].decode()


def test_what_stands_inside_a_page_names_no_file() -> None:
    assert all(each.startswith("data:") for each in ADDRESS.findall(assets.style()))


@needs_uswds
def test_a_class_that_templates_name_is_one_of_uswds() -> None:
    sheet = (ROOM / assets.USWDS / "css" / "uswds.min.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.(usa-[\w-]+)", sheet))
    # Names of its markup that have no rule of their own.
    assert assets.classes_of_templates() - known <= {"usa-nav-link", "usa-pagination__page-no", "usa-summary-box__body"}


@needs_uswds
def test_templates_write_class_names_out() -> None:
    for template in sorted((ROOM / "templates").glob("*.html")):
        assert not re.search(r"usa-[\w-]*\{\{", template.read_text(encoding="utf-8")), template.name


@needs_uswds
def test_the_style_sheet_is_a_small_part_of_uswds_and_can_be_read() -> None:
    sheet = assets.assets()[assets.STYLE].decode()
    whole = (ROOM / assets.USWDS / "css" / "uswds.min.css").stat().st_size
    assert len(sheet) < whole / 8
    assert not [each for each in tinycss2.parse_stylesheet(sheet) if each.type == "error"]
    assert ".usa-summary-box" in sheet


def test_without_uswds_our_own_style_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "USWDS", "nowhere")
    assets.style.cache_clear()
    try:
        own = (ROOM / "static" / "app.css").read_bytes()
        assert assets.assets() == {assets.STYLE: own}
        said = assets.notice()
        assert said
        assert "make install" in said
    finally:
        monkeypatch.undo()
        assets.style.cache_clear()


def test_the_lock_holds_hashes_and_no_address() -> None:
    text = (ROOM / "uswds" / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    assert "node_modules/@uswds/uswds" in packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "://" not in text
