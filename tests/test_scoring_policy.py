"""The policy that is shipped, and every way in which a policy file can be wrong."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dedup_assets.scoring.measure import DIMENSIONS
from dedup_assets.scoring.policy import Policy, PolicyError, exact, load_policy
from dedup_assets.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = Settings.model_fields["policy"].default
TEXT = SHIPPED.read_text(encoding="utf-8")


def load(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def test_the_shipped_weights_are_the_published_formula_rounded() -> None:
    raw = [Fraction(1, i) + Fraction(8 - i, 7) for i in range(1, 8)]
    assert [round(float(each / sum(raw)), 3) for each in raw] == list(load_policy(SHIPPED).weights.values())
    assert sum(exact(each) for each in load_policy(SHIPPED).weights.values()) == 1


def test_the_shipped_policy_says_what_the_notes_propose() -> None:
    policy = load_policy(SHIPPED)
    assert list(policy.weights) == list(DIMENSIONS)
    assert policy.bands == {"A": 95, "B": 90, "C": 80, "D": 70, "F": 0}
    assert policy.coverage_floor == 0.8
    assert policy.caps == {"critical": "C"}
    assert set(policy.purposes) == {"public_display", "permit_review", "federal_reporting"}


def test_the_version_changes_with_any_number_and_with_nothing_else(tmp_path: Path) -> None:
    shipped = load_policy(SHIPPED)
    assert shipped.version == f"2026.1+{shipped.digest[:8]}"
    assert load(tmp_path, TEXT + "\n# a remark\n").version == shipped.version
    assert load(tmp_path, TEXT.replace("coverage_floor: 0.80", "coverage_floor: 0.8")).version == shipped.version
    assert load(tmp_path, TEXT.replace("A: 95", "A: 96")).version != shipped.version
    assert load(tmp_path, TEXT.replace('"2026.1"', '"2026.2"')).version.startswith("2026.2+")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('version: "2026.1"', "version: 2026.1", "version: Input should be a valid string (write it in quotes)"),
        ("timeliness: 0.043", "timeliness: 0.044", "weights: the weights add up to 1.001; make them add up to 1"),
        ("timeliness: 0.043", "timeliness: 0.04300001", "weights: the weights add up to 1.00000001"),
        ("  timeliness: 0.043\n", "", "lacking: timeliness"),
        ("timeliness: 0.043", "punctuality: 0.043", "lacking: timeliness; unknown: punctuality"),
        ("timeliness: 0.043", "timeliness: 0", "weights.timeliness: Input should be greater than 0"),
        ("timeliness: 0.043", "timeliness: .nan", "weights.timeliness: Input should be a finite number"),
        ("timeliness: 0.043", 'timeliness: "0.043"', "weights.timeliness: Input should be a valid number"),
        ("timeliness: 0.043", "timeliness: true", "weights.timeliness: Input should be a valid number"),
        ("coverage_floor: 0.80", "coverage_floor: 80", "coverage_floor: Input should be less than or equal to 1"),
        ("coverage_floor: 0.80", "", "coverage_floor: Field required"),
        ("coverage_floor: 0.80", "coverage_floor: 0.8\ncoverage_floor: 0.7", "'coverage_floor' stands twice"),
        ("coverage_floor: 0.80", "coverage_flor: 0.8", "coverage_flor: Extra inputs are not permitted"),
        ("B: 90", "B: 95", "bands: B from 95 stands below A from 95; list the best grade first"),
        ("B: 90", "B: 97", "bands: B from 97 stands below A from 95"),
        ("  F: 0\n", "", "bands: the last band must begin at 0"),
        ("  F: 0\n", "  NR: 0\n", "bands: NR means not rated"),
        ("A: 95", "A: 101", "bands.A: Input should be less than or equal to 100"),
        ("critical: C", "critical: E", "caps.critical is E, which is no grade of bands"),
        ("critical: C", "grave: C", "caps.grave"),
        ("timeliness: 1.0", "punctuality: 1.0", "purposes.federal_reporting.required: punctuality is no dimension"),
        ("timeliness: 1.0", "timeliness: 1.1", "purposes.federal_reporting.required.timeliness: Input should be less"),
        ("weights:\n", "weights: [\n", "Write it as YAML"),
    ],
)
def test_a_wrong_policy_is_refused_with_file_field_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError) as error:
        load(tmp_path, TEXT.replace(old, new, 1))
    assert says in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "policy.yaml"))


@pytest.mark.parametrize("text", ["", "- a list", "42"])
def test_what_is_no_policy_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PolicyError, match="the document: "):
        load(tmp_path, text)


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="DEDUP_POLICY"):
        load_policy(tmp_path / "none.yaml")


def test_weights_may_stand_in_any_order(tmp_path: Path) -> None:
    moved = TEXT.replace("  parcel_accuracy: 0.303\n", "", 1).replace(
        "timeliness: 0.043\n", "timeliness: 0.043\n  parcel_accuracy: 0.303\n"
    )
    assert load(tmp_path, moved).version == load_policy(SHIPPED).version
    assert list(load(tmp_path, moved).weights) == list(DIMENSIONS)
