"""Every finding of one department with where it stands, and the records of its own that they name.

Put here the reading, for a department's own tier alone: these rows name records. Keep out pages and wording.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing.rows import ExampleRow, TwinRow
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import duckdb

    from dedup_assets.publishing.rows import Rows

_OF_EXAMPLE = tuple(ExampleRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding as it was last seen; ``example`` has its subject, condition, evidence and photograph.

    ``status``: open, closed, verified or withdrawn. ``cause_detail`` is JSON; ``disposal_basis``, the law
    behind ``disposal``, is empty unless the finding is about an open copy.
    """

    example: ExampleRow
    severity: str
    status: str
    opened_on: date
    due_on: date
    ended_on: date | None
    verified_on: date | None
    is_late: bool
    cause: str
    cause_detail: str
    disposal: str
    disposal_basis: str


def read_findings(con: duckdb.DuckDBPyConnection, department: str) -> list[FindingRow]:
    """The findings of a department of the pool of ``con``: the open ones first, the earliest deadline first."""
    result: Any = con.execute(query("publishing", "finding_list_rows"), {"department": department})
    columns = [each[0] for each in result.description]
    rows = []
    for values in result.fetchall():
        row = dict(zip(columns, values, strict=True))
        example = ExampleRow(**{name: row.pop(name) for name in _OF_EXAMPLE})
        rows.append(FindingRow(example, **row))
    return rows


def read_twins(
    con: duckdb.DuckDBPyConnection, department: str, findings: Iterable[FindingRow]
) -> dict[tuple[str, str], TwinRow]:
    """The department's own records that its findings name beside the one they are about, by department and image id.

    A record of another department is named by its id in the finding's sentence, and nothing else of it is read.
    """
    named = sorted({each.example.named for each in findings if each.example.named})
    own = [each for each in named if each[0] == department]
    asked = {
        "departments": [department],
        "named_departments": [each[0] for each in own],
        "named_images": [each[1] for each in own],
    }
    result: Any = con.execute(query("publishing", "twin_rows"), asked)
    columns = [each[0] for each in result.description]
    twins = [TwinRow(**dict(zip(columns, row, strict=True))) for row in result.fetchall()]
    return {(each.department, each.image_id): each for each in twins}


def with_every_finding(con: duckdb.DuckDBPyConnection, department: str, rows: Rows) -> Rows:
    """The rows with all findings of a department for examples, and the records that they name: what its album shows."""
    findings = read_findings(con, department)
    return replace(rows, examples=[each.example for each in findings], twins=read_twins(con, department, findings))
