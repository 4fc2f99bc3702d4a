"""Where units of heavy work run, and how their progress is told.

A *unit* is a small dict; the function that does it writes one Parquet file (beside, then renamed) and gives a small
dict back. Put engines here; keep out what a unit does, which is the business of the room that cut it.
"""

from dedup_assets.engines.engine import Engine, EngineError, Outcome, UnitFailedError
from dedup_assets.engines.inline import InlineEngine
from dedup_assets.engines.local import LocalEngine
from dedup_assets.engines.progress import LogProgress, Progress, SilentProgress, TerminalProgress

__all__ = [
    "Engine",
    "EngineError",
    "InlineEngine",
    "LocalEngine",
    "LogProgress",
    "Outcome",
    "Progress",
    "SilentProgress",
    "TerminalProgress",
    "UnitFailedError",
]
