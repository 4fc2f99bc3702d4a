"""What is deployed is what is documented: instance settings, units and manifests that their own tools accept."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import dagster as dg
import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config

from dedup_assets.settings import PROJECT, Settings

if TYPE_CHECKING:
    from pathlib import Path

DEPLOY = PROJECT / "dagster_home" / "deploy"
INSTANCE = (PROJECT / "dagster_home" / "dagster.yaml").read_text()


def objects() -> dict[tuple[str, str], dict[str, object]]:
    """The objects of the Kubernetes manifest by kind and name."""
    found = yaml.safe_load_all((DEPLOY / "kubernetes" / "dedup.yaml").read_text())
    return {(each["kind"], each["metadata"]["name"]): each for each in found}


def test_dagster_accepts_its_instance_settings(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(INSTANCE)
    config, _ = dagster_instance_config(str(tmp_path))
    assert config["run_retries"]["retry_on_asset_or_op_failure"] is False
    assert config["concurrency"]["runs"]["max_concurrent_runs"] == 1
    (tmp_path / "dagster.yaml").write_text(INSTANCE.replace("max_runtime_seconds", "max_runtime"))
    with pytest.raises(dg.DagsterInvalidConfigError, match="max_runtime"):
        dagster_instance_config(str(tmp_path))


def test_the_storage_in_comments_is_a_block_that_can_be_switched_on() -> None:
    block = re.sub(r"^# ?", "", INSTANCE[INSTANCE.index("# storage:") :], flags=re.MULTILINE)
    assert set(yaml.safe_load(INSTANCE + block)) == set(yaml.safe_load(INSTANCE)) | {"storage"}


def test_kubernetes_has_the_instance_settings_of_one_machine_and_storage_and_launcher_of_its_own() -> None:
    there = yaml.safe_load(objects()["ConfigMap", "dedup-dagster"]["data"]["dagster.yaml"])
    assert {key: value for key, value in there.items() if key not in {"storage", "run_launcher"}} == yaml.safe_load(
        INSTANCE
    )


def test_every_setting_that_deployment_names_is_one() -> None:
    known = {f"DEDUP_{name.upper()}" for name in Settings.model_fields}
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        named = set(re.findall(r"\bDEDUP_[A-Z_]+\b", path.read_text()))
        assert named <= known, f"{path.name} names {sorted(named - known)}"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    units = sorted((DEPLOY / "systemd").glob("*.service"))
    assert len(units) == 2
    for unit in units:  # the programs of an installation are not here
        (tmp_path / unit.name).write_text(
            re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "dedup" in line]
    assert (done.returncode, ours) == (0, [])
