"""What Dagster is shown: the graph, its owners and checks, the numbers it plots, and a department added as data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from city import environment
from dedup_assets.components.checks import check_name, check_result
from dedup_assets.definitions import defs
from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import load_departments
from dedup_assets.findings.suites import applicable_rules, load_rules
from dedup_assets.settings import PROJECT, Settings

DEPARTMENTS = load_departments(Settings().departments)


@pytest.fixture(scope="module")
def graph() -> dg.Definitions:
    """Everything that Dagster loads."""
    return defs()


def test_definitions_load(graph: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(graph)


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda each: each.name)
def test_a_departments_assets_checks_owner_group_and_cron_come_from_its_document(
    graph: dg.Definitions, department: object
) -> None:
    document = next(each for each in DEPARTMENTS if each == department)
    assets = graph.resolve_asset_graph()
    keys = {key for key in assets.get_all_asset_keys() if key.path[0] == document.name}
    tables = {key.path[-1] for key in keys}
    assert {"image_record", "image_fact", "rule_result", "ledger_balance", "score_history"} <= tables
    assert ("image_file" in tables) == document.has_images
    assert ("match" in tables) == (document.restricted and document.has_images)
    assert {assets.get(key).group_name for key in keys} == {document.name}
    owned = [assets.get(key) for key in keys if key.path[-1] in {"image_record", "image_fact", "score_history"}]
    assert {tuple(each.owners) for each in owned} == {(document.owner,)}
    contract = load_contract(Settings().departments / document.name / "contract.yaml")
    rules = applicable_rules(load_rules(Settings().expectations), document, contract)
    checks = {each.name for each in assets.asset_check_keys if each.asset_key.path[0] == document.name}
    assert checks == {check_name(rule.id) for rule in rules}
    schedule = graph.resolve_schedule_def(f"{document.name}_delivery")
    assert schedule.cron_schedule == document.cron
    assert schedule.execution_timezone == "America/Los_Angeles"


def test_nothing_of_a_restricted_department_feeds_the_citys_matching(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    restricted = {each.name for each in DEPARTMENTS if each.restricted}
    for table in ("match", "identifier"):
        parents = assets.get(dg.AssetKey(["city", table])).parent_keys
        assert parents
        assert restricted.isdisjoint(key.path[0] for key in parents)


def test_a_check_carries_the_same_numbers_on_pass_and_on_fail() -> None:
    from datetime import date

    from dedup_assets.findings.rules import RuleOutcome

    shared = {
        "department": "x",
        "as_of": date(2026, 1, 31),
        "rule_id": "DUP-001",
        "title": "t",
        "dimension": "uniqueness",
    }
    own = dg.AssetKey(["x", "rule_result"])
    rule = next(each for each in load_rules(Settings().expectations) if each.id == "DUP-001")
    results = {}
    for status, failing, severity in [("pass", 0, "warning"), ("fail", 3, "critical"), ("no_data", 0, "warning")]:
        outcome = RuleOutcome(
            **shared,
            status=status,
            severity=severity,
            evaluated=10 if status != "no_data" else 0,
            failing=failing,
            mostly=1.0,
            suite="image_fact",
            rules_sha256="0",
            reason=None,
        )
        results[status] = check_result(own, rule, outcome)
    results["not_due"] = check_result(own, rule, None)
    numbers = [{key: type(value) for key, value in each.metadata.items()} for each in results.values()]
    assert numbers[0] == numbers[1] == numbers[2] == numbers[3]
    assert [each.passed for each in results.values()] == [True, False, False, False]
    assert results["fail"].severity == dg.AssetCheckSeverity.ERROR
    assert results["no_data"].severity == dg.AssetCheckSeverity.WARN


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project with one department more, made of two YAML files."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(
        PROJECT / "dedup_assets",
        folder / "dedup_assets",
        ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc"),
    )
    shutil.copytree(PROJECT / "expectations", folder / "expectations")
    (folder / "dagster_home").mkdir()
    for name in ("pyproject.toml", "dagster_home/dagster.yaml"):
        shutil.copy(PROJECT / name, folder / name)
    departments = folder / "dedup_assets" / "defs" / "departments"
    shutil.copytree(departments / "ladbs_permits", departments / "parks_trees")
    document = yaml.safe_load((departments / "parks_trees" / "defs.yaml").read_text())
    document["attributes"] |= {"name": "parks_trees", "title": "Recreation and Parks", "owner": "parks@city.example"}
    (departments / "parks_trees" / "defs.yaml").write_text(yaml.safe_dump(document))
    contract = (departments / "parks_trees" / "contract.yaml").read_text()
    (departments / "parks_trees" / "contract.yaml").write_text(contract.replace("ladbs_permits", "parks_trees"))
    return folder


def in_project(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment inside the copied project, whose package comes first."""
    tool = str(Path(sys.executable).parent / command[0])
    env = environment(
        PYTHONPATH=str(project), DAGSTER_HOME=str(project / "dagster_home"), DEDUP_HOME=str(project / "home")
    )
    return subprocess.run([tool, *command[1:]], cwd=project, env=env, capture_output=True, text=True, check=False)


def test_a_department_is_added_by_two_yaml_files(project: Path) -> None:
    done = in_project(project, "dg", "check", "defs")
    assert done.returncode == 0, done.stdout + done.stderr
    listed = in_project(project, "dg", "list", "defs", "--json").stdout
    assert "parks_trees/score_history" in listed
    assert "parks_trees_delivery" in listed


def test_a_misspelt_key_of_a_department_is_refused_with_file_and_line(project: Path) -> None:
    path = project / "dedup_assets" / "defs" / "departments" / "parks_trees" / "defs.yaml"
    right = path.read_text()
    path.write_text(right.replace("cadence:", "cadense:"))
    try:
        done = in_project(project, "dg", "check", "defs")
    finally:
        path.write_text(right)
    assert done.returncode != 0
    assert "cadense" in done.stdout + done.stderr
    assert "parks_trees" in done.stdout + done.stderr
