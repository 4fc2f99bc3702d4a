"""Open data: the package says what the site says, and whoever computes the scores again from it gets them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.publishing.opendata.publisher import FOLDER
from dedup_assets.publishing.opendata.rebuild import Outcome, RebuildError, rebuild
from dedup_assets.publishing.opendata.spans import Open, Span, one, rate_open
from dedup_assets.publishing.tier import Tier
from dedup_assets.scoring.measure import DIMENSIONS, Measure
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.rating import rate
from dedup_assets.settings import Settings
from publishing_city import make_city

if TYPE_CHECKING:
    from pathlib import Path


POLICY = load_policy(Settings().policy)


@st.composite
def measured(draw: st.DrawFn) -> list[tuple[Measure, tuple[bool, bool, bool]]]:
    """Measures of some dimensions, and which of their three counts are hidden."""
    made = []
    for dimension in draw(st.lists(st.sampled_from(list(DIMENSIONS)), unique=True, max_size=7)):
        population = draw(st.integers(1, 60))
        known = draw(st.integers(0, population))
        defects = draw(st.integers(0, known))
        counts = Measure("d", None, dimension, defects, known, population)  # type: ignore[arg-type]  # of no date
        made.append((counts, draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))))
    return made


def hidden(value: int, *, is_hidden: bool) -> Span:
    if not is_hidden:
        return one(value)
    return Span(Fraction(), Fraction(10)) if value <= 10 else Span(Fraction(), None)


@settings(max_examples=150)
@given(measured())
def test_what_is_true_lies_in_the_span_and_nothing_hidden_leaves_none(
    made: list[tuple[Measure, tuple[bool, bool, bool]]],
) -> None:
    true = rate(POLICY, [each for each, _ in made])
    for hide in (False, True):
        found = rate_open(
            POLICY,
            [
                Open(
                    each.dimension,
                    hidden(each.defects, is_hidden=hide and which[0]),
                    hidden(each.measured, is_hidden=hide and which[1]),
                    hidden(each.population, is_hidden=hide and which[2]),
                )
                for each, which in made
            ],
        )
        for name in ("coverage", "lower", "upper"):
            span, value = getattr(found, name), getattr(true, name)
            assert span.low <= value <= span.high, name
            assert hide or span.is_one, name
        if found.score is None:
            assert true.score is None
        elif true.score is not None:
            assert found.score.low <= true.score <= found.score.high
            assert hide or found.score.is_one
        else:
            assert hide, "there is no score, and nothing hidden that could make one"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public site of a small city."""
    city = make_city(tmp_path_factory.mktemp("open"))
    city.publish(Tier.public)
    return city.out


@pytest.fixture(scope="module")
def package(site: Path) -> Path:
    return site / FOLDER


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text(encoding="utf-8"))))


def test_the_scores_are_computed_again_from_the_package_alone(site: Path, package: Path) -> None:
    found = rebuild(package)
    card = json.loads((site / "scorecard.json").read_text())
    assert found.as_of.isoformat() == card["as_of"]
    assert found.wrong == []
    told = {(each.department, each.what) for each in found.numbers}
    rated = [each for each in card["departments"] if each["rated"]]
    assert len(rated) > 3
    assert {(each["name"], what) for each in rated for what in ("score", "lower", "upper", "coverage", "grade")} <= told
    assert ("city", "score") in told
    assert any(each.outcome is Outcome.exact for each in found.numbers)


@pytest.mark.parametrize("what", ["score", "lower", "upper", "coverage"])
def test_a_score_that_cannot_be_is_named(package: Path, tmp_path: Path, what: str) -> None:
    """Whoever publishes may make a package that is whole and still says what does not follow from it."""
    from dedup_assets.publishing.opendata import package as making

    files = {path.name: path.read_bytes() for path in package.iterdir()}
    table = rows(package, "scores")
    newest = max(row["as_of"] for row in table)
    changed = next(row for row in table if row["as_of"] == newest and row["department"] != "city" and row["score"])
    changed[what] = f"{float(changed[what]) / 3 + 1 / 3:.2f}"
    out = io.StringIO()
    writer = csv.DictWriter(out, table[0].keys(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table)
    files["scores.csv"] = out.getvalue().encode()
    descriptor = json.loads(files[making.DESCRIPTOR])
    descriptor["resources"] = [
        {key: value for key, value in each.items() if key not in {"hash", "bytes"}} for each in descriptor["resources"]
    ]
    files[making.DESCRIPTOR] = json.dumps(descriptor).encode()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert (changed["department"], what) in {(each.department, each.what) for each in rebuild(tmp_path).wrong}


def test_a_package_that_was_changed_or_is_not_whole_is_refused(package: Path, tmp_path: Path) -> None:
    with pytest.raises(RebuildError, match=r"datapackage\.json"):
        rebuild(tmp_path)
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    spoiled = (tmp_path / "measures.csv").read_bytes()
    (tmp_path / "measures.csv").write_bytes(spoiled.replace(b"0", b"1", 1))
    with pytest.raises(RebuildError, match="measures"):
        rebuild(tmp_path)


def test_parquet_and_csv_say_the_same(package: Path) -> None:
    for path in sorted(package.glob("*.parquet")):
        table = pq.read_table(path)
        plain = rows(package, path.stem)
        assert table.column_names == list(plain[0])
        for parquet, text in zip(table.to_pylist(), plain, strict=True):
            assert {name: said(value) for name, value in parquet.items()} == text


def said(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_dictionary_and_the_catalogue_record_name_every_table(package: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text())
    described = {each["path"] for each in descriptor["resources"]}
    assert described == {path.name for path in package.iterdir()} - {"datapackage.json", "dcat.json"}
    assert all(
        field["description"] for each in descriptor["resources"] for field in each.get("schema", {}).get("fields", [])
    )
    record = json.loads((package / "dcat.json").read_text())
    links = {each["downloadURL"].rsplit("/", 1)[-1] for each in record["distribution"]}
    assert links == {name for name in described if name.endswith((".csv", ".parquet"))}
    assert record["accessLevel"] == "public"


@pytest.mark.parametrize("library", ["frictionless", "weasyprint"])
def test_a_library_does_not_change_how_the_process_reads(library: str, package: Path) -> None:
    """In a CI run a truncated image was a whole one, because a report had been printed in that process before."""
    told = "print(csv.field_size_limit(), ImageFile.LOAD_TRUNCATED_IMAGES)"
    use = {
        "weasyprint": "from dedup_assets.publishing.guarded import guarded_import; guarded_import('weasyprint')",
        "frictionless": "from dedup_assets.publishing.opendata.rebuild import rebuild; rebuild(Path(sys.argv[1]))",
    }[library]
    code = f"import csv, sys; from pathlib import Path; from PIL import ImageFile; {told}; {use}; {told}"
    done = subprocess.run([sys.executable, "-c", code, str(package)], capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    assert before == after
