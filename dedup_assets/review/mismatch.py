"""Reports that a picture is filed on the wrong parcel: a store beside the decisions, and the way into a pool.

Anybody may report, so a report is a claim and no decision: it is evidence of its own source, and it names a role and
no person. Put here the store and the table. Keep out what follows from a report (``findings.attribution``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.review.chain import ChainFile
from dedup_assets.review.entry import checked_moment, checked_text, moment, moment_text
from dedup_assets.review.subject import DecisionError
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

FILE = "mismatch_reports.sqlite"
GENESIS = hashlib.sha256(b"dedup mismatch reports 1").hexdigest()

_SCHEMA = pa.schema(
    [
        ("report_no", pa.int64()),
        ("report_sha256", pa.string()),
        ("sha256", pa.string()),
        ("filed_apn", pa.string()),
        ("to_apn", pa.string()),
        ("reason", pa.string()),
        ("reporter", pa.string()),
        ("reported_at", pa.timestamp("us")),
    ]
)


class Reporter(StrEnum):
    """In which role somebody reports. Names are not asked for: a correction does not depend on who asks for it."""

    resident = "resident"
    applicant = "applicant"
    staff = "staff"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One report, never changed. ``contents``: digests, in order, joined by commas; ``at`` in universal time.

    ``sha256`` is the digest of everything else, ``previous`` that of the report before.
    """

    report_no: int
    contents: str
    filed_apn: str
    to_apn: str | None
    reason: str
    reporter: Reporter
    at: datetime
    previous: str
    sha256: str


class MismatchStore:
    """The reports of the city's pool. The file is made with the first one; until then it reads as empty."""

    def __init__(self, folder: Path, patience: float = 30.0) -> None:
        self._file = ChainFile(folder / FILE, "mismatch_entry", "a store of reports", patience)

    def report(
        self,
        contents: Sequence[str],
        *,
        filed_apn: str,
        to_apn: str | None,
        reason: str,
        reporter: Reporter,
        at: datetime,
    ) -> Mismatch:
        """Add a report that the picture of ``contents`` does not belong on ``filed_apn``. ``at`` names its time zone.

        Raises DecisionError without a content, for one parcel in both places, and for a reason that is no plain text.
        """
        if not contents:
            raise DecisionError("a report must be about a picture that is on file")
        if filed_apn == to_apn:
            raise DecisionError(f"{filed_apn} is given as the wrong parcel and as the right one; leave one of them out")
        said = checked_text("the reason", reason)
        with self._file.appending() as con:
            last = self._file.rows("last_mismatch", {}, con)
            number, previous = last[0] if last else (0, GENESIS)
            made = Mismatch(
                number + 1, ",".join(sorted(contents)), filed_apn, to_apn, said, reporter, checked_moment(at),
                previous, "",
            )  # fmt: skip
            made = replace(made, sha256=digest(made))
            con.execute(query("review", "add_mismatch"), asdict(made) | {"at": moment_text(made.at)})
        return made

    def reports(self) -> list[Mismatch]:
        """Every report, oldest first. Raises DecisionError when one was changed or taken out, naming it."""
        try:
            found = [_mismatch(row) for row in self._file.rows("mismatch_entries", {})]
        except ValueError as error:
            raise self._file.unreadable(error) from error
        previous = GENESIS
        for place, each in enumerate(found, start=1):
            if (each.report_no, each.previous, each.sha256) != (place, previous, digest(each)):
                raise DecisionError(f"{self._file.path}: report {place} was changed; put back its last good copy")
            previous = each.sha256
        return found


def digest(report: Mismatch) -> str:
    """sha256 of a report's fields but its own digest, as a JSON list in the order of ``Mismatch``, without blanks."""
    stated = [
        report.report_no, report.contents, report.filed_apn, report.to_apn, report.reason, report.reporter.value,
        moment_text(report.at), report.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def load_mismatch_reports(con: duckdb.DuckDBPyConnection, store: MismatchStore) -> int:
    """Replace ``mismatch_report`` by what the store says; returns the number of reports. Raises as the store does."""
    reports = store.reports()
    rows = [
        {
            "report_no": each.report_no,
            "report_sha256": each.sha256,
            "sha256": content,
            "filed_apn": each.filed_apn,
            "to_apn": each.to_apn,
            "reason": each.reason,
            "reporter": each.reporter.value,
            "reported_at": each.at.replace(tzinfo=None),
        }
        for each in reports
        for content in each.contents.split(",")
    ]
    with atomic(con):
        con.execute("delete from mismatch_report")
        con.register("new_mismatch_report", pa.Table.from_pylist(rows, schema=_SCHEMA))
        con.execute(query("review", "mismatch_report"))
        con.unregister("new_mismatch_report")
    return len(reports)


def _mismatch(row: tuple[Any, ...]) -> Mismatch:
    number, contents, filed_apn, to_apn, reason, reporter, at, previous, sha256 = row
    return Mismatch(number, contents, filed_apn, to_apn, reason, Reporter(reporter), moment(at), previous, sha256)
