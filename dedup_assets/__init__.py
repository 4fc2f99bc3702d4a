"""Image data hygiene for city departments: from a department's manifest to its scorecard.

Each folder is a room of the house; data goes one way through them: deliveries, registry, images, matching,
findings, scoring, publishing. Put nothing here but the version.
"""

__version__ = "0.1.0"
