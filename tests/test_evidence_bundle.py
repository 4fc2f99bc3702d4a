"""What is in a bundle, what is not, and that it is made once and the same."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bagit
import pytest
from in_toto_attestation.v1.statement import Statement
from rocrate.rocrate import ROCrate
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from dedup_assets.deliveries.contract import load_contract
from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.chain import ChainError
from dedup_assets.evidence.check_contents import leaves
from dedup_assets.evidence.dsse import read_envelope
from dedup_assets.evidence.keys import KeyFileError, generate, key_id, private_key, public_key
from dedup_assets.evidence.merkle import EMPTY, leaf_hash, node_hash
from dedup_assets.evidence.period import PeriodError
from dedup_assets.evidence.prove import prove
from dedup_assets.evidence.salt import SaltError, openings_of
from dedup_assets.evidence.signatures import envelopes
from dedup_assets.evidence.tables import FINDING, TABLES
from dedup_assets.evidence.verify import verify
from dedup_assets.findings.finding import finding_id
from dedup_assets.findings.law import law_of
from evidence_kit import CANARY, MAY, OPEN, RESTRICTED, Evidence, make_home, turned

if TYPE_CHECKING:
    from dedup_assets.evidence.bundle import Bundled


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return make_home(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def auditor(made: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    return made.bundle(tmp_path_factory.mktemp("auditor"))


@pytest.fixture(scope="module")
def committee(made: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    return made.bundle(tmp_path_factory.mktemp("committee"), tier="committee")


def rows(bundle: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bundle / layout.table(name)).read_bytes().splitlines()]


def contents(bundle: Path) -> dict[str, bytes]:
    return {str(path.relative_to(bundle)): path.read_bytes() for path in bundle.rglob("*") if path.is_file()}


def test_the_same_home_and_key_give_the_same_bytes(made: Evidence, auditor: Bundled, tmp_path: Path) -> None:
    again = made.bundle(tmp_path / "elsewhere")
    assert contents(again.path) == contents(auditor.path)


def test_the_order_in_which_rows_are_stored_does_not_show(made: Evidence, auditor: Bundled, tmp_path: Path) -> None:
    shutil.copytree(made.own.home, tmp_path / "home")
    other = make_other(made, tmp_path)
    with other.home.warehouse().connect() as con:
        for name in (FINDING.name, "ledger_event", "measure"):
            con.execute(f"create temp table kept as select * from {name} order by all desc")
            con.execute(f"delete from {name}")
            con.execute(f"insert into {name} select * from kept")
            con.execute("drop table kept")
    assert contents(other.bundle(tmp_path / "out").path) == contents(auditor.path)


def make_other(made: Evidence, folder: Path) -> Evidence:
    from dedup_assets.settings import Settings
    from dedup_assets.warehouse import Home

    own = Settings(home=folder / "home", departments=made.own.departments)
    return Evidence(Home(own.home), own, made.departments, made.key)


def test_other_tools_read_bag_crate_envelope_and_statement(made: Evidence, auditor: Bundled) -> None:
    assert bagit.Bag(str(auditor.path)).validate()
    crate = ROCrate(str(auditor.path / layout.DATA))
    files = {str(path.relative_to(auditor.path / layout.DATA)) for path in (auditor.path / "data").rglob("*.*l*")}
    assert files - {"ro-crate-metadata.json"} <= {each.id for each in crate.get_by_type("File")}
    (action,) = crate.get_by_type("CreateAction")
    assert {each.id for each in action["result"]} >= {"tables/finding.jsonl", "chain.json"}
    assert action["instrument"]["softwareVersion"]
    (path,) = envelopes(auditor.path)
    envelope = Envelope.from_dict(json.loads(path.read_bytes()))
    pem = made.public.read_text()
    name = key_id(public_key(made.public))
    envelope.verify([SSlibKey(name, "ed25519", "ed25519", {"public": _hex(pem)})], 1)
    Statement.copy_from_pb(Statement(**_statement(envelope.payload)).pb).validate()


def _hex(pem: str) -> str:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return load_pem_public_key(pem.encode()).public_bytes_raw().hex()


def _statement(payload: bytes) -> dict[str, Any]:
    stated = json.loads(payload)
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor

    subjects = [ResourceDescriptor(each["name"], digest=each["digest"]).pb for each in stated["subject"]]
    return {"subjects": subjects, "predicate_type": stated["predicateType"], "predicate": stated["predicate"]}


def test_every_finding_is_there_once_as_it_was_last_seen(auditor: Bundled) -> None:
    found = rows(auditor.path, "finding")
    assert [each["finding_id"] for each in found] == sorted(finding_id(OPEN, "DUP-001", f"a-{n}") for n in range(9))
    seen = {each["subject"]: each["as_of"] for each in found}
    assert (seen["a-0"], seen["a-2"], seen["a-8"]) == ("2026-05-31", "2026-06-30", "2026-06-30")
    assert found[0]["evidence"]["copies"] == 2
    about = json.loads((auditor.path / layout.BUNDLE).read_bytes())
    assert {each["name"] for each in about["tables"]} == {FINDING.name, *(each.name for each in TABLES)}
    assert all((auditor.path / layout.table(each["name"])).exists() for each in about["tables"])


def test_a_bundle_says_whose_results_rest_on_other_rules_than_it_holds(
    made: Evidence, auditor: Bundled, tmp_path: Path
) -> None:
    """The kit's results carry no digest of rules; those of one department get that of the rules in force."""
    assert json.loads((auditor.path / layout.BUNDLE).read_bytes())["judged_by_other_rules"] == [OPEN, RESTRICTED]
    shutil.copytree(made.own.home, tmp_path / "home")
    other = make_other(made, tmp_path)
    (department,) = (each for each in made.departments if each.name == OPEN)
    law = law_of(department, load_contract(made.own.departments / OPEN / "contract.yaml"), made.own.expectations)
    with other.home.warehouse().connect() as con:
        con.execute("update rule_result set rules_sha256 = ? where department = ?", [law.sha256, OPEN])
    about = json.loads((other.bundle(tmp_path / "out").path / layout.BUNDLE).read_bytes())
    assert about["judged_by_other_rules"] == [RESTRICTED]


