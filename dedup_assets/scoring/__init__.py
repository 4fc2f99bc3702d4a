"""From facts to grades: seven measures, a versioned policy, scores with bounds, and what of them may leave an enclave.

Put here how good a delivery is and how well that is known. Keep out which record breaks which rule (``findings``) and
how a score is shown (``publishing``).
"""
