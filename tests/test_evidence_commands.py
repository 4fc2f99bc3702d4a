"""What an outsider types: the commands of VERIFY.txt as they stand there, and those of ``dedup``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from dedup_assets.cli.main import app
from dedup_assets.errors import UserError
from dedup_assets.evidence import layout
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.keys import generate
from dedup_assets.evidence.prove import prove
from dedup_assets.evidence.signatures import envelopes
from dedup_assets.evidence.verify import verify
from dedup_assets.findings.finding import finding_id
from dedup_assets.settings import settings
from evidence_kit import OPEN, Evidence, local_authority, make_home, turned

if TYPE_CHECKING:
    from collections.abc import Iterator

BASH = shutil.which("bash")
HAS_TOOLS = BASH is not None and all(shutil.which(each) for each in ("openssl", "sha512sum", "basenc", "diff"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return make_home(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def outsider(made: Evidence, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an outsider has: two bundles, a key, a certificate, a proof."""
    folder = tmp_path_factory.mktemp("outsider")
    roots, authority = local_authority(folder / "tsa")
    may = made.bundle(folder / "out", "2026-05", authority=authority)
    june = made.bundle(folder / "out", authority=authority)
    proof = folder / "proof.json"
    proof.write_bytes(prove(finding_id(OPEN, "DUP-001", "a-4"), june.path, verify(june.path)).content())
    return {
        "BUNDLE": str(june.path), "KEY": str(made.public), "TSA_CA": str(roots), "PREVIOUS": str(may.path),
        "PROOF": str(proof),
    }  # fmt: skip


