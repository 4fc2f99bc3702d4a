"""Dagster's entry point. Put nothing here: what Dagster shows stands in ``defs/``."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Everything below this package's ``defs`` folder."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
