"""The Data Package around the tables: CSV and Parquet, a data dictionary, the policy, DQV measurements, a DCAT record.

Standards: Frictionless Data Package (datapackage.json), W3C Data Quality Vocabulary (dqv.jsonld), DCAT-US 3
(dcat.json). Put here files and descriptors. Keep out the tables' contents (``tables.py``).
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing.opendata.tables import tables
from dedup_assets.publishing.table_file import csv_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from dedup_assets.publishing.opendata.publisher import Publisher
    from dedup_assets.publishing.opendata.tables import Column, Table
    from dedup_assets.publishing.view import SiteView
    from dedup_assets.scoring.policy import Policy

DESCRIPTOR = "datapackage.json"
POLICY = "policy.json"
_NAME = "image-data-hygiene-scorecard"
_TITLE = "Image data hygiene scorecard"
_ABOUT = (
    "Scores, measures, findings by rule, ledger and deliveries of the city's image data, by department. Small counts "
    "are suppressed. The scores of the newest date can be computed again from measures and policy.json."
)
_JSON_LD, _PARQUET = "application/ld+json", "application/vnd.apache.parquet"


def package_files(site: SiteView, policy: Policy, publisher: Publisher) -> dict[str, bytes]:
    """Every file of the package by its name. ``site``: the view of the public site, in the source language.

    The same view gives the same bytes.
    """
    made = tables(site)
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for table in made:
        text = csv_text([each.name for each in table.columns], table.rows).encode()
        files[f"{table.name}.csv"] = text
        resources.append(_table(table, f"{table.name}.csv", text))
        parquet = _parquet(table)
        files[f"{table.name}.parquet"] = parquet
        resources.append(_file(f"{table.name}-parquet", f"{table.name}.parquet", parquet, table.title, _PARQUET))
    files[POLICY] = _json(policy.model_dump(mode="json", by_alias=True, exclude={"in_force_from", "supersedes"}))
    files["dqv.jsonld"] = _json(_dqv(site, publisher))
    files["dcat.json"] = _json(_dcat(site, publisher, made))
    resources += [
        _file("policy", POLICY, files[POLICY], "The scoring policy: weights, bands, caps.", "application/json"),
        _file("dqv", "dqv.jsonld", files["dqv.jsonld"], "The scores as W3C DQV measurements.", _JSON_LD),
    ]
    files[DESCRIPTOR] = _json(_descriptor(site, publisher, resources))
    return files


def _descriptor(site: SiteView, publisher: Publisher, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": _NAME,
        "title": _TITLE,
        "description": _ABOUT,
        "version": site.as_of.isoformat(),
        "created": f"{site.as_of.isoformat()}T00:00:00Z",
        **({"homepage": publisher.url} if publisher.url else {}),
        "licenses": [{"name": publisher.licence}],
        "contributors": [{"title": publisher.name, "role": "publisher"}],
        "keywords": ["data quality", "images", "permits", "parcels", "scorecard"],
        "resources": resources,
    }


def _table(table: Table, path: str, data: bytes) -> dict[str, Any]:
    """The CSV file of a table, with the data dictionary."""
    return {
        **_file(table.name, path, data, table.title, "text/csv"),
        "type": "table",
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(each) for each in table.columns],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _file(name: str, path: str, data: bytes, title: str, kind: str) -> dict[str, Any]:
    """Any file of the package, held to its size and digest. Parquet among them: its columns are typed in itself."""
    return {
        "name": name,
        "type": "file",
        "title": title,
        "profile": "data-resource",
        "path": path,
        "mediatype": kind,
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _field(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.means}
    if column.required:
        made["constraints"] = {"required": True}
    return made


def _parquet(table: Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = [
        pa.array([_value(row[place], column) for row in table.rows], type=_type(column))
        for place, column in enumerate(table.columns)
    ]
    fields = [
        pa.field(each.name, _type(each), nullable=not each.required, metadata={"description": each.means})
        for each in table.columns
    ]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), out, compression="zstd")
    return out.getvalue()


def _value(cell: object, column: Column) -> object:
    return cell == "true" if column.type == "boolean" else cell


def _type(column: Column) -> pa.DataType:
    import pyarrow as pa

    return {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }[column.type]


# What a score consists of, as DQV metrics.
_METRICS = {
    "score": "Score of 0 to 100: the weighted share of what was measured that is right.",
    "lower": "Lower bound of the score: what was not measured counted as wrong.",
    "upper": "Upper bound of the score: what was not measured counted as right.",
    "coverage": "Share, 0 to 1, of what should be measured that was measured.",
}


def _dqv(site: SiteView, publisher: Publisher) -> dict[str, Any]:
    """Each score of the newest dates as a dqv:QualityMeasurement (W3C Data Quality Vocabulary, 2016)."""
    base = f"{publisher.url}#" if publisher.url else "#"
    metrics = [
        {"@id": f"{base}{name}", "@type": "dqv:Metric", "skos:definition": means, "dqv:expectedDataType": "xsd:decimal"}
        for name, means in _METRICS.items()
    ]
    points = [("city", site.city.now), *((each.name, each.now) for each in site.city.departments)]
    measurements = [
        {
            "@id": f"{base}{department}-{name}",
            "@type": "dqv:QualityMeasurement",
            "dqv:isMeasurementOf": {"@id": f"{base}{name}"},
            "dqv:computedOn": {"@id": f"{base}{department}"},
            "dqv:value": getattr(point, name),
            "prov:generatedAtTime": point.as_of.isoformat(),
        }
        for department, point in sorted(points, key=lambda each: each[0])
        for name in _METRICS
        if getattr(point, name) is not None
    ]
    return {
        "@context": {
            "dqv": "http://www.w3.org/ns/dqv#",
            "prov": "http://www.w3.org/ns/prov#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": [*metrics, *measurements],
    }


def _dcat(site: SiteView, publisher: Publisher, made: list[Table]) -> dict[str, Any]:
    """The record for the city's data catalogue (DCAT-US 3.0, dataset)."""
    base = f"{publisher.url.rstrip('/')}/" if publisher.url else ""
    return {
        "@type": "Dataset",
        "identifier": f"{base or _NAME + '/'}{site.as_of.isoformat()}",
        "title": _TITLE,
        "description": _ABOUT,
        "accessLevel": "public",
        "license": publisher.licence,
        "issued": site.as_of.isoformat(),
        "modified": site.as_of.isoformat(),
        "language": ["en"],
        "keyword": ["data quality", "images", "permits", "parcels", "scorecard"],
        "publisher": {"@type": "Organization", "name": publisher.name},
        "contactPoint": {
            "@type": "Kind",
            "fn": publisher.name,
            **({"hasEmail": f"mailto:{publisher.contact}"} if publisher.contact else {}),
        },
        "temporal": _temporal(site),
        "distribution": [
            {
                "@type": "Distribution",
                "title": f"{table.title} ({form})",
                "format": form,
                "mediaType": kind,
                "downloadURL": f"{base}{table.name}.{ending}",
                "describedBy": f"{base}{DESCRIPTOR}",
                "describedByType": "application/json",
            }
            for table in made
            for form, ending, kind in (
                ("CSV", "csv", "text/csv"),
                ("Parquet", "parquet", _PARQUET),
            )
        ],
    }


def _temporal(site: SiteView) -> Mapping[str, str]:
    dates = [each.as_of for each in site.city.trend.points] or [site.as_of]
    return {"@type": "PeriodOfTime", "startDate": min(dates).isoformat(), "endDate": max(dates).isoformat()}


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=True) + "\n").encode()
