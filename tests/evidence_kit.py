"""A home so small that every byte of its bundle can be turned: two departments, one of them restricted, two dates."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from dedup_assets.deliveries.department import Department, load_departments
from dedup_assets.evidence.bundle import Asked, Bundled, Signing, bundle
from dedup_assets.evidence.keys import generate, private_key
from dedup_assets.findings.finding import finding_id
from dedup_assets.review.store import store_of
from dedup_assets.scoring.measure import DIMENSIONS
from dedup_assets.scoring.policy import load_policy
from dedup_assets.scoring.score import score
from dedup_assets.settings import Settings
from dedup_assets.warehouse import CITY, Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from dedup_assets.evidence.timestamp import Authority

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
OPEN, RESTRICTED = "ladbs_permits", "lapd_booking"
CANARY = "CANARY4711"
RUNS = {"ladbs_permits/finding": "run-1", "city/score_history": "run-2"}

# What is null, not nothing, in a row that says no more.
_BLANK: dict[str, Any] = {"VARCHAR": "", "BOOLEAN": False, "DATE": JUNE}


@dataclass
class Evidence:
    """One home with its settings, its departments and a key."""

    home: Home
    own: Settings
    departments: list[Department]
    key: Path

    def bundle(self, out: Path, period: str = "latest", **more: Any) -> Bundled:
        """A bundle with the test's key; ``more``: fields of Asked, or ``witness`` and ``authority``."""
        signing = Signing(private_key(self.key), more.pop("witness", None), more.pop("authority", None))
        return bundle(self.home, self.departments, self.own, Asked(period, **more), signing, out=out, runs=RUNS)

    @property
    def public(self) -> Path:
        return self.key.with_name(f"{self.key.name}.pub")


def make_home(root: Path) -> Evidence:
    """The home below ``root``, its warehouses closed."""
    shipped = Settings().departments
    for name in (OPEN, RESTRICTED):
        shutil.copytree(shipped / name, root / "departments" / name)
    own = Settings(home=root / "home", departments=root / "departments")
    departments, home = load_departments(own.departments), Home(own.home)
    with home.warehouse(CITY).connect() as con:
        _city(con)
        score(con, load_policy(own.policy), departments)
    with home.warehouse(RESTRICTED).connect() as con:
        for number in range(3):
            _finding(con, RESTRICTED, JUNE, f"{CANARY}-{number}", number)
    when = datetime(2026, 6, 15, 12, tzinfo=UTC)
    for pool, name in ((CITY, OPEN), (RESTRICTED, RESTRICTED)):
        said = CANARY if pool == RESTRICTED else "two houses"
        subject = finding_id(name, "DUP-001", "a-0")
        store_of(home, pool).decide(subject, "not_a_problem", said, "ana", at=when, evidence_class="rule")
    generate(root / "city.key")
    return Evidence(home, own, departments, root / "city.key")


def _city(con: duckdb.DuckDBPyConnection) -> None:
    for name in (OPEN, RESTRICTED):
        for as_of in (MAY, JUNE):
            telling = CANARY if name == RESTRICTED else "plain"
            delivery = f"{telling}-{name}-{as_of}"
            row(con, "period", department=name, as_of=as_of, delivery_id=delivery, status="read", reason=telling)
            row(
                con, "delivery", delivery_id=delivery, department=name, as_of=as_of, version=1, uri=f"{telling}.csv",
                sha256=f"{telling}{as_of}", status="read", in_force=True, reason=telling, rows_in=9, rows_accepted=9,
            )  # fmt: skip
            row(
                con, "rule_result", department=name, as_of=as_of, rule_id="DUP-001", status="fail", severity="warning",
                evaluated=9, failing=4, mostly=0.98, suite="image_fact", reason=telling,
            )  # fmt: skip
            row(con, "ledger_balance", department=name, as_of=as_of, severity="warning", opening=0, new=7, closing=7)
            for dimension in DIMENSIONS:
                row(
                    con, "measure", department=name, as_of=as_of, dimension=dimension, defects=1, measured=8,
                    population=9,
                )  # fmt: skip
    for number in range(7):
        _finding(con, OPEN, MAY, f"a-{number}", number)
    for number in range(2, 9):
        _finding(con, OPEN, JUNE, f"a-{number}", number)
    for number in range(9):
        its = {"finding_id": finding_id(OPEN, "DUP-001", f"a-{number}"), "department": OPEN, "rule_id": "DUP-001"}
        first = MAY if number < 7 else JUNE
        row(con, "ledger_event", **its, as_of=first, event="opened", severity="warning")
        row(con, "finding_status", **its, as_of=JUNE, status="open", first_found_on=first, severity="warning")
        row(
            con, "finding_cause", finding_id=its["finding_id"], department=OPEN, as_of=JUNE if number > 1 else MAY,
            rank=1, cause="batch_replayed", support=1, considered=2, detail='{"share":0.5}',
        )  # fmt: skip


def _finding(con: duckdb.DuckDBPyConnection, department: str, as_of: date, subject: str, row_no: int) -> None:
    row(
        con, "finding", finding_id=finding_id(department, "DUP-001", subject), department=department, as_of=as_of,
        rule_id="DUP-001", subject=subject, row_no=row_no, severity="warning",
        condition=f"Photograph {subject} is stored twice.\nñ {department}",
        evidence=json.dumps({"copies": 2, "distance": 1.5, "of": subject}),
    )  # fmt: skip


def row(con: duckdb.DuckDBPyConnection, table: str, **said: Any) -> None:
    """A row of a table; a column that is not spoken of is zero or blank."""
    about = con.table(table)
    values = [said.get(name, _BLANK.get(str(kind), 0)) for name, kind in zip(about.columns, about.types, strict=True)]
    con.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)


def local_authority(folder: Path) -> tuple[Path, Authority]:
    """A time stamp authority of OpenSSL's own: its root certificate, and what answers requests."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here")
    folder.mkdir()
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\n"
        f"serial = {folder}/serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
        "digests = sha256\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
    )
    (folder / "serial").write_text("01\n")
    ca, own = folder / "ca.pem", folder / "tsa.pem"
    make = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "3650",
    )
    _run(*make, "-subj", "/CN=Root", "-keyout", folder / "ca.key", "-out", ca)
    _run(
        *make, "-subj", "/CN=TSA", "-keyout", folder / "tsa.key", "-out", own, "-CA", ca, "-CAkey", folder / "ca.key",
        "-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "basicConstraints=CA:false",
        "-addext", "keyUsage=digitalSignature",
    )  # fmt: skip

    def answer(request: bytes) -> bytes:
        (folder / "request").write_bytes(request)
        _run(
            "openssl", "ts", "-reply", "-config", folder / "tsa.cnf", "-section", "one", "-queryfile",
            folder / "request", "-inkey", folder / "tsa.key", "-signer", own, "-out", folder / "reply",
        )  # fmt: skip
        return (folder / "reply").read_bytes()

    return ca, answer


@contextmanager
def turned(path: Path, at: int) -> Iterator[None]:
    """One bit of a file is turned inside the block, and put back after it."""
    content = path.read_bytes()
    changed = bytearray(content)
    changed[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(content)


def _run(*command: Any) -> None:
    subprocess.run([str(each) for each in command], check=True, capture_output=True)