def test_an_earlier_period_has_nothing_of_later_dates(made: Evidence, auditor: Bundled, tmp_path: Path) -> None:
    may = made.bundle(tmp_path, "2026-05")
    assert may.as_of == MAY
    text = b"".join(its for name, its in contents(may.path).items() if name.startswith("data/tables"))
    assert b"2026-05-31" in text
    assert b"2026-06-30" not in text
    assert {each["subject"] for each in rows(may.path, "finding")} == {f"a-{n}" for n in range(7)}
    absent = {
        each["name"] for each in json.loads((may.path / layout.BUNDLE).read_bytes())["tables"] if "absent" in each
    }
    assert absent == {each.name for each in TABLES if each.of_newest}
    assert verify(may.path).bundle == "2026-05-31-auditor"
    assert may.root != auditor.root


def test_nothing_of_a_restricted_department_but_counts_is_in_a_bundle(auditor: Bundled, committee: Bundled) -> None:
    hidden = [finding_id(RESTRICTED, "DUP-001", f"{CANARY}-{n}") for n in range(3)]
    for path in (auditor.path, committee.path):
        whole = b"".join(contents(path).values())
        for secret in (CANARY, *hidden, hashlib.sha256(CANARY.encode()).hexdigest()):
            assert secret.encode() not in whole
    assert RESTRICTED in {each["department"] for each in rows(auditor.path, "rule_result")}
    for name in ("rule_result", "measure", "ledger_balance", "period"):
        assert {each["department"] for each in rows(committee.path, name)} == {OPEN}


