"""What a council committee is told: what was put right, what is late, what it holds up, and why.

One view (``view.py``) is made from the city's tables (``rows.py``, ``make.py``) and said in words (``words.py``,
``summary.py``). The page ``committee.html`` and the report in PDF are both printed from it, by the same macros.

Of a restricted department nothing is read here but its ageing, its durations and the digests of its manifests, and
what may be shown of them is decided with everything else that is shown of it (``shown.py``).
"""
