"""How often a rule is right when it finds something, as auditors saw who traced drawn findings to their source.

Put here the counts and the interval. Keep out how samples are drawn and entered back (``evidence/sampling``) and the
sentence for a reader (``publishing``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.matching.wilson import wilson
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb


@dataclass(frozen=True, slots=True)
class Precision:
    """What auditors found about one rule; ``rule_id`` None: about records in which no rule found anything.

    ``department`` None: all together. Of these, ``cannot_tell`` bears on nothing and is only told.
    """

    rule_id: str | None
    department: str | None
    confirmed: int
    not_confirmed: int
    cannot_tell: int

    @property
    def judged(self) -> int:
        """Cases on which the auditors could tell."""
        return self.confirmed + self.not_confirmed

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share that was confirmed, 0 to 1; (0, 1) when nobody could tell.

        It takes the drawn cases for a simple random sample. Within a department and rule that is how they are drawn;
        over several departments it is so only as far as the same share was drawn in each.
        """
        return wilson(self.confirmed, self.judged)


def precision(con: duckdb.DuckDBPyConnection) -> list[Precision]:
    """What auditors found, by rule, records without a finding last; read from ``audit_result`` of one pool."""
    return combined(precision_by_department(con))


def precision_by_department(con: duckdb.DuckDBPyConnection) -> list[Precision]:
    """The same by rule and department."""
    return [Precision(*row) for row in con.execute(query("findings", "precision")).fetchall()]


def combined(parts: Iterable[Precision]) -> list[Precision]:
    """Departments added up by rule, in the order of rules, records without a finding last."""
    by_rule: dict[str | None, list[Precision]] = defaultdict(list)
    for each in parts:
        by_rule[each.rule_id].append(each)
    return [
        Precision(
            rule_id,
            None,
            sum(each.confirmed for each in its),
            sum(each.not_confirmed for each in its),
            sum(each.cannot_tell for each in its),
        )
        for rule_id, its in sorted(by_rule.items(), key=lambda each: (each[0] is None, each[0] or ""))
    ]
