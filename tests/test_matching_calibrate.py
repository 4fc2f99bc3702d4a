"""`dedup calibrate`: what it compares, how it counts, what it says of a truth that cannot be used."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.stats import binomtest
from typer.testing import CliRunner

from dedup_assets.cli.calibrate import calibrate
from dedup_assets.errors import UserError
from dedup_assets.matching.calibrate import Judged, Labelled, Pair, judge, labelled, pairs_of, read_truth
from dedup_assets.matching.calibrate_made import jpeg, made_from
from dedup_assets.matching.calibrate_report import Rate, automatic, by_label, by_verdict, curve, propose
from dedup_assets.matching.verify.picture import of_pixels
from dedup_assets.sample.pictures.building import KINDS, design
from dedup_assets.sample.pictures.photograph import photograph

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photographs of one building, a copy of each, one picture without a group, one file that is no image."""
    folder = tmp_path_factory.mktemp("truth")
    lines = ["image,group,label,object"]
    for seed in "ab":
        pixels = photograph(design("calibrate", sorted(KINDS)), seed)
        for label, shown in (("original", pixels), ("jpeg 40", jpeg(pixels, 40))):
            Image.fromarray(shown).save(folder / f"{seed} {label}.png")
            lines.append(f"{seed} {label}.png,{seed},{label},house")
    Image.fromarray(photograph(design("other", sorted(KINDS)), "c")).save(folder / "c.png")
    (folder / "broken.jpg").write_bytes(b"nothing")
    lines += ["c.png,,,", "broken.jpg,d,,"]
    (folder / "truth.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return folder / "truth.csv"


def test_copies_and_pairs_of_one_object_are_all_compared(truth: Path) -> None:
    read = read_truth(truth)
    assert (len(read.pictures), read.without_group, read.unreadable.total()) == (4, 1, 1)
    pairs = pairs_of(read.pictures, 100)
    assert sum(each.is_copy for each in pairs) == 2
    assert [each.labels for each in pairs if not each.is_copy] == [("one object",)] * 4
    judged = [judge(each) for each in pairs]
    assert {each.verdict for each in judged if each.pair.is_copy} == {"same_image"}
    assert "same_image" not in {each.verdict for each in judged if not each.pair.is_copy}


def test_the_command_prints_and_writes_what_it_found(truth: Path, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(calibrate)
    files = {"--curve": tmp_path / "curve.svg", "--report": tmp_path / "report.md"}
    options = [str(each) for pair in files.items() for each in pair]
    result = CliRunner().invoke(app, [str(truth), "--propose", *options])
    assert result.exit_code == 0, result.output
    assert "automatic duplicates: precision 2/2 = 1.0000 (0.3424 to 1.0000), recall 2/2" in result.stdout
    assert "jpeg 40 (copy): automatic duplicates 2/2" in result.stdout
    assert "not read: 1" in result.stderr
    assert json.loads(result.stdout[result.stdout.index("{") :])["worst"]["copies"] == 2
    assert files["--curve"].read_text(encoding="utf-8").startswith("<svg")
    assert "| one object | other | 0/4" in files["--report"].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("image,label\na.png,x\n", "group"),
        ("image,group,label\nnowhere.png,g,\n", "nowhere.png"),
        ("image,group,label\n", "no pictures"),
        ("image,group,label\nc.png,g,\nc.png,g,\n", "two groups"),
        ("image,group,label\nbroken.jpg,g,\nc.png,h,\n", "two groups"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused(truth: Path, text: str, says: str) -> None:
    path = truth.parent / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        read_truth(path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"image,group,label\n\xff\xfe,g,\n")
    with pytest.raises(UserError, match="UTF-8"):
        read_truth(tmp_path / "bad.csv")


@given(st.integers(1, 5000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))))
def test_intervals_are_wilsons(counts: tuple[int, int]) -> None:
    expected = binomtest(*counts).proportion_ci(method="wilson")
    assert Rate(*counts).interval == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_counts_of_planted_verdicts() -> None:
    found = planted([("same_image", True, 0.02)] * 8 + [("undecided", True, 0.2)] * 2 + [("same_image", False, 0.1)])
    assert automatic(found).precision == Rate(8, 9)
    assert automatic(found).recall == Rate(8, 10)
    assert {row.name: row.recall for row in by_verdict(found)} == {"same_image": Rate(8, 10), "undecided": Rate(2, 10)}
    assert by_label(found) == [("x", "copy", Rate(8, 10), Rate(10, 10)), ("x", "other", Rate(1, 1), Rate(1, 1))]
    assert [(each["precision"], each["recall"]) for each in curve(found)] == [(1, 0.8), (8 / 9, 0.8), (10 / 11, 1)]


def test_proposals_lie_between_copies_and_others_or_below_the_others() -> None:
    apart = propose(planted([("same_image", True, 0.04)] * 9 + [("undecided", False, 0.36)]))["worst"]
    assert apart["proposed"] == pytest.approx(0.12)
    mixed = propose(planted([("same_image", True, 0.04)] * 9 + [("undecided", False, 0.03)]))["worst"]
    assert mixed["proposed"] == pytest.approx(0.027)


def test_made_pairs_are_the_same_in_every_run() -> None:
    source = {"street": photograph(design("calibrate", sorted(KINDS)), "a")}
    runs = [[pair.b.picture.grey for pair in islice(made_from(source, 0), 16)] for _ in range(2)]
    assert all(np.array_equal(one, other) for one, other in zip(*runs, strict=True))


def test_made_pairs_say_what_was_changed() -> None:
    made = list(islice(made_from({}, 1), 10))
    assert {pair.labels[0] for pair in made if pair.is_copy} >= {"page: jpeg 30", "page: scanned twice"}
    changed = {pair.labels[0] for pair in made if not pair.is_copy}
    assert {"one digit, drawn", "one digit, scanned", "one digit, half size"} <= changed


def planted(cases: list[tuple[str, bool, float]]) -> list[Judged]:
    """Judgements that nobody made: verdict, whether the pair is a copy, and its worst tiles."""
    nothing: Labelled = labelled("n", "g", "x", "", of_pixels(np.zeros((60, 60), np.uint8)))
    return [
        Judged(Pair(nothing, nothing, is_copy=is_copy, labels=("x",)), 0, verdict, {"coarse": {"worst": worst}})
        for verdict, is_copy, worst in cases
    ]
