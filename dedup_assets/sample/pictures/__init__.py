"""Pictures that look like photographs, forms and portraits, and are none.

Each is a function of a seed and of what it shows: ``photograph`` (buildings in a street), ``portrait`` (booking
photographs), ``form`` (scanned paper). Put here drawing. Keep out parcels, departments and files.
"""
