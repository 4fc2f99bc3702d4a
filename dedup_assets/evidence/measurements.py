"""The period's measures in terms of the W3C Data Quality Vocabulary, as JSON-LD that needs no network to be read.

Put here the vocabulary. Keep out the numbers (``scoring/measure.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dedup_assets.scoring.measure import Measure

# Everything that the vocabulary has no word for is named below this one.
OWN = "urn:x-dedup-assets:"

_CONTEXT = {
    "dqv": "http://www.w3.org/ns/dqv#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "own": OWN,
    "value": {"@id": "dqv:value", "@type": "xsd:double"},
    "computedOn": {"@id": "dqv:computedOn", "@type": "@id"},
    "isMeasurementOf": {"@id": "dqv:isMeasurementOf", "@type": "@id"},
    "inDimension": {"@id": "dqv:inDimension", "@type": "@id"},
    "generatedAt": {"@id": "prov:generatedAtTime", "@type": "xsd:date"},
    "defects": "own:defects",
    "measured": "own:measured",
    "population": "own:population",
}


def measurements(measures: Iterable[Measure], as_of: date) -> dict[str, Any]:
    """One ``dqv:QualityMeasurement`` a measure: the share that is right, of what was measured, with its counts."""
    found = [each for each in measures if each.as_of == as_of]
    dimensions = sorted({each.dimension for each in found})
    metrics = [
        {"@id": f"{OWN}metric:{name}", "@type": "dqv:Metric", "inDimension": f"{OWN}dimension:{name}"}
        for name in dimensions
    ]
    datasets = [
        {"@id": f"{OWN}delivery:{name}:{as_of}", "@type": "dcat:Dataset"}
        for name in sorted({each.department for each in found})
    ]
    return {"@context": _CONTEXT, "@graph": [*metrics, *datasets, *map(_measurement, found)]}


def _measurement(measure: Measure) -> dict[str, Any]:
    return {
        "@id": f"{OWN}measurement:{measure.department}:{measure.as_of}:{measure.dimension}",
        "@type": "dqv:QualityMeasurement",
        "computedOn": f"{OWN}delivery:{measure.department}:{measure.as_of}",
        "isMeasurementOf": f"{OWN}metric:{measure.dimension}",
        "generatedAt": measure.as_of.isoformat(),
        "value": 1 - measure.defects / measure.measured if measure.measured else None,
        "defects": measure.defects,
        "measured": measure.measured,
        "population": measure.population,
    }
