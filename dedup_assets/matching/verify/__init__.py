"""Is a candidate pair one image? The second stage: lay one picture on the other and look at what is left over.

The hash only nominates. Here two working pictures (``picture``) are laid on one another (``align``), made alike in
everything a copy may differ in (``alike``, ``tone``), and compared: scenes by what is left over (``residual``,
``bend``), documents by the strokes that only one of them has (``strokes``, ``paper``). ``look`` is the order of all
that, ``judge`` says what it means, by the numbers in ``thresholds``, which come from the run that ``calibration.md``
tells of. ``store`` keeps a working picture as bytes, ``difference`` draws what differs.

Put here pixels of two pages at a time. Keep out SQL, files, and which pairs there are (the rest of ``matching``). Only
``thresholds`` is cheap to import; everything else imports OpenCV, and belongs in workers. OpenCV and the BLAS behind
numpy should have one thread each there: these pictures are too small for more.
"""
