"""Results of a sample: the CSV file that an auditor fills in, and the way back of what they filled in.

Put here the file and what it is held to. Keep out the store (``review/audit_store.py``).
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.sampling.draw import SampleError
from dedup_assets.publishing.table_file import csv_text
from dedup_assets.review.audit_store import OUTCOMES
from dedup_assets.review.entry import checked_text
from dedup_assets.review.subject import DecisionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.evidence.sampling.draw import Sample
    from dedup_assets.review.audit_store import AuditStore

GIVEN = ("sample_id", "seed", "case_id", "kind", "department", "rule_id", "subject")
FILLED = ("outcome", "auditor", "date", "note")
_SHOWN = 10


def results_csv(sample: Sample) -> str:
    """The file to fill in: a row a case, in the order of the sheets, the last four columns blank."""
    rows = [
        (
            sample.sample_id, sample.seed, each.case_id, each.kind, each.department, each.rule_id, each.subject,
            *[None] * len(FILLED),
        )
        for each in sorted(sample.cases, key=lambda its: (its.department, its.kind, its.rule_id or "", its.place))
    ]  # fmt: skip
    return csv_text((*GIVEN, *FILLED), rows)


def enter_results(path: Path, store: AuditStore, *, today: date, at: datetime) -> tuple[int, int]:
    """Enter the rows of ``path`` that have an outcome; returns how many, and how many were entered before.

    All or none. ``today``: in the city, for a date after it is a slip.

    Raises SampleError naming the rows (1 for the first below the header) that name no case of a sample drawn here, name
    one twice, say another thing than was entered before, or are not filled in as they must be.
    """
    known = {(said["sample_id"], said["case_id"]): said for _, said in store.results()}
    samples, seen = store.samples(), dict[tuple[str, str], int]()
    filled, wrong = list[dict[str, Any]](), list[str]()
    for number, row in _rows(path):
        try:
            case = _case(samples, row)
            _refuse_twice(seen, row, number)
            result = _result(case, row, today)
            if result is not None:
                _refuse_changed(known, result)
                filled.append(result)
        except (SampleError, DecisionError) as error:
            wrong.append(f"row {number}: {error}")
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} rows more" if len(wrong) > _SHOWN else ""
        raise SampleError(f"{path}: {'; '.join(wrong[:_SHOWN])}{more}. Nothing was entered")
    fresh = [each for each in filled if (each["sample_id"], each["case_id"]) not in known]
    if fresh:
        store.enter(fresh, at=at)
    return len(fresh), len(filled) - len(fresh)


def _refuse_twice(seen: dict[tuple[str, str], int], row: Mapping[str, str], number: int) -> None:
    first = seen.setdefault((row["sample_id"], row["case_id"]), number)
    if first != number:
        raise SampleError(f"{row['case_id']} stands in row {first} already")


def _refuse_changed(known: Mapping[tuple[str, str], Mapping[str, Any]], result: Mapping[str, Any]) -> None:
    before = known.get((result["sample_id"], result["case_id"]), result)
    if before != result:
        raise SampleError(
            f"{result['case_id']} was entered before, as {before['outcome']} by {before['auditor']} on "
            f"{before['audited_on']}; draw a new sample to look at it again"
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header, counted from 1. A spreadsheet may have saved them with semicolons."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SampleError(f"{path} cannot be read ({error}); save it as CSV in UTF-8") from error
    first = content.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(content, newline=""), delimiter=";" if ";" in first else ",")
    lacking = [each for each in (*GIVEN, *FILLED) if each not in (reader.fieldnames or ())]
    if lacking:
        raise SampleError(f"{path} has no column {', '.join(lacking)}; fill in the results.csv of the sample")
    for number, row in enumerate(reader, start=1):
        yield number, {name: (row[name] or "").strip() for name in (*GIVEN, *FILLED)}


def _case(samples: Mapping[str, Mapping[str, Any]], row: Mapping[str, str]) -> Mapping[str, Any]:
    """What the sample says of the row's case. Raises SampleError when it is none of a sample drawn here."""
    sample = samples.get(row["sample_id"])
    if sample is None:
        raise SampleError(f"the sample {row['sample_id']!r} was not drawn here; of a restricted department, name it")
    if row["seed"] != str(sample["seed"]):
        raise SampleError(f"seed {row['seed']!r} is not that of {row['sample_id']}, which is {sample['seed']}")
    cases: Sequence[Mapping[str, Any]] = sample["cases"]
    case = next((each for each in cases if each["case_id"] == row["case_id"]), None)
    if case is None:
        raise SampleError(f"{row['case_id']!r} is no case of {row['sample_id']}")
    return case


def _result(case: Mapping[str, Any], row: Mapping[str, str], today: date) -> dict[str, Any] | None:
    """The result of a row; None while it has no outcome."""
    outcome = " ".join(row["outcome"].lower().split())
    if not outcome:
        if any(row[each] for each in FILLED):
            raise SampleError(f"it has no outcome; write {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}")
        return None
    if outcome not in OUTCOMES:
        raise SampleError(f"{row['outcome']!r} is no outcome; write {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}")
    return {
        "sample_id": row["sample_id"],
        "case_id": row["case_id"],
        "kind": case["kind"],
        "department": case["department"],
        "rule_id": case["rule_id"],
        "outcome": outcome,
        "auditor": checked_text("the auditor", row["auditor"]),
        "audited_on": _day(row["date"], today).isoformat(),
        "note": checked_text("the note", row["note"]) if row["note"] else "",
    }


def _day(said: str, today: date) -> date:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise SampleError(f"{said!r} is no date; write it as {today.isoformat()}") from None
    if day > today:
        raise SampleError(f"{said} has not come yet")
    return day
