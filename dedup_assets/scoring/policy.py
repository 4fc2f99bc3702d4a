"""The scoring policy: the city's weights, bands, floor, caps and purposes, read from a file and held to its rules.

Put here what a policy file may say. Keep out how its numbers are used (``rating.py``, ``determination.py``).
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dedup_assets.errors import UserError
from dedup_assets.scoring.measure import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from pydantic_core import ErrorDetails

NOT_RATED = "NR"
WEIGHTS_TOLERANCE = 1e-9

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Threshold = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Severity = Literal["critical", "warning", "info"]


class PolicyError(UserError):
    """A policy file cannot be used; the message names file and field and says what to do."""


class Purpose(BaseModel):
    """Something the data are wanted for: the share of each dimension, 0 to 1, that must be right for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str = Field(min_length=3)
    required: dict[str, Share] = Field(min_length=1)

    @field_validator("required")
    @classmethod
    def _known(cls, required: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(required) - set(DIMENSIONS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no dimension; use {', '.join(DIMENSIONS)}")
        return required


class Policy(BaseModel):
    """One scoring policy. Its numbers are used exactly as they are written (``exact``)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(alias="version", min_length=1, description="The version as the file states it.")
    weights: dict[str, Weight] = Field(description="The weight of each of the seven dimensions; together 1.")
    coverage_floor: Share = Field(description="Below this coverage nothing is rated.")
    bands: dict[str, Threshold] = Field(min_length=1, description="The lowest lower bound of each grade, best first.")
    caps: dict[Severity, str] = Field(description="The best grade that a finding past its deadline allows.")
    purposes: dict[str, Purpose] = Field(description="What the data are wanted for.")
    in_force_from: date | None = Field(
        default=None, description="The first date that it decides; always, if not given."
    )
    supersedes: str | None = Field(default=None, min_length=1, description="The file of the policy before it.")

    @property
    def document(self) -> str:
        """What the policy says of a delivery, as JSON in one form, whatever the layout and the comments of its file.

        When it is in force is not part of it: the same numbers are the same policy.
        """
        # Order counts in bands alone, and there it follows from the numbers; so keys are sorted.
        stated = self.model_dump(mode="json", exclude={"in_force_from", "supersedes"})
        return json.dumps(stated, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """The sha256 of ``document``."""
        return hashlib.sha256(self.document.encode()).hexdigest()

    @property
    def version(self) -> str:
        """The version as scores carry it: the file's own, and the first eight digits of the digest.

        So two policies that differ in any number never share a version, even when nobody thought of raising it.
        """
        return f"{self.name}+{self.digest[:8]}"

    @field_validator("weights")
    @classmethod
    def _weights(cls, weights: dict[str, float]) -> dict[str, float]:
        lacking, unknown = sorted(set(DIMENSIONS) - set(weights)), sorted(set(weights) - set(DIMENSIONS))
        if lacking or unknown:
            raise ValueError(
                f"give exactly the dimensions {', '.join(DIMENSIONS)}"
                + (f"; lacking: {', '.join(lacking)}" if lacking else "")
                + (f"; unknown: {', '.join(unknown)}" if unknown else "")
            )
        total = sum((exact(each) for each in weights.values()), Fraction())
        if abs(total - 1) > WEIGHTS_TOLERANCE:
            raise ValueError(f"the weights add up to {float(total):.12g}; make them add up to 1")
        return {each: weights[each] for each in DIMENSIONS}

    @field_validator("bands")
    @classmethod
    def _bands(cls, bands: dict[str, float]) -> dict[str, float]:
        if NOT_RATED in bands:
            raise ValueError(f"{NOT_RATED} means not rated; it cannot be a band")
        for (better, high), (worse, low) in pairwise(bands.items()):
            if low >= high:
                raise ValueError(f"{worse} from {low:g} stands below {better} from {high:g}; list the best grade first")
        if list(bands.values())[-1] != 0:
            raise ValueError("the last band must begin at 0, or some scores would have no grade")
        return bands

    @model_validator(mode="after")
    def _caps(self) -> Policy:
        for severity, grade in self.caps.items():
            if grade not in self.bands:
                raise ValueError(f"caps.{severity} is {grade}, which is no grade of bands; use {', '.join(self.bands)}")
        return self


def exact(number: float) -> Fraction:
    """A number of the policy as it is written: 0.303 is 303/1000, not the nearest binary fraction."""
    return Fraction(str(number))


def load_policy(path: Path) -> Policy:
    """The policy in ``path``.

    Raises PolicyError when the file cannot be read, is no YAML, states a key twice, or breaks a rule of ``Policy``.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoRepeats)  # noqa: S506  # a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: {error}. Give a policy file in UTF-8 (DEDUP_POLICY names it).") from error
    except (yaml.YAMLError, ValueError) as error:  # PyYAML lets the error of a date like 2027-13-01 through
        raise PolicyError(f"{path}: {error}. Write it as YAML.") from error
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        found = "; ".join(_field(each) for each in error.errors())
        raise PolicyError(
            f"{path}: {found}. Mend the file, and give it a new version if its numbers change."
        ) from error


def _field(error: ErrorDetails) -> str:
    place = ".".join(str(each) for each in error["loc"]) or "the document"
    hint = " (write it in quotes)" if error["type"] == "string_type" else ""
    return f"{place}: {error['msg'].removeprefix('Value error, ')}{hint}"


class _NoRepeats(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error: the standard says so, PyYAML takes the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  # PyYAML's signature
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(
                    "while reading a mapping",
                    node.start_mark,
                    f"{key!r} stands twice",
                    node.value[position][0].start_mark,
                )
        return super().construct_mapping(node, deep=deep)
