"""Is a candidate pair one image? The second stage: lay one picture on the other and look at what is left over.

The hash only nominates. Here two working pictures (``picture``, read and kept by ``thumbnail``) are aligned
(``align``), made alike in everything a copy may differ in (``tone``, ``paper``), subtracted (``residual``) and judged
(``judge``, by the numbers in ``thresholds``). ``pairs`` does that for many pairs in worker processes.

Put here pixels of two images at a time. Keep out SQL, and which pairs there are (the rest of ``matching``). Only
``pairs`` and ``thresholds`` are cheap to import; everything else imports OpenCV, and belongs in workers.
"""
