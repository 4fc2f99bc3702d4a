"""What Dagster shows of every asset: whose it is, its kinds, which columns it follows from, its trend, its page."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import dagster as dg
import duckdb
import pytest

from dedup_assets.components import trend
from dedup_assets.components.lineage import (
    BESIDE,
    LINEAGE,
    POOLED,
    city_lineage,
    column_lineage,
    manifest_schema,
    pool_lineage,
)
from dedup_assets.definitions import defs
from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import Department, load_departments
from dedup_assets.findings.ledger import ledger_totals
from dedup_assets.scoring.score import Score
from dedup_assets.settings import Settings, settings
from ledger_kit import ALPHA, BETA, MONTHS, Day, pool, store

if TYPE_CHECKING:
    from datetime import date

DEPARTMENTS = load_departments(Settings().departments)
# Their tables follow from each other in one line; of these, every column's sources are told.
WHOLE = ("image_fact", "rule_result", "ledger_balance", "score_history", "image_file", "identifier", "match")


@pytest.fixture(scope="module")
def graph() -> dg.Definitions:
    """Everything that Dagster loads."""
    return defs()


@pytest.fixture(scope="module")
def columns() -> dict[str, list[str]]:
    """The columns of every table, from its schema."""
    with duckdb.connect() as con:
        for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
            con.execute(file.read_text(encoding="utf-8"))
        return {name: con.table(name).columns for (name,) in con.execute("show tables").fetchall()}


# What stands in a pool's warehouse, and the manifests; what is published has readers of every tier.
TABLES = {*LINEAGE, "manifest", "trend", "image_record", "parcel", "finding_cause", "finding_impact", "impact_total"}


def test_every_asset_says_what_it_is_whose_and_of_what_kind(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    for key in assets.get_all_asset_keys():
        node = assets.get(key)
        assert node.description, key
        assert node.group_name == key.path[0], key
        assert node.kinds, key
        if key.path[-1] in TABLES:
            assert len(node.owners) == 1, key
            assert node.tags.get("tier") in {"open", "restricted"}, key


def test_what_judges_a_dimension_is_found_by_its_tag(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    tagged = dg.AssetSelection.tag("dimension/uniqueness", "").resolve(assets)
    assert tagged == {dg.AssetKey([each.name, "rule_result"]) for each in DEPARTMENTS}
    checked = {spec.metadata["dimension"] for spec in _specs(graph) if spec.metadata.get("rule")}
    every = {tag for key in tagged for tag in assets.get(key).tags if tag.startswith("dimension/")}
    assert every == {f"dimension/{each}" for each in checked}


def _specs(graph: dg.Definitions) -> list[dg.AssetCheckSpec]:
    assets = graph.resolve_asset_graph()
    return [assets.get_check_spec(key) for key in assets.asset_check_keys]


def test_lineage_names_columns_that_there_are_and_forgets_none(columns: dict[str, list[str]]) -> None:
    for table, declared in LINEAGE.items():
        assert set(declared) <= set(columns[table]), table
        assert table not in WHOLE or len(declared) == len(columns[table]), table
        for source in " ".join(declared.values()).split():
            named, column = source.split(".")
            assert column in columns[named], (table, source)


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda each: each.name)
def test_every_score_goes_back_to_columns_of_the_manifest(
    graph: dg.Definitions, columns: dict[str, list[str]], department: Department
) -> None:
    contract = load_contract(Settings().departments / department.name / "contract.yaml")
    known = graph.resolve_asset_graph().get_all_asset_keys()
    manifest = {each.name for each in manifest_schema(contract).columns}
    reached, waiting = set(), [("score_history", "score")]
    while waiting:
        table, column = at = waiting.pop()
        if at in reached or table == "manifest":
            reached.add(at)
            continue
        reached.add(at)
        assert table not in BESIDE
        if table != "parcel":
            for dep in _lineage(table, department, contract).deps_by_column.get(column, []):
                assert dep.asset_key in known, dep
                waiting.append((dep.asset_key.path[1], dep.column_name))
    sources = {column for table, column in reached if table == "manifest"}
    assert sources
    assert sources <= manifest
    mapped = {each.source for each in contract.columns if each.name in {"storage_uri", "apn_raw", "permit_number_raw"}}
    assert mapped <= sources
    assert set(column_lineage("image_record", department, contract).deps_by_column) <= set(columns["image_record"])


def _lineage(table: str, department: Department, contract: object) -> dg.TableColumnLineage:
    if table in POOLED:
        return pool_lineage(table, [(department, contract)])
    return column_lineage(table, department, contract)


def test_the_citys_score_goes_back_to_its_departments() -> None:
    found = city_lineage(DEPARTMENTS).deps_by_column["score"]
    assert [each.asset_key.path for each in found] == [[each.name, "score_history"] for each in DEPARTMENTS]


def test_a_score_leads_to_its_published_page(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    assert trend.scorecard_link("parks").value == str(settings().home / "site" / "parks.html")
    monkeypatch.setenv("DEDUP_SITE_URL", "https://hygiene.city.example/")
    settings.cache_clear()
    assert trend.scorecard_link("parks").value == "https://hygiene.city.example/parks.html"
    assert trend.scorecard_link("city").value == "https://hygiene.city.example/index.html"
    monkeypatch.undo()
    settings.cache_clear()


def test_the_plotted_movements_are_those_of_the_ledger_and_add_up() -> None:
    from dedup_assets.findings.ledger import build_ledger

    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "critical", "b": "info"}), MONTHS[1]: Day("read", {"b": "info"})})
    store(con, {MONTHS[0]: Day("read", {"c": "info"}), MONTHS[1]: Day("read", {"c": "info"})}, "beta")
    build_ledger(con, [ALPHA, BETA])
    moved = {"new": 0, "reopened": 0, "closed": 0, "withdrawn": 0, "backlog": 0, "overdue": 0}
    wanted: dict[date, dict[str, int]] = {
        MONTHS[0]: moved | {"new": 2, "backlog": 2},
        MONTHS[1]: moved | {"closed": 1, "backlog": 1},
    }
    assert ledger_totals(con, [ALPHA]) == wanted
    both = ledger_totals(con, [ALPHA, BETA])
    assert [both[month]["backlog"] for month in MONTHS[:2]] == [3, 2]


def score(as_of: date, number: float | None) -> Score:
    return Score("parks", as_of, "1", number, 0.9, 70.0, 90.0, "B", None, 10, 2)


def tell(instance: dg.DagsterInstance, told: dict[str, trend.Numbers]) -> None:
    @dg.asset(key=["parks", "score_history"])
    def step(context):
        trend.tell_trend(context, "parks", told)

    assert dg.materialize([step], instance=instance).success


def test_the_trend_has_every_date_in_order_and_is_told_again_only_where_it_changed() -> None:
    """Also when an older delivery comes after a newer one."""
    moved = {MONTHS[0]: {"backlog": 2, "new": 2}, MONTHS[2]: {"backlog": 1, "closed": 1}}
    late = moved | {MONTHS[1]: {"backlog": 4, "new": 2}}
    looks = [
        ([score(MONTHS[2], 81.0), score(MONTHS[0], 80.0)], moved, 2),
        ([score(MONTHS[2], 81.0), score(MONTHS[0], 80.0)], moved, 0),
        ([score(MONTHS[0], 80.0), score(MONTHS[1], None), score(MONTHS[2], 81.5)], late, 2),
    ]
    key, told = trend.trend_key("parks"), 0
    with dg.DagsterInstance.ephemeral() as instance:
        for rows, ledger, news in looks:
            tell(instance, trend.points(rows, ledger))
            events = instance.fetch_materializations(key, limit=50).records
            told += news
            assert len(events) == told
        assert list(instance.get_dynamic_partitions("parks_as_of")) == [each.isoformat() for each in MONTHS[:3]]
    newest = {each.asset_materialization.partition: each.asset_materialization.metadata for each in reversed(events)}
    assert newest["2026-03-01"]["score"].value == 81.5
    assert newest["2026-02-01"]["backlog"].value == 4
    assert "score" not in newest["2026-02-01"]
