"""The period's rule results in the words of Great Expectations, so that its users can read them.

They are ``rule_result`` said again: what Great Expectations itself returned is not kept beyond its counts and, as
findings, the rows that failed. Put here the words. Keep out the judging (``findings/gx.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.canonical import document
from dedup_assets.evidence.layout import GX_RESULTS
from dedup_assets.evidence.tables import ask, fetched
from dedup_assets.findings.suites import load_suites

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from dedup_assets.evidence.bag import Bag
    from dedup_assets.evidence.period import Scope


def write_gx_results(con: duckdb.DuckDBPyConnection, scope: Scope, expectations: Path, bag: Bag) -> None:
    """Write one line a department and rule that was judged at the period's date."""
    stated = {each["meta"]["rule"]: each for suite in load_suites(expectations) for each in suite.raw["expectations"]}
    columns = ask(con, "dated", {"table": "rule_result", "departments": scope.counted, "as_of": scope.as_of})
    unrestricted = frozenset(scope.unrestricted)
    with bag.open(GX_RESULTS) as file:
        for row in fetched(con, columns):
            if row["as_of"] == scope.as_of and row["rule_id"] in stated and row["status"] != "not_applicable":
                quoting = row["department"] in unrestricted
                file.write(document(_result(row, stated[row["rule_id"]], row["reason"] if quoting else None)))


def _result(row: Mapping[str, Any], stated: Mapping[str, Any], reason: str | None) -> dict[str, Any]:
    evaluated, failing = row["evaluated"], row["failing"]
    raised = row["status"] == "error"
    return {
        "department": row["department"],
        "as_of": row["as_of"].isoformat(),
        "suite_name": row["suite"],
        "success": row["status"] == "pass",
        "status": row["status"],
        "expectation_config": {
            "type": stated["type"],
            "kwargs": {**stated["kwargs"], "mostly": row["mostly"]},
            "meta": {"rule": row["rule_id"]},
        },
        "result": {
            "nonmissing_count": evaluated,
            "unexpected_count": failing,
            "unexpected_percent_nonmissing": 100 * failing / evaluated if evaluated else None,
        },
        "exception_info": {"raised_exception": raised, "exception_message": reason if raised else None},
    }