def test_the_leaves_of_an_enclave_tell_neither_who_nor_how_many(made: Evidence, auditor: Bundled) -> None:
    its = [each for each in leaves(auditor.path) if each["pool"] == RESTRICTED]
    assert len(its) == 16
    assert all(set(each) == {"leaf", "pool"} for each in its)
    assert [each["leaf"] for each in its] == sorted(each["leaf"] for each in its)
    (path,) = (made.home.pool(RESTRICTED) / layout.OPENINGS).glob("2026-06-30-auditor.jsonl")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened = [json.loads(line) for line in path.read_bytes().splitlines()]
    findings = {leaf_hash(each["data"].encode()).hex() for each in opened if each["kind"] == "finding"}
    assert len(findings) == 3
    assert findings < {each["leaf"] for each in its}
    stated = json.loads((auditor.path / layout.INPUTS).read_bytes())["manifests"]
    committed = {leaf_hash(each["data"].encode()).hex() for each in opened if each["kind"] == "delivery"}
    assert {each["commitment"] for each in stated if each["department"] == RESTRICTED} == committed


def test_the_committee_sees_no_evidence_no_name_and_the_same_root(auditor: Bundled, committee: Bundled) -> None:
    assert committee.root == auditor.root
    (first, *_) = rows(committee.path, "finding")
    assert set(first) == {"finding_id", "department", "as_of", "rule_id", "subject", "severity"}
    assert all("salt" not in each for each in leaves(committee.path))
    assert b"two houses" not in (committee.path / layout.ENTRIES).read_bytes()
    assert b"two houses" in (auditor.path / layout.ENTRIES).read_bytes()
    for each in rows(committee.path, "score_history"):
        if each["department"] != OPEN:
            assert each["images"] is None
            assert each["score"] is None or round(each["score"], 1) == each["score"]


def test_a_bundle_is_never_rewritten_and_a_correction_names_the_old(made: Evidence, tmp_path: Path) -> None:
    may, june = made.bundle(tmp_path, "2026-05-31"), made.bundle(tmp_path)
    before = contents(june.path)
    with pytest.raises(ChainError, match="never rewritten; make a correction with --corrects 2026-06-30-auditor"):
        made.bundle(tmp_path)
    with pytest.raises(ChainError, match="there already"):
        made.bundle(tmp_path, "2026-05")
    with pytest.raises(ChainError, match="has no bundle 2026-06-30-committee"):
        made.bundle(tmp_path, corrects="2026-06-30-committee")
    mended = made.bundle(tmp_path, "2026-05", corrects="2026-05-31-auditor")
    assert mended.path.name == "2026-05-31-auditor-2"
    chain = json.loads((mended.path / layout.CHAIN).read_bytes())
    assert (chain["corrects"], chain["previous"]["bundle"]) == ("2026-05-31-auditor", "2026-06-30-auditor")
    assert contents(june.path) == before
    link = EMPTY
    for each in (may, june, mended):
        link = node_hash(link, bytes.fromhex(each.root))
        assert each.link == link.hex()
        verify(each.path)


def test_a_period_before_the_chain_began_or_a_chain_with_a_hole_is_refused(made: Evidence, tmp_path: Path) -> None:
    june = made.bundle(tmp_path)
    with pytest.raises(ChainError, match="2026-06-30-auditor comes after 2026-05-31"):
        made.bundle(tmp_path, "2026-05")
    again = made.bundle(tmp_path, corrects=june.path.name)
    shutil.copytree(again.path, tmp_path / "2026-06-30-auditor-3")
    with pytest.raises(ChainError, match="has the ends"):
        made.bundle(tmp_path, corrects=june.path.name)


def test_a_chain_does_not_go_on_from_a_bundle_that_is_not_as_it_was_signed(made: Evidence, tmp_path: Path) -> None:
    """Once signed, the lie of another could not be mended."""
    may = made.bundle(tmp_path, "2026-05")
    at = (may.path / layout.CHAIN).read_bytes().index(b'"root":"') + 9
    for name, place in ((layout.CHAIN, at), (layout.SIGNED, 3)):
        with (
            turned(may.path / name, place),
            pytest.raises(ChainError, match="auditor cannot be followed, for it is"),
        ):
            made.bundle(tmp_path)
    assert json.loads((made.bundle(tmp_path).path / layout.CHAIN).read_bytes())["previous"]["root"] == may.root


