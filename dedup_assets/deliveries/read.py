"""Reading a department's deliveries into its pool: which manifests are new, which are in force, what each date has.

Put here the order and the bookkeeping over all deliveries of one department. Keep out how one is read (``intake.py``).

The tables are a function of the manifests seen and the contract, not of the order in which they arrived: whether a
manifest only repeats another is decided by their dates, which one is in force by their versions.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedup_assets.deliveries import landing as landing_zone
from dedup_assets.deliveries.intake import Delivery, clear, take_in, write
from dedup_assets.deliveries.manifest import Remarks, quoted
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department
    from dedup_assets.deliveries.landing import ManifestFile

_BUCKET = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}
_NAMES_SHOWN = 10


@dataclass
class DeliveryReport:
    """What one call of ``read_deliveries`` did. Of a restricted department it holds nothing from inside a manifest.

    ``read`` manifests were read by this call, ``skipped`` ones were dealt with before (or hold the same bytes as
    another version of their date), ``repeated`` ones were found to repeat an earlier date; ``superseded`` deliveries
    are out of force since this call. The rows are those of the manifests read by this call. ``deliveries`` are all rows
    of the table delivery as it stands now, for figures that do not depend on which run read what.
    """

    manifests_seen: int = 0
    read: int = 0
    skipped: int = 0
    repeated: int = 0
    superseded: int = 0
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    notes: list[str] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True)
class _Arrival:
    """A delivery as the landing zone and the table know it; ``file`` is None once it vanished from the landing zone."""

    wanted: Delivery
    file: ManifestFile | None
    known: Delivery | None


def read_deliveries(  # noqa: PLR0917  # the six things that a department's asset has at hand
    con: duckdb.DuckDBPyConnection,
    landing: str,
    department: Department,
    contract: Contract,
    calendar: Sequence[date],
    notice: Callable[[str], None],
) -> DeliveryReport:
    """Read every manifest of ``department`` that this pool has not read under this contract, in order of date.

    Writes delivery, image_record, rejected_row and period. Each manifest is one transaction together with the
    department's periods, so a killed process leaves whole deliveries only. ``con`` must not be in a transaction.
    ``landing`` is a folder or an fsspec URL; ``calendar`` as of ``landing.calendar``; ``notice`` is called with a line
    for each manifest read.

    Raises BalanceError when a row was lost; whatever is wrong with a manifest is written to the tables instead.
    """
    reading = _Reading(con, department, contract, calendar, notice)
    survey = landing_zone.survey(landing, department.name)
    reading.note_names("folders not named after a date (YYYY-MM-DD)", survey.no_dates)
    reading.note_names("dates without a manifest", survey.no_manifests)
    reading.note_names("manifests not read, beside another one of the same version", survey.strays)
    reading.run(survey.manifests)
    return reading.report


class _Reading:
    """One call of ``read_deliveries``."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        department: Department,
        contract: Contract,
        calendar: Sequence[date],
        notice: Callable[[str], None],
    ) -> None:
        self.con, self.department, self.contract, self.calendar = con, department, contract, calendar
        self.notice = notice
        self.report = DeliveryReport()
        self.present: list[str] = []  # ids of the deliveries whose manifest lies in the landing zone

    def run(self, files: list[ManifestFile]) -> None:
        """Bring the tables up to date with ``files``."""
        before = self._known()
        arrivals = self._arrivals(files, before)
        self.present = sorted(each.wanted.delivery_id for each in arrivals if each.file)
        first: dict[str, date] = {}  # the date for which bytes were first read
        for arrival in arrivals:
            done = self._bring_up(arrival, first.get(arrival.wanted.sha256))
            if done and done.status == "read":
                first.setdefault(done.sha256, done.as_of)
        with self._transaction():
            self._settle()
        after = self._known()
        self.report.deliveries = list(after.values())
        self.report.superseded = sum(
            each.status != "repeated" and not each.in_force and (not known or known.in_force)
            for each in after.values()
            for known in [before.get(each.delivery_id)]
        )

    def _known(self) -> dict[str, Delivery]:
        rows = self.con.execute(
            "select * from delivery where department = ? order by as_of, version, delivery_id", [self.department.name]
        ).fetchall()
        return {row[0]: Delivery(*row) for row in rows}

    def _arrivals(self, files: list[ManifestFile], known: dict[str, Delivery]) -> list[_Arrival]:
        """Every delivery, seen now or known from before, by date and version."""
        arrivals = {each.delivery_id: _Arrival(each, None, each) for each in known.values()}
        for file in files:
            self.report.manifests_seen += 1
            try:
                sha256, size = landing_zone.digest(file.path)
            except OSError as error:
                self._note(f"{file.uri} could not be opened ({type(error).__name__}); what was read before stays")
                continue
            # Of versions of one date with the same bytes, one delivery, the highest counts: files come in order.
            wanted = self._delivery(file, sha256, size)
            earlier = arrivals.get(wanted.delivery_id)
            self.report.skipped += earlier is not None and earlier.file is not None
            arrivals[wanted.delivery_id] = _Arrival(wanted, file, known.get(wanted.delivery_id))
        return sorted(arrivals.values(), key=lambda each: (each.wanted.as_of, each.wanted.version, each.wanted.sha256))

    def _delivery(self, file: ManifestFile, sha256: str, size: int) -> Delivery:
        key = f"{self.department.name}\n{file.as_of}\n{sha256}"
        return Delivery(
            delivery_id=hashlib.sha256(key.encode()).hexdigest()[:16],
            department=self.department.name,
            as_of=file.as_of,
            version=file.version,
            uri=file.uri,
            format=file.format,
            sha256=sha256,
            byte_size=size,
            status="read",
            reason=None,
            in_force=False,
            contract_version=self.contract.version,
            contract_sha256=self.contract.sha256,
        )

    def _bring_up(self, arrival: _Arrival, original: date | None) -> Delivery | None:
        """The delivery of one arrival, read if need be; ``original`` is an earlier date with the same bytes."""
        known, wanted = arrival.known, arrival.wanted
        if original:
            return self._repeat(arrival, original)
        if not arrival.file:
            return known
        if not known or known.status == "repeated" or _read_as(known) != _read_as(wanted):
            return self._read(arrival, arrival.file)
        self.report.skipped += 1
        if (known.version, known.uri) != (wanted.version, wanted.uri):
            known = replace(known, version=wanted.version, uri=wanted.uri)
            write(self.con, known)
        return known

    def _repeat(self, arrival: _Arrival, original: date) -> Delivery:
        repeated = replace(
            arrival.wanted,
            status="repeated",
            reason=f"repeats the one of {original} byte for byte",
            rows_in=0,
            rows_accepted=0,
            rows_rejected=0,
        )
        if arrival.known and replace(arrival.known, in_force=False) == replace(repeated, in_force=False):
            self.report.skipped += arrival.file is not None
            return repeated
        with self._transaction():
            clear(self.con, repeated.delivery_id)
            write(self.con, repeated)
            self._settle()
        self.notice(f"{_label(repeated)}: {repeated.reason}")
        self.report.repeated += arrival.file is not None
        return repeated

    def _read(self, arrival: _Arrival, file: ManifestFile) -> Delivery | None:
        try:
            content, sha256 = landing_zone.snapshot(file.path, self._folder())
        except OSError as error:
            self._note(f"{file.uri} could not be opened ({type(error).__name__}); the next run will try again")
            return arrival.known
        remarks = Remarks()
        with content:
            if sha256 != arrival.wanted.sha256:
                self._note(f"{file.uri} changed while it was being read; the next run will read it")
                return arrival.known
            with self._transaction():
                done = take_in(self.con, arrival.wanted, content, self.contract, remarks)
                self._settle()
        self._count(done, remarks)
        return done

    def _count(self, done: Delivery, remarks: Remarks) -> None:
        self.report.read += 1
        self.report.rows_in += done.rows_in
        self.report.rows_accepted += done.rows_accepted
        self.report.rows_rejected += done.rows_rejected
        counts = f"{done.rows_in:,} rows, {done.rows_rejected:,} rejected"
        self.notice(f"{_label(done)}: {f'{done.status}: {done.reason}' if done.reason else counts}")
        for note in remarks.notes:
            self._note(f"{done.uri}: {note}")
        if remarks.absent:
            self._note(f"{done.uri}: has no column {', '.join(remarks.absent)}; their cells count as blank")
        self.note_names(f"{done.uri}: columns left out, as the contract lacks them", remarks.unknown)

    def _note(self, text: str) -> None:
        self.report.notes.append(text)

    def note_names(self, what: str, names: list[str]) -> None:
        """Note which ``names`` are ``what``, if there are any.

        Anybody can name a file or a column anything, so a restricted department's are counted only.
        """
        if self.department.restricted:
            shown = [f"{len(names):,}"]
        else:
            shown = [quoted(name) for name in names[:_NAMES_SHOWN]]
            shown += [f"and {len(names) - _NAMES_SHOWN:,} more"] * (len(names) > _NAMES_SHOWN)
        if names:
            self._note(f"{what}: {', '.join(shown)}")

    def _settle(self) -> None:
        """Which deliveries are in force, and what each date has, from the deliveries written so far."""
        name = self.department.name
        self.con.execute(query("deliveries", "delivery_in_force"), {"department": name, "present": self.present})
        self.con.execute("delete from period where department = ?", [name])
        self.con.execute(
            query("deliveries", "period"),
            {
                "department": name,
                "calendar": list(self.calendar),
                "bucket": _BUCKET[self.department.cadence],
                "due_days": self.department.due_days,
            },
        )

    def _folder(self) -> str | None:
        """The folder of the pool's file; None for a pool in memory."""
        path = self.con.execute(
            "select path from duckdb_databases() where database_name = current_database()"
        ).fetchall()
        return str(Path(path[0][0]).parent) if path and path[0][0] else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.con.begin()
        try:
            yield
        except BaseException:
            self.con.rollback()
            raise
        self.con.commit()


def _read_as(delivery: Delivery) -> tuple[str, str | None]:
    """What, beside its bytes, decides what reading a manifest gives."""
    return delivery.contract_sha256, delivery.format


def _label(delivery: Delivery) -> str:
    version = f" version {delivery.version}" if delivery.version > 1 else ""
    return f"{delivery.department} {delivery.as_of}{version}"
