"""The tables of the open data, from the view of the public site.

Put here columns, their types and meanings, and the rows. A count that may not be shown is an empty cell, and the column
``<count>_note`` says how it is hidden: so numbers stay numbers for whoever reads them with a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dedup_assets.publishing.figures import LEDGER_TERMS
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.table_file import Cell
    from dedup_assets.publishing.view import DepartmentView, ScorePoint, SiteView

Type = Literal["string", "integer", "number", "date", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type as Data Package has it, what it means, and whether every row has it."""

    name: str
    type: Type
    means: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``key``: the columns that are together unique."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


_DEPARTMENT = Column("department", "string", "Name of the department; city for all of them together.")
_AS_OF = Column("as_of", "date", "The date that the row is about.")


def tables(site: SiteView) -> list[Table]:
    """Every table, of the departments in the order of their names and of dates from the oldest."""
    departments = sorted(site.city.departments, key=lambda each: each.name)
    return [
        _departments(departments),
        _scores(site, departments),
        _measures(departments),
        _rules(departments),
        _ledger(site, departments),
        _deliveries(departments),
    ]


def _departments(departments: Sequence[DepartmentView]) -> Table:
    columns = (
        Column("department", "string", "Name of the department, as the other tables have it."),
        Column("title", "string", "What the department is called."),
        Column("system", "string", "The system that the images are kept in."),
        Column("restricted", "boolean", "Whether only sums and shares of its records leave the department."),
        Column("has_images", "boolean", "Whether images are delivered, or descriptions of recordings alone."),
        *_count("images", "Image records of the newest delivery."),
        *_count("open_findings", "Findings that are open."),
        *_count("critical_findings", "Open findings of severity critical."),
        *_count("overdue_findings", "Open findings past their deadline."),
    )
    rows = [
        (
            each.name, each.title, each.system, _word(each.restricted), _word(each.has_images),
            *_cells(each.images, each.open_findings, each.critical, each.overdue),
        )
        for each in departments
    ]  # fmt: skip
    return Table("departments", "Departments", ("department",), columns, rows)


def _scores(site: SiteView, departments: Sequence[DepartmentView]) -> Table:
    columns = (
        _DEPARTMENT,
        _AS_OF,
        Column("grade", "string", "Grade by the lower bound; NR: not rated."),
        Column("score", "number", "0 to 100, rounded down; empty when not rated.", required=False),
        Column("lower", "number", "The least that the score can be, rounded down.", required=False),
        Column("upper", "number", "The most that the score can be, rounded up.", required=False),
        Column("coverage", "number", "Share, 0 to 1, of what should be checked that could be checked, rounded down."),
        Column("delivery", "string", "Status of the delivery; empty for the city.", required=False),
        Column("decimals", "integer", "Decimals that score, lower and upper were rounded to; coverage has two more."),
        Column("policy_version", "string", "The policy that the score was computed by.", required=False),
    )
    points: list[tuple[str, ScorePoint]] = [(CITY, point) for point in site.city.trend.points]
    points += [(each.name, point) for each in departments for point in each.trend.points]
    rows = [
        (
            name, p.as_of, p.grade, p.score, p.lower, p.upper, p.coverage, p.status, p.decimals,
            p.policy_version,
        )
        for name, p in points
    ]  # fmt: skip
    return Table("scores", "Scores over time", ("department", "as_of"), columns, rows)


def _measures(departments: Sequence[DepartmentView]) -> Table:
    columns = (
        _DEPARTMENT,
        Column("dimension", "string", "What is measured; the weights stand in policy.json."),
        *_count("defects", "A: what is wrong, of what was measured."),
        *_count("measured", "B: what could be measured."),
        *_count("population", "N: what should be measured."),
    )
    rows = [
        (each.name, line.dimension, *_cells(line.defects, line.measured, line.population))
        for each in departments
        for line in each.measures
    ]
    return Table("measures", "Measures of each department's newest date", ("department", "dimension"), columns, rows)


def _rules(departments: Sequence[DepartmentView]) -> Table:
    columns = (
        _DEPARTMENT,
        Column("rule", "string", "The rule's id."),
        Column("title", "string", "What would be wrong."),
        Column("severity", "string", "critical, warning or info."),
        Column("status", "string", "pass, fail, error, no_data or not_applicable."),
        *_count("failing", "Records that break the rule."),
        *_count("evaluated", "Records that were judged."),
        Column("required", "number", "Share, 0 to 1, that must pass."),
    )
    rows = [
        (
            each.name, line.id, line.title, line.severity, line.status, *_cells(line.failing, line.evaluated),
            line.required,
        )
        for each in departments
        for line in sorted(each.rules, key=lambda line: line.id)
    ]  # fmt: skip
    return Table(
        "rules", "What each rule found at each department's newest date", ("department", "rule"), columns, rows
    )


def _ledger(site: SiteView, departments: Sequence[DepartmentView]) -> Table:
    columns = (_DEPARTMENT, _AS_OF, *(each for term in LEDGER_TERMS for each in _count(term, _LEDGER_MEANS[term])))
    lines = [(CITY, line) for line in reversed(site.city.ledger)]
    lines += [(each.name, line) for each in departments for line in reversed(each.ledger)]
    rows = [(name, line.as_of, *_cells(*(getattr(line, term) for term in LEDGER_TERMS))) for name, line in lines]
    title = "Ledger: opening + new + reopened - closed - withdrawn = closing"
    return Table("ledger", title, ("department", "as_of"), columns, rows)


_LEDGER_MEANS = {
    "opening": "Findings that were open before.",
    "new": "Findings that the delivery shows for the first time.",
    "reopened": "Findings that were gone and are back.",
    "closed": "Findings that the delivery no longer shows.",
    "withdrawn": "Findings that a person decided not to be a problem.",
    "closing": "Findings that are open after.",
}


def _deliveries(departments: Sequence[DepartmentView]) -> Table:
    columns = (
        _DEPARTMENT,
        _AS_OF,
        Column("status", "string", "read, repeated, empty, unreadable, missing or not_due."),
    )
    rows = [(each.name, line.as_of, line.status) for each in departments for line in reversed(each.deliveries)]
    return Table("deliveries", "What was handed in", ("department", "as_of"), columns, rows)


def _count(name: str, means: str) -> Iterator[Column]:
    yield Column(name, "integer", f"{means} Empty when it may not be shown.", required=False)
    yield Column(f"{name}_note", "string", f"How {name} is hidden; empty when it is shown.", required=False)


def _cells(*counts: Count) -> Iterator[Cell]:
    for each in counts:
        yield each.value
        yield None if each.value is not None else str(each.published)


def _word(value: bool) -> str:  # noqa: FBT001  # the cell of a boolean column
    return "true" if value else "false"
