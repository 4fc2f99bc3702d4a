"""Typed settings, read once from the environment (``DEDUP_*``) and an optional ``.env``.

Put here what an installation decides: where things lie and how much of the machine may be used. Keep out what a
department decides (its document in ``defs/departments``) and what the city decides (``expectations/``, the policy).
"""

from __future__ import annotations

import os
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).parent
PROJECT = PACKAGE.parent


class Settings(BaseSettings):
    """What one installation decides. Every field can be set as ``DEDUP_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="DEDUP_", env_file=".env", extra="ignore")

    home: Path = Field(
        default=PROJECT / "dagster_home" / "state",
        description="Folder for the warehouse, enclaves, snapshots and the published site.",
    )
    landing: str = Field(default="", description="Landing zone: a folder or an fsspec URL. Empty: <home>/landing.")
    registry: str = Field(default="", description="Folder of reference files. Empty: <home>/registry.")
    departments: Path = Field(default=PACKAGE / "defs" / "departments", description="Folder of department documents.")
    expectations: Path = Field(default=PROJECT / "expectations", description="Folder of suites and thresholds.")
    policy: Path = Field(default=PACKAGE / "scoring" / "policy.yaml", description="Scoring policy file.")
    as_of: date | None = Field(default=None, description="A date to add to the city's calendar of deliveries.")
    time_zone: str = Field(default="America/Los_Angeles", description="The city's time zone, for crons and deadlines.")
    quiet_seconds: float = Field(
        default=60.0,
        ge=0,
        description="How long a department's manifests must lie unchanged before their arrival starts a run.",
    )
    dagster_url: str = Field(default="http://localhost:3000", description="Where people reach Dagster; for links.")
    site_url: str = Field(
        default="", description="Where people reach the published site; for links. Empty: the path in the home."
    )
    city_owner: str = Field(
        default="team:information-technology-agency",
        description="Who answers for what no department owns: an e-mail address, or team: and a name.",
    )
    languages: str = Field(
        default="en es", description="Languages of the published pages and of the report, with blanks between them."
    )
    publisher: str = Field(
        default="The city's information technology agency", min_length=1, description="Who the open data names."
    )
    publisher_contact: str = Field(default="", description="E-mail address for questions about the open data.")
    open_data_licence: str = Field(default="CC0-1.0", description="Licence of the open data, as SPDX names it.")
    alerts: SecretStr = Field(
        default=SecretStr(""),
        description="Apprise addresses that alerts are sent to, with blanks between them; none: to the log alone.",
    )
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Worker processes.")
    booking_form: str = Field(
        default=r"^[0-9]{7}$",
        description="Regular expression of a booking number in `dedup identify`; records are held to their contract.",
    )
    lock_timeout_seconds: float = Field(
        default=3600.0, gt=0, description="How long a run waits for another run of the same home."
    )
    progress: Literal["log", "terminal", "lines"] = Field(
        default="log", description="Where long work tells how far it is: Dagster's log, a bar, or lines on stderr."
    )
    signing_key: Path | None = Field(
        default=None, description="Private key that signs bundles (`dedup keygen` makes one). None: no bundle in a run."
    )
    witness_key: Path | None = Field(default=None, description="Private key of a second signature on every bundle.")
    bundles: Path | None = Field(default=None, description="Folder of bundles. None: <home>/bundles.")
    tsa: str = Field(default="", description="Address of an RFC 3161 time stamp authority. Empty: no time stamps.")
    final_report: date | None = Field(
        default=None, description="When the final financial report was submitted (2 CFR 200.334); starts retention."
    )
    max_image_bytes: int = Field(default=512 * 1024**2, gt=0, description="Byte cap of one image file.")
    max_image_pixels: int = Field(default=200_000_000, gt=0, description="Pixel cap of one image, all frames alike.")
    max_image_frames: int = Field(default=500, gt=0, description="Frame cap of one image file.")
    max_pages: int = Field(
        default=100, gt=0, description="Pages of one document that are compared; the rest is counted."
    )
    image_seconds: float = Field(default=20.0, gt=0, description="Time limit for decoding one image.")
    worker_memory_bytes: int = Field(default=3 * 1024**3, gt=0, description="Memory limit of one worker process.")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone; write it as America/Los_Angeles") from error
        return name

    @field_validator("dagster_url", "site_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def alert_addresses(self) -> list[str]:
        """The addresses that alerts are sent to."""
        return self.alerts.get_secret_value().split()

    @cached_property
    def landing_url(self) -> str:
        """Landing root as given, or the default inside the home."""
        return self.landing or str(self.home / "landing")

    @cached_property
    def bundles_folder(self) -> Path:
        """The folder of bundles as given, or the default inside the home."""
        return self.bundles or self.home / "bundles"

    @cached_property
    def registry_url(self) -> str:
        """Registry root as given, or the default inside the home."""
        return self.registry or str(self.home / "registry")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