def test_what_opens_a_bundle_is_not_lost_when_another_of_its_name_is_made(made: Evidence, tmp_path: Path) -> None:
    shutil.copytree(made.own.home, tmp_path / "home")
    other = make_other(made, tmp_path)
    one = other.bundle(tmp_path / "one").path
    with other.home.warehouse(RESTRICTED).connect() as con:
        con.execute("update finding set condition = 'said otherwise'")
    two = other.bundle(tmp_path / "two").path
    wanted = finding_id(RESTRICTED, "DUP-001", f"{CANARY}-1")
    said = [prove(wanted, each, verify(each), other.home).finding["condition"] for each in (one, two)]
    assert said[0].startswith(f"Photograph {CANARY}-1")
    assert said[1] == "said otherwise"
    other.bundle(tmp_path / "three")
    assert len(openings_of(other.home.pool(RESTRICTED) / layout.OPENINGS, two.name)) == 2


def test_a_failure_leaves_nothing(made: Evidence, tmp_path: Path) -> None:
    def silent(request: bytes) -> bytes:
        raise UserError("no answer")

    with pytest.raises(UserError, match="no answer"):
        made.bundle(tmp_path, authority=silent)
    assert list(tmp_path.iterdir()) == []


def test_periods_that_are_not_there_are_named(made: Evidence, tmp_path: Path) -> None:
    for period, says in (("2026-07", "the newest dates are 2026-05-31, 2026-06-30"), ("june", "write a date")):
        with pytest.raises(PeriodError, match=says):
            made.bundle(tmp_path, period)


def test_keys_are_for_their_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    public = generate(tmp_path / "k")
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == {"k": 0o600, "k.pub": 0o644 & ~_umask()}
    with pytest.raises(KeyFileError, match="is there already"):
        generate(tmp_path / "k")
    with pytest.raises(KeyFileError, match="has no name"):
        generate(Path())
    with pytest.raises(KeyFileError, match="cannot be written"):
        generate(tmp_path / ("n" * 253))  # the name is long enough for the one file, too long for the other
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / "k").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        private_key(tmp_path / "k")
    for path, read in ((public, private_key), (tmp_path / "none", private_key), (tmp_path / "none", public_key)):
        path.chmod(0o600) if path.exists() else None
        with pytest.raises(KeyFileError, match="holds no p"):
            read(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_in_a_bundle_cannot_be_written_and_its_folder_is_its_owners(auditor: Bundled) -> None:
    assert stat.S_IMODE(auditor.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in auditor.path.rglob("*") if each.is_file()} == {0o444}


def test_a_secret_that_was_cut_short_is_not_replaced(made: Evidence, tmp_path: Path) -> None:
    shutil.copytree(made.own.home, tmp_path / "home")
    other = make_other(made, tmp_path)
    path = other.home.pool("city") / layout.SALT_KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"short")
    with pytest.raises(SaltError, match="put back its last good copy"):
        other.bundle(tmp_path / "out")


def test_the_statement_says_scores_and_claims_no_more_than_who_signed(auditor: Bundled) -> None:
    (path,) = envelopes(auditor.path)
    said = json.loads(read_envelope(path.read_bytes()).payload)["predicate"]
    assert {each["department"] for each in said["scorecard"]} == {OPEN, RESTRICTED, "city"}
    assert {each["determination"] for each in said["determinations"]} <= {
        "sufficiently reliable", "not sufficiently reliable", "undetermined",
    }  # fmt: skip
    assert "does not say that the inputs are true" in " ".join(said["claim"].split())
    assert said["merkle"] == {"root": auditor.root, "leaves": auditor.leaves, "link": auditor.link}
