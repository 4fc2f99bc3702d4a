"""From facts to grades: seven measures, versioned policies, scores with bounds, why they moved, what leaves an enclave.

Put here how good a delivery is and how well that is known. Keep out which record breaks which rule (``findings``) and
how a score is shown (``publishing``).
"""
