"""Which contents are copies of one another: candidate pairs, verdicts, groups.

Put here the search for pairs of contents whose hashes are near (exact: it misses none), what a pair's verdict rests
on, and the grouping of pairs. Keep out how a hash is made (``images``) and what a pair means for a parcel or a permit
(``findings``).

The way of a pair: ``search`` finds *candidates* (``tally`` counts all of them and keeps the nearest), ``verdict`` says
what each one is, ``groups`` puts them together. Two callers: ``match_contents`` for a warehouse, ``folder`` for a
folder of images.
"""
