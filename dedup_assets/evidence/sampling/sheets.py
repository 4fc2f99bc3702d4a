"""Trace-to-source sheets: one page a case, with what the warehouse says and where an auditor sees it for themself.

Put here what a sheet shows. Keep out how it is set (``papers/render.py``) and what is drawn (``draw.py``).
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Paper, Points, Text
from dedup_assets.review.audit_store import OUTCOMES
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from dedup_assets.evidence.papers.paper import Block
    from dedup_assets.evidence.sampling.draw import Case, Sample
    from dedup_assets.findings.suites import Rule

# Columns of image_record that the warehouse adds to what was sent.
_OWN = frozenset(
    {
        "delivery_id", "department", "as_of", "row_no", "missing_values", "mandatory_values", "typed_values",
        "invalid_values",
    }
)  # fmt: skip

_ASKED = {
    "finding": "Does the source bear the finding out?",
    "record": "No rule found anything wrong with this record. Does the source bear out that nothing is?",
}


def sheets(
    con: duckdb.DuckDBPyConnection, sample: Sample, titles: Mapping[str, str], rules: Sequence[Rule]
) -> Iterator[Paper]:
    """A paper for each department of the sample, a page a case. ``titles``: of the departments, by name."""
    known = {each.id: each for each in rules}
    ordered = sorted(sample.cases, key=lambda each: (each.department, each.kind, each.rule_id or "", each.place))
    for department, cases in groupby(ordered, key=lambda each: each.department):
        blocks = [block for case in cases for block in _sheet(con, case, known)]
        draft = (
            "Working paper of the auditor, to be filled in and signed. The boxes are empty because nobody has looked "
            "yet; enter the same answers in results.csv."
        )
        about = Text(
            f"Sample {sample.sample_id} as of {sample.as_of}, seed {sample.seed}, at most {sample.per_stratum} cases "
            "of each department and rule."
        )
        title = f"Trace to source: {titles[department]}"
        yield Paper(f"sheets-{department}", title, draft, (about, *blocks))


def _sheet(con: duckdb.DuckDBPyConnection, case: Case, rules: Mapping[str, Rule]) -> Iterator[Block]:
    delivery = _row(con, "sample_delivery", {"delivery_id": case.delivery_id})
    record = _row(con, "sample_row", {"delivery_id": case.delivery_id, "row_no": case.row_no})
    yield Heading(f"{case.case_id}: {_about(case, rules)}", new_page=True)
    stratum = case.rule_id or "records without an open finding"
    yield Fields(
        (
            ("Subject", case.subject),
            ("Stratum", f"{case.department}, {stratum}: case {case.place} drawn of {case.population:,}"),
        )
    )
    yield Heading("Where to look", level=3)
    yield Fields(tuple(_where(case, delivery, record)))
    if record:
        yield Heading("What the manifest row says", level=3)
        sent = [(name, value) for name, value in record.items() if name not in _OWN and value is not None]
        yield Fields(tuple((name, str(value)) for name, value in sent))
        yield Heading("What the file held", level=3)
        yield Fields(tuple(_file(con, case, record)))
    if case.condition is not None:
        yield Heading("What the finding says", level=3)
        rule = rules.get(str(case.rule_id))
        yield Fields(
            (
                ("Condition", case.condition),
                *((("Criteria", rule.criteria), ("What should hold", rule.description)) if rule else ()),
                *((name, _said(value)) for name, value in json.loads(case.evidence or "{}").items()),
            )
        )
    yield Heading("What you found", level=3)
    yield Text(_ASKED[case.kind])
    yield Points(OUTCOMES, boxes=True)
    yield Blanks(("Auditor", "Date", "Note"))


def _about(case: Case, rules: Mapping[str, Rule]) -> str:
    if case.rule_id is None:
        return "no finding"
    rule = rules.get(case.rule_id)
    return f"{case.rule_id} {rule.title}" if rule else case.rule_id


def _where(case: Case, delivery: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not delivery:
        yield "Manifest", "none: the finding is that there is no delivery for this date"
        return
    yield "Manifest", f"{delivery['uri']} (below the landing zone), as of {delivery['as_of']}"
    yield "Its sha256", str(delivery["sha256"])
    if case.row_no is None:
        yield "Rows", f"{delivery['rows_in']:,} in the manifest, {delivery['rows_rejected']:,} of them rejected"
    else:
        yield "Row", f"{case.row_no}, counted from 1 at the first row below the header"
    if record.get("storage_uri"):
        yield "File", f"{case.department}/{record['storage_uri']} (below the landing zone)"


def _file(con: duckdb.DuckDBPyConnection, case: Case, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if record.get("storage_uri") is None:
        yield "File", "the department delivers no pictures, or this row names none"
        return
    held = _row(con, "sample_file", {"delivery_id": case.delivery_id, "storage_uri": record["storage_uri"]})
    if not held:
        yield "File", "it was not looked at"
        return
    yield "Read as", f"{held['status']}{': ' + held['reason'] if held['reason'] else ''}"
    if held["sha256"]:
        yield "sha256", str(held["sha256"])
        yield "Bytes", f"{held['byte_size']:,}"


def _row(con: duckdb.DuckDBPyConnection, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The one row of a query; empty when there is none."""
    found = con.execute(query("evidence.sampling", name), dict(given))
    columns = [each[0] for each in found.description or ()]
    row = found.fetchone()
    return dict(zip(columns, row, strict=True)) if row else {}


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
