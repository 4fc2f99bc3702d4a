"""The sample city: a fictional landing zone, its registry, and the truth of everything planted in it.

``write_city`` (``city.py``) writes, below one folder:

- ``landing/<department>/<as_of>/manifest.<ext>`` and ``landing/<department>/images/...``: six departments' deliveries,
  each the department's full list of that month's end.
- ``registry/``: ``permits.csv`` in the older public LADBS layout, ``parcels.csv``, ``parcel_pin.csv``,
  ``parcel_lineage.csv`` and ``city_boundary.geojson``.
- ``truth.csv``: what was planted. What it does not name must stay silent.

Everything is generated from the seed: no place, person, permit or picture in it is real. Columns of ``truth.csv``:

==================== =================================================================================================
planted_id           one planted thing; several lines when it concerns several records, rules, or spells of time
kind                 what was planted, as ``byte_copy_wrong_parcel``
department           the department whose record it is
as_of_first          date of the first readable delivery that shows it
as_of_last           date of the last one before it was mended; empty when the department's last readable delivery still
                     shows it. A thing that comes back has a line for each run of deliveries
image_id             the record, as its manifest names it; empty for a whole delivery, and for a row without a key
other_department     the department of the record that it was copied from or collides with, if any
other_image_id       that record
rule_id              the rule that must (or must not) find it; one line a rule
expected             ``finding``: the rule names it. ``silent``: nothing is wrong, the rule must not name it.
                     ``rejected``: the row breaks its contract. ``repaired:<canonical>``: a damaged identifier that
                     means this, so no finding. ``unseen``: wrong, but no rule of today can see it
detail               in plain words: which modification, which damage, which batch
==================== =================================================================================================

Put here what makes or plants the sample. Keep out everything that judges it.
"""
