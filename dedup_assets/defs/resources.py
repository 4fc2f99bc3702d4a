"""What every asset is given, and where steps run."""

import dagster as dg

from dedup_assets.components.city import City


@dg.definitions
def resources() -> dg.Definitions:
    """The city, and one process for all steps.

    A step that spawns a process costs more than it does: three trivial steps took 36.7 s in a process each and 1.9 s in
    one (field notes). What is heavy fans out from inside its step.
    """
    return dg.Definitions(resources={"city": City()}, executor=dg.in_process_executor)
