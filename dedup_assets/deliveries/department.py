"""A department's document: what one city department decided, as data.

Put here what every room needs to know of a department. Keep out what Dagster makes of it
(``components/department.py``, which takes the same attributes) and its data contract (``deliveries/contract.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

COMPONENT = "dedup_assets.components.department.Department"


class DepartmentError(UserError):
    """A department's folder cannot be read; the message says which file and what to do."""


class SlaDays(BaseModel):
    """Days until a finding of each severity must be corrected."""

    model_config = ConfigDict(extra="forbid")

    critical: int = Field(default=14, gt=0)
    warning: int = Field(default=45, gt=0)
    info: int = Field(default=90, gt=0)


class Department(BaseModel):
    """One department, as ``<departments>/<name>/defs.yaml`` states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$", description="Folder name here and in the landing zone.")
    title: str = Field(min_length=3, description="What people call the department.")
    system: str = Field(min_length=3, description="The system that delivers.")
    owner: str = Field(pattern=r"^(team:\S+|\S+@\S+)$", description="A Dagster owner: an e-mail address or team:name.")
    cron: str = Field(default="0 6 2 * *", description="When the delivery is looked for, in the city's time zone.")
    cadence: Literal["weekly", "monthly", "quarterly"] = "monthly"
    due_days: int = Field(
        default=5,
        ge=0,
        description="A period's delivery counts as missing once the city's calendar reaches its last due_days days.",
    )
    restricted: bool = Field(default=False, description="Restricted: an enclave of its own, only aggregates leave.")
    has_images: bool = Field(default=True, description="False for departments that deliver metadata only.")
    thresholds: dict[str, float] = Field(
        default_factory=dict, description="Share of records that must pass a rule, by rule id; the rest is default."
    )
    sla_days: SlaDays = SlaDays()


def load_department(folder: Path) -> Department:
    """The document of one department folder.

    Raises DepartmentError naming the file when it is absent, no YAML, or breaks the model.
    """
    path = folder / "defs.yaml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        attributes = document["attributes"]
        department = Department.model_validate(attributes)
    except (OSError, yaml.YAMLError, TypeError, KeyError, ValidationError) as error:
        raise DepartmentError(f"{path}: {error}. It must be a {COMPONENT} document; see the README.") from error
    if department.name != folder.name:
        raise DepartmentError(
            f"{path}: name is {department.name!r}, but its folder is {folder.name!r}; make them equal."
        )
    return department


def load_departments(folder: Path) -> list[Department]:
    """Every department below ``folder``, by name.

    Raises DepartmentError as ``load_department``, or when there is none.
    """
    found = [load_department(path.parent) for path in sorted(folder.glob("*/defs.yaml"))]
    if not found:
        raise DepartmentError(f"{folder} holds no department (a folder with defs.yaml and contract.yaml).")
    return found
