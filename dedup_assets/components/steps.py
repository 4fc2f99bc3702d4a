"""The assets of one department, from manifest to score. Each calls one function of one room and says what it did.

No SQL, no pixels: what a step does stands in its room.

No ``from __future__ import annotations`` in this module: Dagster reads a step's annotations when it is defined.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb

from dedup_assets.components import checks, trend
from dedup_assets.components.city import City, pool_of
from dedup_assets.components.lineage import column_lineage
from dedup_assets.components.metadata import table_metadata
from dedup_assets.components.retry import tried_once
from dedup_assets.deliveries.department import Department
from dedup_assets.findings.suites import Rule, load_rules
from dedup_assets.scoring.score import Score
from dedup_assets.warehouse import CITY

LEDGER_NUMBERS = ("opening", "new", "reopened", "closed", "withdrawn", "closing", "overdue")


def key(department: Department, table: str) -> dg.AssetKey:
    """The asset key of one department's part of a table."""
    return dg.AssetKey([department.name, table])


def pool_key(department: Department, table: str) -> dg.AssetKey:
    """The asset key of a table that a whole pool shares."""
    return dg.AssetKey([pool_of(department), table])


def tier(department: Department) -> dict[str, str]:
    """The tag that says whether a department's assets hold restricted data."""
    return {"tier": "restricted" if department.restricted else "open"}


