"""Results made again from a bundle's inputs: equal to the byte, or the difference shown as rows."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dedup_assets.cli.main import app
from dedup_assets.deliveries.department import load_departments
from dedup_assets.deliveries.landing import calendar
from dedup_assets.engines import SilentProgress
from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.bundle import Asked, Signing, bundle
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.keys import generate, private_key
from dedup_assets.evidence.reperform import Reperformed, reperform
from dedup_assets.evidence.reperform_compare import compare
from dedup_assets.evidence.reperform_decisions import take_decisions
from dedup_assets.evidence.reperform_inputs import InputError, Start
from dedup_assets.evidence.reperform_steps import perform
from dedup_assets.review.store import store_of
from dedup_assets.settings import Settings
from dedup_assets.warehouse import CITY, Home

if TYPE_CHECKING:
    from pathlib import Path

BODYCAM = "lapd_bwv"
WHEN = datetime(2026, 5, 15, 12, tzinfo=UTC)


def evidence_row(number: int, **said: str) -> str:
    """A line of the manifest; rows of one number are copies of one recording."""
    return json.dumps(
        {
            "evidenceId": f"EV-{number:06d}", "deviceSerial": f"C{number:04d}", "durationSeconds": str(60 + number),
            "recordedOn": "2026-03-05T12:16:27-08:00", "uploadedOn": "2026-03-05T14:42:56-08:00",
            "checksum": f"{number:064x}", "contentType": "video/mp4", "sizeBytes": str(1000 + number),
            "sourceSystem": "index", "exportBatch": "DOCK-1", **said,
        }
    )  # fmt: skip


class Place:
    """A city of one department that delivers metadata, its run done, its bundles signed."""

    def __init__(self, root: Path) -> None:
        self.root, self.landing = root, root / "city" / "landing"
        (root / "city" / "registry").mkdir(parents=True)
        for as_of, rows in (
            ("2026-04-30", [evidence_row(1), evidence_row(2), evidence_row(3, checksum="")]),
            ("2026-05-31", [evidence_row(1), evidence_row(2), evidence_row(4, checksum=f"{2:064x}"), evidence_row(5)]),
        ):
            folder = self.landing / BODYCAM / as_of
            folder.mkdir(parents=True)
            (folder / "manifest.jsonl").write_text("\n".join(rows) + "\n")
        shipped = Settings()
        shutil.copytree(shipped.departments / BODYCAM, root / "departments" / BODYCAM)
        document = root / "departments" / BODYCAM / "defs.yaml"
        document.write_text(document.read_text().replace("restricted: true", "restricted: false"))
        self.own = Settings(home=root / "home", departments=root / "departments")
        self.departments = load_departments(self.own.departments)
        self.home = Home(self.own.home)
        generate(root / "key")
        self.run()

    def run(self) -> None:
        own = self.own
        begin = Start(
            images=self.landing, manifests=self.landing, registry=self.root / "none",
            departments=tuple(self.departments), contracts=own.departments, expectations=own.expectations,
            policy=own.policy, checked=0,
        )  # fmt: skip
        dates = calendar(str(self.landing), self.departments, None)
        perform(self.home, begin, own, dates, whole=True, progress=SilentProgress(), notice=lambda _: None)

    def bundle(self, out: str, period: str = "latest") -> Path:
        asked, signing = Asked(period), Signing(private_key(self.root / "key"))
        return bundle(self.home, self.departments, self.own, asked, signing, out=self.root / out, runs={}).path

    def reperform(self, path: Path, work: Path, landing: Path | None = None) -> Reperformed:
        return reperform(
            path, landing or self.landing, self.root / "city" / "registry", self.own, work, show=3,
            progress=SilentProgress(), notice=lambda _: None,
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("reperform"))
    with made.home.warehouse(CITY).read() as con:
        (found,) = con.execute("select min(finding_id) from finding_status where status = 'open'").fetchall()[0]
    store = store_of(made.home, CITY)
    store.decide(found, "not_a_problem", "a known camera", "ana", at=WHEN, evidence_class="rule")
    made.run()
    store.undo(found, "after the run, so no result knows it", "ana", at=WHEN)
    return made


@pytest.fixture(scope="module")
def made(place: Place) -> Path:
    return place.bundle("bundles")


def test_every_table_is_made_again_to_the_byte_decisions_included(place: Place, made: Path, tmp_path: Path) -> None:
    found = place.reperform(made, tmp_path / "work")
    assert [each.table for each in found.tables if not each.equal] == []
    counts = {each.table: each.rows for each in found.tables}
    assert counts["finding"] > 1
    assert counts["score_history"] == 4  # the department and, as none is restricted, the city; two dates
    assert counts["decision"] == 1
    assert len(store_of(Home(tmp_path / "work" / "home"), CITY).entries()) == 1  # not the one that came after the run
    assert found.inputs == 2


def test_a_bundle_of_an_earlier_period_needs_no_later_delivery(place: Place, tmp_path: Path) -> None:
    early = place.bundle("early", "2026-04")
    landing = tmp_path / "landing"
    shutil.copytree(place.landing / BODYCAM / "2026-04-30", landing / BODYCAM / "2026-04-30")
    found = place.reperform(early, tmp_path / "work", landing)
    assert found.equal
    assert {each.table for each in found.tables} >= {"finding", "ledger_balance", "score_history"}
    assert any("finding_status" in each for each in found.left)


def test_rows_that_were_changed_and_signed_again_are_shown(place: Place, tmp_path: Path) -> None:
    forged = Home(tmp_path / "home")
    shutil.copytree(place.home.root, forged.root)
    with forged.warehouse(CITY).connect() as con:
        con.execute("update score_history set score = 99 where department = ? and as_of = '2026-05-31'", [BODYCAM])
        con.execute("delete from ledger_event where as_of = '2026-05-31'")
    other = replace_home(place, forged)
    path = other.bundle(str(tmp_path / "forged"))
    result = CliRunner().invoke(app, ["reperform", str(path), "--inputs", str(place.root / "city"), "--show", "2"])
    assert result.exit_code == 1
    different = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("DIFFERENT")]
    assert different == ["ledger_event:", "score_history:"]
    stated = [json.loads(line[2:]) for line in result.stdout.splitlines() if line.startswith("- ")]
    assert [each["score"] for each in stated] == [99]
    assert "equal      finding:" in result.stdout


def test_the_first_input_that_is_another_or_absent_is_named(place: Place, made: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(place.landing, landing)
    manifest = landing / BODYCAM / "2026-05-31" / "manifest.jsonl"
    manifest.write_text(manifest.read_text().replace("DOCK-1", "DOCK-2"))
    with pytest.raises(InputError, match=r"2026-05-31/manifest\.jsonl is not the file that was read"):
        place.reperform(made, tmp_path / "one", landing)
    manifest.unlink()
    with pytest.raises(InputError, match=r"2026-05-31/manifest\.jsonl cannot be read"):
        place.reperform(made, tmp_path / "two", landing)


def test_inputs_do_not_lead_out_of_their_folder(place: Place, made: Path, tmp_path: Path) -> None:
    path = tmp_path / made.name
    shutil.copytree(made, path)
    stated = json.loads((path / layout.INPUTS).read_text())
    stated["manifests"][0]["uri"] = "../../outside.jsonl"
    (path / layout.INPUTS).write_text(json.dumps(stated))
    with pytest.raises(Fault, match="leads out"):
        place.reperform(path, tmp_path / "work")


def test_decisions_that_do_not_hang_together_are_refused(place: Place, made: Path, tmp_path: Path) -> None:
    path = tmp_path / made.name
    shutil.copytree(made, path)
    content = (path / layout.ENTRIES).read_text()
    (path / layout.ENTRIES).write_text(content.replace("a known camera", "an unknown camera"))
    with pytest.raises(Fault, match="entry 1 was changed"):
        take_decisions(path, store_of(Home(tmp_path / "one"), CITY))
    (path / layout.ENTRIES).write_text("")
    with pytest.raises(Fault, match="does not follow"):
        take_decisions(path, store_of(Home(tmp_path / "two"), CITY))


def test_the_committees_bundle_cannot_be_made_again(place: Place, tmp_path: Path) -> None:
    asked, signing = Asked("latest", tier="committee"), Signing(private_key(place.root / "key"))
    path = bundle(place.home, place.departments, place.own, asked, signing, out=tmp_path / "c", runs={}).path
    with pytest.raises(UserError, match="take the auditor's"):
        place.reperform(path, tmp_path / "work")


def test_a_folder_with_files_is_not_worked_in(made: Path, place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = CliRunner().invoke(
        app, ["reperform", str(made), "--inputs", str(place.root / "city"), "--work", str(tmp_path)]
    )
    assert isinstance(result.exception, UserError)
    assert "not empty" in str(result.exception)
    assert (tmp_path / "file").read_text() == "mine"


LINES = st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8)


@given(LINES, LINES)
def test_a_comparison_is_that_of_the_two_as_multisets(stated: list[bytes], made: list[bytes]) -> None:
    found = compare("t", stated, made, show=2)
    assert found.equal == (stated == made)
    assert found.rows == len(stated)
    only = {each: stated.count(each) - made.count(each) for each in {*stated, *made}}
    assert found.missing == sum(count for count in only.values() if count > 0)
    assert found.added == -sum(count for count in only.values() if count < 0)
    assert len(found.shown) == min(2, found.missing) + min(2, found.added)
    assert {line[2:].encode() for line in found.shown if line[0] == "-"} <= set(stated)


def replace_home(place: Place, home: Home) -> Place:
    """The same city over another home."""
    other = object.__new__(Place)
    other.__dict__.update(place.__dict__, home=home, own=place.own.model_copy(update={"home": home.root}))
    return other