def typed(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Exactly the indented lines of a bundle's VERIFY.txt, in bash."""
    bundle = Path(given["BUNDLE"])
    lines = (bundle / layout.VERIFY).read_text().splitlines()
    commands = "\n".join(line[4:] for line in lines if line.startswith("    "))
    environment = {"PATH": os.environ["PATH"], **given}
    return subprocess.run(
        [str(BASH)], input=commands, cwd=bundle, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not HAS_TOOLS, reason="bash, coreutils or openssl are not here")
def test_the_commands_of_verify_txt_pass_on_a_whole_bundle(outsider: dict[str, str]) -> None:
    done = typed(outsider)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    assert "Verification: OK" in done.stdout + done.stderr
    assert done.stdout.endswith("nothing is wrong\n")
    assert finding_id(OPEN, "DUP-001", "a-4") in done.stdout
    little = typed({name: outsider[name] for name in ("BUNDLE", "KEY")})
    assert little.returncode == 0, little.stderr


@pytest.mark.skipif(not HAS_TOOLS, reason="bash, coreutils or openssl are not here")
def test_the_commands_of_verify_txt_fail_on_whatever_was_changed(
    outsider: dict[str, str], made: Evidence, tmp_path: Path
) -> None:
    bundle = Path(shutil.copytree(outsider["BUNDLE"], tmp_path / "2026-06-30-auditor"))
    given = {**outsider, "BUNDLE": str(bundle)}
    (envelope,) = envelopes(bundle)
    stem = envelope.name.removesuffix(layout.ENVELOPE)
    for name in (
        layout.table("finding"), *layout.MANIFESTS, layout.SIGNED, f"signatures/{envelope.name}",
        f"signatures/{stem}{layout.TIMESTAMP}",
    ):  # fmt: skip
        with turned(bundle / name, (bundle / name).stat().st_size // 2):
            assert typed(given).returncode != 0, name
    (bundle / "data" / "more").write_text("")
    assert typed(given).returncode != 0
    (bundle / "data" / "more").unlink()
    (bundle / "more").mkdir()
    assert "found wrong by: diff" in typed(given).stdout
    (bundle / "more").rmdir()
    moved = (bundle / layout.RUNS).rename(tmp_path / "moved")
    (bundle / layout.RUNS).symlink_to(moved)
    assert "found wrong by: diff" in typed(given).stdout
    (bundle / layout.RUNS).unlink()
    moved.rename(bundle / layout.RUNS)
    assert typed(given).returncode == 0
    other = generate(tmp_path / "other")
    assert typed({**given, "KEY": str(other)}).returncode != 0
    assert typed({**given, "PREVIOUS": str(bundle)}).returncode != 0
    # A proof out of another bundle, even out of the one before, whose root this one also names.
    may = Path(outsider["PREVIOUS"])
    (tmp_path / "proof").write_bytes(prove(finding_id(OPEN, "DUP-001", "a-4"), may, verify(may)).content())
    assert typed({**given, "PROOF": str(tmp_path / "proof")}).returncode != 0
    proof = Path(shutil.copy(outsider["PROOF"], tmp_path / "turned"))
    with turned(proof, proof.read_bytes().index(b"leaf_data") + 120):
        assert typed({**given, "PROOF": str(proof)}).returncode != 0


@pytest.fixture
def _environment(made: Evidence, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (("HOME", made.own.home), ("DEPARTMENTS", made.own.departments)):
        monkeypatch.setenv(f"DEDUP_{name}", str(value))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def dedup(*words: object) -> str:
    """The standard output of a command that must succeed, in this process; an error goes on."""
    done = CliRunner().invoke(app, [str(each) for each in words], catch_exceptions=True)
    if isinstance(done.exception, Exception):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("_environment")
def test_keygen_bundle_cosign_verify_and_prove_work_together(made: Evidence, tmp_path: Path) -> None:
    out, key, witness = tmp_path / "out", tmp_path / "k", tmp_path / "w"
    for each in (key, witness):
        assert f"public key   {each}.pub" in dedup("keygen", each)
    told = dedup("bundle", "2026-05", "--out", out, "--key", key)
    path = out / "2026-05-31-auditor"
    root = json.loads((path / layout.CHAIN).read_bytes())["root"]
    assert str(path) in told
    assert root in told
    dedup("bundle", "latest", "--out", out, "--key", key, "--tier", "committee", "--hold", "a claim")
    held = json.loads((out / "2026-06-30-committee" / layout.RETENTION).read_bytes())
    assert held["holds"] == ["a claim"]
    assert held["keep_until"] == "2029-06-30"
    dedup("cosign", path, "--key", witness)
    told = dedup("verify", path, "--key", f"{key}.pub", "--key", f"{witness}.pub")
    assert told.count("signed by key") == 2
    wanted = finding_id(OPEN, "DUP-001", "a-1")
    dedup("prove", wanted, "--bundle", path, "--out", tmp_path / "proof")
    assert (tmp_path / "proof").read_text() == dedup("prove", wanted, "--bundle", path)
    assert wanted in dedup("verify", tmp_path / "proof", "--root", root)
    assert wanted in dedup("verify", tmp_path / "proof", "--bundle", path, "--key", f"{key}.pub")
    with pytest.raises(UserError, match="either --root or --bundle"):
        dedup("verify", tmp_path / "proof")
    with pytest.raises(UserError, match="prove it from the auditors' bundle"):
        dedup("prove", wanted, "--bundle", out / "2026-06-30-committee")
    with pytest.raises(UserError, match="name a file in a folder that is there"):
        dedup("prove", wanted, "--bundle", path, "--out", tmp_path / "none" / "proof")
    with turned(path / layout.CHAIN, 9), pytest.raises(Fault, match=f"^{layout.CHAIN}: its sha256 is"):
        dedup("verify", path)


@pytest.mark.usefixtures("_environment")
def test_what_lacks_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--key or DEDUP_SIGNING_KEY"):
        dedup("bundle", "latest", "--out", tmp_path)
    generate(tmp_path / "k")
    with pytest.raises(UserError, match="cannot be a folder of bundles"):
        dedup("bundle", "latest", "--out", tmp_path / "k", "--key", tmp_path / "k")
    with pytest.raises(UserError, match="'public' is none"):
        dedup("bundle", "latest", "--out", tmp_path, "--key", tmp_path / "k", "--tier", "public")
    with pytest.raises(UserError, match="begins with https"):
        dedup("bundle", "latest", "--out", tmp_path, "--key", tmp_path / "k", "--tsa", "ftp://tsa")


@pytest.mark.usefixtures("_environment")
def test_a_run_makes_a_bundle_only_where_a_key_is_named(
    made: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    from dedup_assets.components.city import City
    from dedup_assets.defs.evidence import bundle

    def said() -> str:
        result = dg.materialize([bundle], resources={"city": City()}, instance=dg.DagsterInstance.ephemeral())
        (event,) = result.get_asset_materialization_events()
        return str(event.materialization.metadata["bundle"].value)

    assert "DEDUP_SIGNING_KEY names no key" in said()
    monkeypatch.setenv("DEDUP_SIGNING_KEY", str(made.key))
    monkeypatch.setenv("DEDUP_BUNDLES", str(tmp_path))
    settings.cache_clear()
    assert said() == str(tmp_path / "2026-06-30-auditor")
    verify(tmp_path / "2026-06-30-auditor")
    assert "never rewritten" in said()
