"""Whatever is done to a bundle afterwards is found, and named."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedup_assets.evidence import layout
from dedup_assets.evidence.bag import manifest
from dedup_assets.evidence.check_files import check_files, digests
from dedup_assets.evidence.check_signatures import check_signatures
from dedup_assets.evidence.dsse import seal
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.keys import generate, private_key, public_key
from dedup_assets.evidence.prove import ProofError, check_proof, prove, read_proof
from dedup_assets.evidence.signatures import SignatureError, envelopes, payload_of, sign
from dedup_assets.evidence.statement import stamp_statement
from dedup_assets.evidence.timestamp import TimestampError, authority_at, stamp
from dedup_assets.evidence.verify import verify
from dedup_assets.findings.finding import finding_id
from evidence_kit import CANARY, OPEN, RESTRICTED, Evidence, local_authority, make_home, turned

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup_assets.evidence.bundle import Bundled


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return make_home(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def stamped(made: Evidence, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundled, Path]:
    """A bundle with a time stamp, and the authority's root certificate."""
    folder = tmp_path_factory.mktemp("stamped")
    roots, authority = local_authority(folder / "tsa")
    return made.bundle(folder / "out", authority=authority), roots


@pytest.fixture
def copy(stamped: tuple[Bundled, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(stamped[0].path, tmp_path / stamped[0].path.name))


def files(bundle: Path) -> list[str]:
    return sorted(str(each.relative_to(bundle)) for each in bundle.rglob("*") if each.is_file())


def named(name: str, check: Callable[[], object]) -> None:
    """A check that must find fault with this file."""
    with pytest.raises(Fault) as fault:
        check()
    assert fault.value.where == name, str(fault.value)


def test_a_whole_bundle_is_told_to_be_so(made: Evidence, stamped: tuple[Bundled, Path]) -> None:
    found = verify(stamped[0].path, [public_key(made.public)], roots=stamped[1])
    told = "\n".join(found.says())
    assert "an authority saw the signature at 20" in told
    assert "does not say that the inputs are true" in told
    stranger = "\n".join(verify(stamped[0].path).says())
    assert "ask its holder" in stranger
    assert "its time stamp was not checked" in stranger


def test_a_turned_bit_in_any_file_is_found_and_its_file_named(
    made: Evidence, stamped: tuple[Bundled, Path], copy: Path
) -> None:
    keys, roots = [public_key(made.public)], stamped[1]
    for name in files(copy):
        size = (copy / name).stat().st_size
        for at in sorted({0, size // 3, size - 1} if size else ()):
            with turned(copy / name, at):
                named(name, lambda: verify(copy, keys, roots=roots))
    verify(copy, keys, roots=roots)


def test_no_byte_of_a_signature_a_key_or_a_time_stamp_can_be_another(
    made: Evidence, stamped: tuple[Bundled, Path], copy: Path
) -> None:
    keys, roots = [public_key(made.public)], stamped[1]
    for name in (each for each in files(copy) if each.startswith("signatures/")):
        size = (copy / name).stat().st_size
        for at in range(0, size, 1 if size < 1000 else 7):
            with turned(copy / name, at):
                named(name, lambda: check_signatures(copy, keys, roots))


def test_no_byte_of_bagits_own_files_can_be_another(stamped: tuple[Bundled, Path], copy: Path) -> None:
    signed = check_signatures(copy, (), None).tag_manifest
    for name in (layout.BAGIT, layout.BAG_INFO, *layout.TAG_MANIFESTS):
        for at in range((copy / name).stat().st_size):
            with turned(copy / name, at):
                named(name, lambda: check_files(copy, signed))


def test_every_file_that_was_taken_out_is_named(made: Evidence, copy: Path) -> None:
    keys = [public_key(made.public)]
    for name in files(copy):
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        with pytest.raises(Fault) as fault:
            verify(copy, keys)
        assert fault.value.where in {name, layout.SIGNATURES}, str(fault.value)
        (copy / name).write_bytes(content)


@pytest.mark.parametrize("name", ["data/more.json", "data/tables/.hidden", "more.txt", "signatures/more.txt"])
def test_a_file_that_was_added_is_named(copy: Path, name: str) -> None:
    (copy / name).write_text("{}")
    with pytest.raises(Fault, match="was added") as fault:
        verify(copy)
    assert fault.value.where == name


def test_a_link_out_of_the_bundle_is_refused(copy: Path) -> None:
    (copy / "data" / "link").symlink_to("/etc/hostname")
    with pytest.raises(Fault, match="link or a device"):
        verify(copy)


def test_a_pipe_in_the_place_of_a_signature_or_a_folder_in_that_of_a_file_is_refused(copy: Path) -> None:
    """A pipe would be read for ever; a folder must not end as an error of the system."""
    (envelope,) = envelopes(copy)
    envelope.unlink()
    os.mkfifo(envelope)
    with pytest.raises(Fault, match="link or a device"):
        verify(copy)
    envelope.unlink()
    envelope.mkdir()
    for more in ("one", "two"):
        named(f"signatures/{envelope.name}", lambda: verify(copy))
        (envelope / more).write_text("")


@pytest.mark.parametrize("name", ["data/more", "data/more/and more", "more", "signatures/more"])
def test_an_empty_folder_that_was_added_is_named(copy: Path, name: str) -> None:
    (copy / name).mkdir(parents=True)
    with pytest.raises(Fault, match="was added"):
        verify(copy)


def test_the_name_of_a_file_cannot_write_a_line_of_its_own(copy: Path) -> None:
    (copy / "data" / "a\nnothing is wrong\x1b[2J").write_text("")
    with pytest.raises(Fault, match=r"a\\nnothing is wrong\\x1b\[2J': the file was added") as fault:
        verify(copy)
    assert str(fault.value).isprintable()


def test_signatures_under_a_shorter_name_are_refused(copy: Path) -> None:
    """VERIFY.txt looks for them by the whole name."""
    for path in (copy / "signatures").iterdir():
        path.rename(path.with_name(path.name[:4] + path.name[16:]))
    with pytest.raises(Fault, match="not the one that the file is named after"):
        verify(copy)


def test_a_time_stamp_that_was_asked_for_and_taken_away_is_missed(
    made: Evidence, stamped: tuple[Bundled, Path], copy: Path, tmp_path: Path
) -> None:
    city, witness = public_key(made.public), tmp_path / "witness"
    generate(witness)
    sign(copy, payload_of(copy), private_key(witness))
    verify(copy, [city], roots=stamped[1])
    with pytest.raises(Fault, match="there is no time stamp"):
        verify(copy, roots=stamped[1])
    for path in (copy / "signatures").iterdir():
        if path.name.endswith((layout.TIMESTAMP, layout.STAMP)):
            path.unlink()
    verify(copy, [city])
    with pytest.raises(Fault, match="there is no time stamp"):
        verify(copy, [city], roots=stamped[1])


def test_json_that_nests_without_end_is_no_envelope_and_no_proof(copy: Path, tmp_path: Path) -> None:
    (envelope,) = envelopes(copy)
    for path in (envelope, tmp_path / "proof"):
        path.unlink(missing_ok=True)
        path.write_text("[" * 100_000)
    with pytest.raises(Fault, match="no DSSE envelope"):
        verify(copy)
    with pytest.raises(Fault, match="no proof of a finding"):
        read_proof(tmp_path / "proof")


def test_who_changes_a_file_and_all_manifests_still_has_not_signed(copy: Path) -> None:
    target = copy / layout.table("measure")
    target.chmod(0o600)
    target.write_bytes(target.read_bytes().replace(b'"defects":1', b'"defects":0', 1))
    remake(copy)
    with pytest.raises(Fault, match="the signed statement says") as fault:
        verify(copy)
    assert fault.value.where == layout.SIGNED


def remake(bundle: Path) -> None:
    """Manifests that fit whatever is there now."""
    payload = [each for each in files(bundle) if each.startswith("data/")]
    tags = [layout.BAGIT, layout.BAG_INFO, layout.VERIFY, *layout.MANIFESTS]
    for names, members in ((layout.MANIFESTS, payload), (layout.TAG_MANIFESTS, tags)):
        for algorithm, name in zip(layout.ALGORITHMS, names, strict=True):
            (bundle / name).chmod(0o600)
            (bundle / name).write_bytes(manifest({each: digests(bundle / each)[algorithm] for each in members}))


def test_even_the_signers_key_cannot_sign_findings_that_are_not_behind_the_root(made: Evidence, copy: Path) -> None:
    target = copy / layout.table("finding")
    target.chmod(0o600)
    target.write_bytes(target.read_bytes().replace(b"stored twice", b"stored twise", 1))
    remake(copy)
    said = json.loads(payload_of(copy))
    said["subject"][0]["digest"]["sha256"] = digests(copy / layout.SIGNED)["sha256"]
    shutil.rmtree(copy / "signatures")
    (copy / "signatures").mkdir()
    sign(copy, json.dumps(said).encode(), private_key(made.key))
    with pytest.raises(Fault, match=r"line 1, F-.*is not what its leaf") as fault:
        verify(copy)
    assert fault.value.where == layout.table("finding")


def test_another_key_is_named(made: Evidence, copy: Path, tmp_path: Path) -> None:
    other = generate(tmp_path / "other")
    with pytest.raises(Fault, match="has not signed; signed by"):
        verify(copy, [public_key(other)])
    shutil.rmtree(copy / "signatures")
    (copy / "signatures").mkdir()
    with pytest.raises(Fault, match="there is no signature"):
        verify(copy)
    sign(copy, b"{}", private_key(tmp_path / "other"))
    with pytest.raises(Fault, match="no statement about a bundle"):
        verify(copy)


def test_a_second_signature_is_added_beside_and_must_be_over_the_same(made: Evidence, copy: Path) -> None:
    before = digests(copy / layout.SIGNED)
    witness = made.key.with_name("witness.key")
    public = generate(witness)
    sign(copy, payload_of(copy), private_key(witness))
    found = verify(copy, [public_key(made.public), public_key(public)])
    assert [each.is_known for each in found.signed.signatures] == [True, True]
    assert digests(copy / layout.SIGNED) == before
    with pytest.raises(SignatureError, match="never replaced"):
        sign(copy, payload_of(copy), private_key(witness))
    third = made.key.with_name("third.key")
    generate(third)
    sign(copy, payload_of(copy) + b" ", private_key(third))
    with pytest.raises(Fault, match="it signs another statement"):
        verify(copy)


def test_a_time_stamp_of_another_authority_or_over_another_envelope_does_not_hold(
    made: Evidence, copy: Path, tmp_path: Path
) -> None:
    roots, authority = local_authority(tmp_path / "other")
    with pytest.raises(Fault, match="does not hold"):
        verify(copy, roots=roots)
    (envelope,) = envelopes(copy)
    stem = envelope.name.removesuffix(layout.ENVELOPE)
    response = stamp(b"another envelope", authority)
    for ending, content in (
        (layout.TIMESTAMP, response),
        (layout.STAMP, seal(stamp_statement(f"{stem}{layout.TIMESTAMP}", response), private_key(made.key))),
    ):
        (envelope.parent / f"{stem}{ending}").unlink()
        (envelope.parent / f"{stem}{ending}").write_bytes(content)
    for given in (None, roots):
        with pytest.raises(Fault, match="about other bytes") as fault:
            verify(copy, roots=given)
        assert fault.value.where.endswith(layout.TIMESTAMP)
    with pytest.raises(TimestampError, match="about other bytes"):
        stamp(b"an envelope", lambda _request: response)
    with pytest.raises(TimestampError, match="no time stamp response"):
        stamp(b"an envelope", lambda _request: b"<html>")
    with pytest.raises(TimestampError, match="begins with https"):
        authority_at("file:///etc/passwd")


def test_a_chain_that_was_cut_or_exchanged_is_named(made: Evidence, tmp_path: Path) -> None:
    may, june = made.bundle(tmp_path / "one", "2026-05"), made.bundle(tmp_path / "one")
    alone = made.bundle(tmp_path / "two")
    assert "it follows 2026-05-31-auditor" in verify(june.path).chain
    assert "first of its chain" in verify(alone.path).chain
    with pytest.raises(Fault, match="names no bundle before it"):
        verify(alone.path, previous=may.path)
    with pytest.raises(Fault, match="the chain is cut: it names 2026-05-31-auditor before it"):
        verify(june.path, previous=alone.path)
    other = made.bundle(tmp_path / "three", "2026-05", holds=("a claim",))
    with pytest.raises(Fault, match="the chain is cut: of 2026-05-31-auditor it names tagmanifest_sha256"):
        verify(june.path, previous=other.path)
    shutil.rmtree(may.path)
    assert "is not here" in verify(june.path).chain


def test_a_bundle_in_the_place_of_another_period_is_named(made: Evidence, tmp_path: Path) -> None:
    may = made.bundle(tmp_path, "2026-05")
    june = may.path.rename(tmp_path / "2026-06-30-auditor")
    with pytest.raises(Fault, match="in this folder lies the bundle 2026-05-31-auditor"):
        verify(june)


def test_a_proof_shows_one_finding_and_no_other(stamped: tuple[Bundled, Path], tmp_path: Path) -> None:
    bundle = stamped[0].path
    verified = verify(bundle)
    for number in range(9):
        wanted = finding_id(OPEN, "DUP-001", f"a-{number}")
        path = tmp_path / f"{number}.json"
        path.write_bytes(prove(wanted, bundle, verified).content())
        proof = check_proof(path, verified.root)
        assert proof.finding["subject"] == f"a-{number}"
        shown = path.read_bytes() + proof.data
        others = [finding_id(OPEN, "DUP-001", f"a-{each}") for each in range(9) if each != number]
        assert not [each for each in others if each.encode() in shown]
    with pytest.raises(Fault, match="not to 0000"):
        check_proof(path, "0" * 64)
    for at in range(0, path.stat().st_size, 5):
        with turned(path, at), pytest.raises(Fault):
            check_proof(path, verified.root)


def test_a_restricted_finding_is_proved_by_who_may_enter_its_enclave(
    made: Evidence, stamped: tuple[Bundled, Path], tmp_path: Path
) -> None:
    bundle, wanted = stamped[0].path, finding_id(RESTRICTED, "DUP-001", f"{CANARY}-1")
    verified = verify(bundle)
    with pytest.raises(ProofError, match="may enter its enclave"):
        prove(wanted, bundle, verified)
    (tmp_path / "proof").write_bytes(prove(wanted, bundle, verified, made.home).content())
    assert check_proof(tmp_path / "proof", verified.root).finding["subject"] == f"{CANARY}-1"


def test_what_is_no_proof_or_no_bundle_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("{}")
    with pytest.raises(Fault, match="no proof of a finding"):
        read_proof(tmp_path / "p")
    with pytest.raises(Fault, match="there is no bundle"):
        verify(tmp_path / "p")
    with pytest.raises(Fault, match="there is no signature"):
        verify(tmp_path)
