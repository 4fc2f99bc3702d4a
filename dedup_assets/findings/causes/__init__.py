"""Causes: why a finding is likely there, as rules of evidence with support counts.

One module and one ``.sql`` file a cause, all of the form of ``cause.py``; ``find.py`` runs them in their order and
settles conflicts. Put here what the data of a whole batch, photograph, source or feed says about *how* a defect came
about. Keep out what one record's own evidence says about its parcel (``attribution``) and what a finding holds up
(``impact``).

A cause is never a verdict about a person: it says what the tables look like, how many records bear that out, and how
many could have. Where nothing is borne out the cause is ``undetermined``.
"""
