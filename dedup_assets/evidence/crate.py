"""The bag's payload as an RO-Crate (1.3), profile Process Run Crate (0.5): what was run on what, with what result.

Put here the description. Keep out the files that it describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dedup_assets.evidence.layout import CRATE, DATA, INPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.evidence.bag import HashedFile
    from dedup_assets.evidence.period import Scope

_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_CRATE = "https://w3id.org/ro/crate/1.3"
_LICENSE = "#rights"
_MEDIA = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "jsonld": "application/ld+json",
    "yaml": "application/yaml",
}
# The payload that the run was given; everything else is what came of it.
_GIVEN = ("departments/", "contracts/", "expectations/", "policy/", "decisions/")


def crate(
    scope: Scope, name: str, files: Mapping[str, HashedFile], stated: Mapping[str, Any], runs: Sequence[str]
) -> dict[str, Any]:
    """What ``ro-crate-metadata.json`` says of the payload ``files``. ``stated``: what ``versions.json`` says."""
    parts = {path.removeprefix(f"{DATA}/"): file for path, file in files.items()}
    given = [path for path in parts if path.startswith(_GIVEN) or path == INPUTS.removeprefix(f"{DATA}/")]
    made = [path for path in parts if path not in given]
    return {
        "@context": f"{_CRATE}/context",
        "@graph": [
            _descriptor(),
            _root(scope, name, list(parts)),
            _action(scope, given, made, runs),
            _software(stated),
            {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
            {
                "@id": _LICENSE,
                "@type": "CreativeWork",
                "name": "Records of the city",
                "description": "Public records law and the tier in bundle.json decide who may see this bundle.",
            },
            *(_file(path, file) for path, file in parts.items()),
        ],
    }


def _descriptor() -> dict[str, Any]:
    return {
        "@id": CRATE.removeprefix(f"{DATA}/"),
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _CRATE},
    }


def _root(scope: Scope, name: str, parts: Sequence[str]) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "identifier": name,
        "name": f"Evidence of image data hygiene as of {scope.as_of.isoformat()}",
        "description": "Inputs by digest, rules, findings, ledger, measures and scores of one reporting period.",
        # The period's date, not today's: the same rows give the same bytes.
        "datePublished": scope.as_of.isoformat(),
        "license": {"@id": _LICENSE},
        "conformsTo": {"@id": _PROFILE},
        "hasPart": [{"@id": quote(each)} for each in parts],
        "mentions": {"@id": "#run"},
    }


def _action(scope: Scope, given: Sequence[str], made: Sequence[str], runs: Sequence[str]) -> dict[str, Any]:
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Deliveries up to {scope.as_of.isoformat()} processed",
        "endTime": scope.as_of.isoformat(),
        "instrument": {"@id": "#software"},
        "object": [{"@id": quote(each)} for each in given],
        "result": [{"@id": quote(each)} for each in made],
        "identifier": list(runs),
    }


def _software(stated: Mapping[str, Any]) -> dict[str, Any]:
    product = stated["product"]
    return {
        "@id": "#software",
        "@type": "SoftwareApplication",
        "name": product["name"],
        "description": "As it was installed when the bundle was written.",
        "softwareVersion": product["version"],
        "identifier": f"sha256:{product['code_sha256']}",
        "softwareRequirements": [f"{name} {version}" for name, version in sorted(stated["packages"].items())],
    }


def _file(path: str, file: HashedFile) -> dict[str, Any]:
    return {
        "@id": quote(path),
        "@type": "File",
        "name": path,
        "contentSize": str(file.size),
        "encodingFormat": _MEDIA.get(path.rpartition(".")[2], "text/plain"),
        "sha256": file.digests()["sha256"],
    }
