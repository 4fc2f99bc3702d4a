"""Room 1: what departments deliver, read as text and held to their contracts.

Put here the contract, the readers of manifests, the landing zone and the bookkeeping of deliveries. Keep out what an
identifier means (``registry``) and what an image holds (``images``). The way in is ``read.read_deliveries``.
"""