def owned(
    department: Department,
    table: str,
    *,
    deps: Sequence[dg.AssetKey],
    description: str,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Makes a function the asset of one department's part of a table: whose it is, and in which tier."""
    asset = dg.asset(
        key=key(department, table),
        deps=deps,
        description=description,
        group_name=department.name,
        owners=[department.owner],
        kinds={"duckdb"},
        tags=tier(department),
    )
    return lambda step: asset(tried_once(step))


def image_record(department: Department) -> dg.AssetsDefinition:
    """The manifests, held to their contract."""

    @owned(
        department,
        "image_record",
        deps=[key(department, "manifest")],
        description=f"Manifests of {department.title} ({department.system}), read as text and held to the contract.",
    )
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.deliveries.read import read_deliveries

        with city.connect(pool_of(department)) as con:
            report = read_deliveries(
                con,
                city.settings.landing_url,
                department,
                city.contract(department.name),
                city.calendar(),
                city.say(context, "Manifests"),
            )
            in_force = [each for each in report.deliveries if each.in_force]
            return dg.MaterializeResult(
                metadata=table_metadata(
                    con,
                    "image_record",
                    sum(each.rows_accepted for each in in_force),
                    {
                        "as_of": max((each.as_of.isoformat() for each in in_force), default=None),
                        "deliveries_in_force": len(in_force),
                        "manifests_read": report.read,
                        "rows_in": sum(each.rows_in for each in in_force),
                        "rows_rejected": sum(each.rows_rejected for each in in_force),
                    },
                    column_lineage("image_record", department, city.contract(department.name)),
                )
            )

    return step


def image_file(department: Department) -> dg.AssetsDefinition:
    """The bytes behind the records: read, decoded, fingerprinted."""

    @owned(
        department,
        "image_file",
        deps=[key(department, "image_record")],
        description="What every image file holds: digest, perceptual hashes, size, EXIF; or why it cannot be read.",
    )
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.images.limits import Limits
        from dedup_assets.images.observe import observe_images

        pool = pool_of(department)
        with city.connect(pool) as con:
            report = observe_images(
                con,
                department,
                city.department_root(department),
                city.home.units(pool),
                engine=city.engine(),
                limits=Limits.of(city.settings),
                progress=city.progress(context, department.title),
                notice=context.log.info,
            )
            return dg.MaterializeResult(
                metadata=table_metadata(
                    con,
                    "image_file",
                    report.images_listed,
                    {
                        "files_read": report.read,
                        "files_unchanged": report.copied_forward,
                        "ok": report.ok,
                        "unreadable": report.unreadable,
                        "missing": report.missing,
                        "images_per_second": report.images_per_second,
                    },
                    column_lineage("image_file", department, city.contract(department.name)),
                )
            )

    return step


def image_fact(department: Department, *, has_identifiers: bool) -> dg.AssetsDefinition:
    """One narrow row a record: the input of the rules."""
    needs = [key(department, "image_record")]
    if has_identifiers:
        needs.append(pool_key(department, "identifier"))
    if department.has_images:
        needs += [key(department, "image_file"), pool_key(department, "match")]

    @owned(
        department,
        "image_fact",
        deps=needs,
        description="One row an image record: copies, parcels, permits, files, missing values, as facts.",
    )
    def step(city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.findings.facts import build_facts
        from dedup_assets.review.load import load_decisions
        from dedup_assets.review.mismatch import MismatchStore, load_mismatch_reports
        from dedup_assets.review.store import store_of

        pool = pool_of(department)
        with city.connect(pool) as con:
            load_decisions(con, store_of(city.home, pool))
            load_mismatch_reports(con, MismatchStore(city.home.pool(pool)))
            report = build_facts(con, [department], city.contracts(pool))
            numbers = {"deliveries_computed": report.computed, **attribution_numbers(con, department)}
            lineage = column_lineage("image_fact", department, city.contract(department.name))
            return dg.MaterializeResult(metadata=table_metadata(con, "image_fact", report.rows, numbers, lineage))

    return step


def attribution_numbers(con: duckdb.DuckDBPyConnection, department: Department) -> dict[str, int]:
    """How the newest delivery's records stand to their parcels, and how many share a photograph legitimately."""
    from dedup_assets.findings.attribution.report import attribution_counts

    counts = attribution_counts(con, [department])
    newest = counts[max(counts)] if counts else {}
    return {name if name == "legitimate_reuse" else f"attribution_{name}": number for name, number in newest.items()}


def rule_result(department: Department, rules: Sequence[Rule]) -> dg.AssetsDefinition:
    """What Great Expectations says of the facts; every rule is a check on this asset."""
    own = key(department, "rule_result")

    @dg.asset(
        key=own,
        deps=[key(department, "image_fact")],
        check_specs=checks.check_specs(own, rules),
        description="Every rule of the suites, judged by Great Expectations, and the findings that follow.",
        group_name=department.name,
        owners=[department.owner],
        kinds={"duckdb", "greatexpectations"},
        tags=tier(department) | checks.dimension_tags(rules),
    )
    @tried_once
    def step(
        context: dg.AssetExecutionContext, city: City
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        from dedup_assets.findings.rules import apply_rules

        pool = pool_of(department)
        with city.connect(pool) as con:
            outcomes = apply_rules(con, department, city.contract(department.name), city.settings.expectations)
            newest = max((each.as_of for each in outcomes), default=None)
            latest = {each.rule_id: each for each in outcomes if each.as_of == newest}
            for rule in rules:
                yield checks.check_result(own, rule, latest.get(rule.id))
            counts = Counter(each.status for each in latest.values())
            findings = sum(each.failing for each in latest.values())
            told = f"{counts['pass']} rules met, {counts['fail']} not met, findings: {findings:,} (as of {newest})"
            city.say(context, department.title)(told if newest else "nothing is due yet")
            numbers: dict[str, int | float | str | None] = {
                "as_of": newest.isoformat() if newest else None,
                "findings": findings,
                "rules_passed": counts["pass"],
                "rules_failed": counts["fail"],
                "rules_without_data": counts["no_data"],
            }
            lineage = column_lineage("rule_result", department, city.contract(department.name))
            yield dg.MaterializeResult(metadata=table_metadata(con, "rule_result", len(outcomes), numbers, lineage))

    return step


def ledger_balance(department: Department) -> dg.AssetsDefinition:
    """Every finding from the date it opened to the date the data shows it gone."""

    @owned(
        department,
        "ledger_balance",
        deps=[key(department, "rule_result"), key(department, "finding_cause")],
        description="The ledger: opening + new + reopened - closed - withdrawn = closing, asserted at every date.",
    )
    def step(city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.findings.ledger import build_ledger
        from dedup_assets.review.audit_load import load_audit_results
        from dedup_assets.review.audit_store import audits_of
        from dedup_assets.review.load import load_decisions
        from dedup_assets.review.store import store_of

        pool = pool_of(department)
        with city.connect(pool) as con:
            load_decisions(con, store_of(city.home, pool))
            load_audit_results(con, audits_of(city.home, pool))
            report = build_ledger(con, [department], load_rules(city.settings.expectations))
            numbers = {name: getattr(report, name) for name in LEDGER_NUMBERS}
            lineage = column_lineage("ledger_balance", department, city.contract(department.name))
            return dg.MaterializeResult(metadata=table_metadata(con, "ledger_balance", report.rows, numbers, lineage))

    return step


def score_history(department: Department) -> dg.AssetsDefinition:
    """The department's measures and scores; of a restricted one, they are all that leaves its enclave."""
    own = key(department, "score_history")

    @owned(
        department,
        "score_history",
        deps=[key(department, "ledger_balance")],
        description="Seven measures with numerator and denominator; score, bounds, coverage and grade.",
    )
    def step(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
        from dedup_assets.scoring.measure import measure
        from dedup_assets.scoring.release import release_aggregates
        from dedup_assets.scoring.restate import restate_department

        pool = pool_of(department)
        with city.connect(pool) as con:
            measure(con, [department], city.contracts(pool))
            if pool != CITY:
                with city.home.warehouse(CITY).connect() as city_con:
                    release_aggregates(con, city_con, department)
        with city.connect(CITY) as con:
            rows = restate_department(con, city.policies(), department)
            lineage = column_lineage("score_history", department, city.contract(department.name))
            return scored(context, con, own, rows, departments=[department], lineage=lineage)

    return step


def scored(
    context: dg.AssetExecutionContext,
    con: duckdb.DuckDBPyConnection,
    own: dg.AssetKey,
    rows: Sequence[Score],
    *,
    departments: Sequence[Department],
    lineage: dg.TableColumnLineage,
) -> dg.MaterializeResult[None]:
    """The newest score as the run's own result, and every date as a point of the trend.

    ``departments`` are those whose findings together are plotted beside the score.
    """
    from dedup_assets.findings.ledger import ledger_totals

    told = trend.points(rows, ledger_totals(con, departments))
    trend.tell_trend(context, own.path[0], told)
    newest = max(told, default=None)
    numbers: trend.Numbers = {"as_of": newest, **told[newest]} if newest else {}
    metadata = table_metadata(con, "score_history", len(rows), numbers, lineage)
    return dg.MaterializeResult(metadata=metadata | {"scorecard": trend.scorecard_link(own.path[0])})
