"""`dedup calibrate`: verification held against pictures whose truth is known.

Put here words and files; numbers come from `matching`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice

if TYPE_CHECKING:
    from dedup_assets.matching.calibrate import Judged


def calibrate(
    truth: Annotated[Path, typer.Argument(help="CSV: image, group, label, and object where known.", exists=True)],
    *,
    sample: Annotated[int, typer.Option(min=0, help="Pairs drawn from those that are not hard.")] = 2000,
    make: Annotated[int, typer.Option(min=0, help="Pictures to make copies of, and documents to draw.")] = 0,
    curve: Annotated[
        Path, typer.Option(dir_okay=False, help="Write the precision and recall curve here, as SVG.")
    ] = Path("calibration.svg"),
    report: Annotated[Path | None, typer.Option(help="Write the report here, as Markdown.")] = None,
    propose: Annotated[bool, typer.Option(help="Print proposed thresholds as JSON.")] = True,
) -> None:
    """Say how well verification tells copies from others, on labelled pictures.

    Pictures of one group are copies of one another, those of different groups are not; an object is what pictures of
    different groups show too. All copies are compared, all pairs of one object, all others with near hashes, and a
    sample of the rest. Printed are precision and recall with Wilson's 95 % intervals, by verdict and by label.
    """
    judged, told = _judged(truth, sample, make)
    from dedup_assets.matching.calibrate_report import automatic, by_label, by_verdict, curve_svg, markdown
    from dedup_assets.matching.calibrate_report import propose as proposals

    for line in told:
        notice(line)
    row = automatic(judged)
    lines = [f"{row.name}: precision {row.precision}, recall {row.recall}"]
    lines += [f"{each.name}: precision {each.precision}, recall {each.recall}" for each in by_verdict(judged)]
    lines += [
        f"{label} ({kind}): automatic duplicates {first}, with those shown to people {second}"
        for label, kind, first, second in by_label(judged)
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if propose:
        sys.stdout.write(json.dumps(proposals(judged), indent=2) + "\n")
    curve.write_text(curve_svg(judged), encoding="utf-8")
    notice(f"the curve is in {curve}")
    if report is not None:
        report.write_text(markdown(judged, told), encoding="utf-8")


def _judged(truth: Path, sample: int, make: int) -> tuple[list[Judged], list[str]]:
    """Every judged pair, and lines that say what they are."""
    # One thread each, as in the workers: these matrices are too small for more, and waiting threads double the time
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(name, "1")
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.calibrate import judge, pairs_of, read_truth, sources
    from dedup_assets.matching.calibrate_made import made_from
    from dedup_assets.settings import settings

    limits = Limits.of(settings())
    read = read_truth(truth, limits)
    pairs = pairs_of(read.pictures, sample)
    judged = [judge(each) for each in pairs]
    reasons = "".join(f"; {reason}: {count}" for reason, count in sorted(read.unreadable.items()))
    copies, drawn = sum(each.is_copy for each in pairs), sum("sampled" in each.labels for each in pairs)
    groups = len({each.group for each in read.pictures})
    told = [
        f"truth: {len(read.pictures)} labelled pictures in {groups} groups, {read.without_group} rows without a group",
        f"not read: {read.unreadable.total()}{reasons}",
        f"pairs of the truth: {copies} of copies, {len(pairs) - copies} of others",
        f"of the others {drawn} were drawn by a fixed seed",
    ]
    if make:
        photographs = sources(truth, read, make, limits)
        made = [judge(each) for each in made_from(photographs, make)]
        copies = sum(each.pair.is_copy for each in made)
        told.append(
            f"pairs made from {len(photographs)} photographs and {2 * make} drawn documents: {copies} of copies, "
            f"{len(made) - copies} of others"
        )
        judged += made
    return judged, told
