"""What a calibration found, as tables and a curve.

Put here counting, intervals, the proposal of thresholds and how they are told. Keep out pictures (``calibrate``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

from dedup_assets.matching.verdict import DUPLICATE
from dedup_assets.matching.verify.judge import allowance
from dedup_assets.matching.verify.thresholds import SHIPPED, VERIFY_VERSION
from dedup_assets.matching.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedup_assets.matching.calibrate import Judged
    from dedup_assets.matching.verify.thresholds import Thresholds

# Verdicts that find a pair: alone, or because people are shown it
_SHOWN = frozenset({*DUPLICATE, "same_image_local_change", "undecided"})
_MEASURES = ("worst", "extra")
_OTHER_RULES = frozenset({"not_legible", "partly_cut_off"})
_SMALL = 0.01
_MOST = 0.99  # share of copies that a proposed threshold would keep, where nothing stands against it
_WIDTH, _HEIGHT = 560, 320


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``cases``, with the Wilson 95 % interval."""

    hits: int
    cases: int

    @property
    def interval(self) -> tuple[float, float]:
        """See ``wilson``."""
        return wilson(self.hits, self.cases)

    def __str__(self) -> str:
        low, high = self.interval
        if not self.cases:
            return "no cases"
        return f"{self.hits}/{self.cases} = {self.hits / self.cases:.4f} ({low:.4f} to {high:.4f})"


@dataclass(frozen=True)
class Row:
    """One verdict or label: how many of its pairs are copies, and how many copies it has of all."""

    name: str
    precision: Rate
    recall: Rate


def by_verdict(judged: Sequence[Judged]) -> list[Row]:
    """Of each verdict: which share of its pairs are copies, and which share of the copies it holds."""
    copies = Counter(each.verdict for each in judged if each.pair.is_copy)
    others = Counter(each.verdict for each in judged if not each.pair.is_copy)
    return [
        Row(name, Rate(copies[name], copies[name] + others[name]), Rate(copies[name], copies.total()))
        for name in sorted({*copies, *others})
    ]


def automatic(judged: Iterable[Judged]) -> Row:
    """The verdicts that need no person, taken together: the row that matters most."""
    every = list(judged)
    taken = [each for each in every if each.verdict in DUPLICATE]
    right = sum(each.pair.is_copy for each in taken)
    return Row("automatic duplicates", Rate(right, len(taken)), Rate(right, sum(each.pair.is_copy for each in every)))


def by_label(judged: Sequence[Judged]) -> list[tuple[str, str, Rate, Rate]]:
    """Label, copy or other, share of its pairs that are automatic duplicates, and with those shown to people."""
    rows = []
    labels = sorted({(not each.pair.is_copy, label) for each in judged for label in each.pair.labels})
    for is_other, label in labels:
        mine = [each for each in judged if each.pair.is_copy is not is_other and label in each.pair.labels]
        alone, shown = (Rate(sum(each.verdict in wanted for each in mine), len(mine)) for wanted in (DUPLICATE, _SHOWN))
        rows.append((label, "other" if is_other else "copy", alone, shown))
    return rows


def left_over(judged: Judged) -> float | None:
    """How much of a pair is left over: of documents the deepest extra stroke, of scenes the worst tiles.

    In units of the shipped threshold, so that 1 is the limit of both; None when the two were not laid on one another.
    """
    measured = _measured(judged)
    if measured is None:
        return None
    measure, value = measured
    return value / float(getattr(SHIPPED, measure))


def curve(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """Precision and recall of the rule "no more than so much is left over", for every amount that occurs."""
    copies = sum(each.pair.is_copy for each in judged)
    points, right, taken = [], 0, 0
    known = sorted((left, each.pair.is_copy) for each in judged if (left := left_over(each)) is not None)
    for place, (left, is_copy) in enumerate(known):
        right, taken = right + is_copy, taken + 1
        if place + 1 == len(known) or known[place + 1][0] > left:
            points.append({"left": left, "precision": right / taken, "recall": right / max(1, copies)})
    return points


def curve_svg(judged: Sequence[Judged]) -> str:
    """The curve as an SVG, with the shipped rules, which look at more than what is left over, as a point."""
    import altair as alt
    import vl_convert

    row = automatic(judged)
    shipped = {"recall": _share(row.recall), "precision": _share(row.precision), "what": "shipped thresholds"}
    x = alt.X("recall:Q", title="recall of copies", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("precision:Q", title="precision", scale=alt.Scale(zero=False))
    line = alt.Chart(alt.NamedData("curve")).mark_line(color="#005ea2").encode(x=x, y=y)
    base = alt.Chart(alt.NamedData("shipped")).encode(x=x, y=y)
    mark = base.mark_point(size=90, filled=True, color="#b50909", shape="diamond")
    name = base.mark_text(align="right", dx=-8, dy=14, color="#1b1b1b").encode(text="what:N")
    chart = alt.layer(line, mark, name).properties(
        width=_WIDTH, height=_HEIGHT, title="Verification: precision and recall"
    )
    data = {"curve": _thinned(curve(judged)), "shipped": [shipped]}
    return str(vl_convert.vegalite_to_svg({**chart.to_dict(), "datasets": data}))


def propose(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Of the two limits that decide most: what copies and others measure, and a limit between the two.

    What 99 % of the copies stay below, and the least of the others among those verdicts that this limit could change
    (the two lie on one another, and no other rule speaks). Apart: their geometric mean, which is as far from both.
    Not apart: a tenth less than the others' least, because a missed copy costs less than a false one.
    """
    found = {}
    for measure in _MEASURES:
        copies = sorted(_values(judged, measure, is_copy=True))
        others = sorted(_values(judged, measure, is_copy=False))
        most = copies[min(len(copies) - 1, int(_MOST * len(copies)))] if copies else None
        least = others[0] if others else None
        limit = None
        if most is not None and least is not None:
            limit = exp((log(max(most, 1e-3)) + log(least)) / 2) if least > most else 0.9 * least
        found[measure] = {
            "shipped": float(getattr(SHIPPED, measure)),
            "copies": len(copies),
            "99 % of copies below": most,
            "others": len(others),
            "least of others": least,
            "proposed": None if limit is None else round(limit, 4),
        }
    return found


def markdown(judged: Sequence[Judged], told: Sequence[str], thresholds: Thresholds = SHIPPED) -> str:
    """The report: ``told`` are lines on what was compared and where."""
    row = automatic(judged)
    lines = ["# Calibration of the verification", "", *(f"- {each}" for each in told), ""]
    lines += [
        f"Automatic duplicates: precision {row.precision}, recall {row.recall}. Intervals are Wilson's, 95 %.",
        "",
    ]
    lines += ["## By verdict", "", "| verdict | copies among its pairs | of all copies |", "|---|---|---|"]
    lines += [f"| {each.name} | {each.precision} | {each.recall} |" for each in by_verdict(judged)]
    lines += [
        "",
        "## By label",
        "",
        "| label | truth | automatic duplicates | with those shown to people |",
        "|---|---|---|---|",
    ]
    lines += [f"| {label} | {truth} | {first} | {second} |" for label, truth, first, second in by_label(judged)]
    lines += [
        "",
        "## Limits",
        "",
        "| measure | shipped | 99 % of copies below | least of others | proposed |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {each['shipped']} | {_number(each['99 % of copies below'])} ({each['copies']}) |"
        f" {_number(each['least of others'])} ({each['others']}) | {_number(each['proposed'])} |"
        for name, each in propose(judged).items()
    ]
    lines += ["", f"## Thresholds ({VERIFY_VERSION})", "", "| name | value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in thresholds.as_dict().items()]
    return "\n".join([*lines, ""])


def _measured(judged: Judged) -> tuple[str, float] | None:
    """Which of the two limits the pair comes up against, and what is held against it."""
    strokes, coarse = judged.evidence.get("strokes"), judged.evidence.get("coarse")
    if isinstance(strokes, dict):
        legible = judged.evidence.get("legible")
        share = allowance(legible if isinstance(legible, float) else None, SHIPPED)
        return "extra", max(float(strokes["extra"]), float(strokes["rim"])) / max(share, _SMALL)
    if isinstance(coarse, dict):
        return "worst", float(coarse["worst"])
    return None


def _values(judged: Sequence[Judged], measure: str, *, is_copy: bool) -> list[float]:
    """The measure of the pairs that it decides on: copies that are found, others that no other rule keeps apart."""
    values = []
    for each in judged:
        measured = _measured(each)
        if each.pair.is_copy is not is_copy or measured is None or measured[0] != measure:
            continue
        elsewhere = each.verdict not in DUPLICATE if is_copy else each.evidence.get("reason") in _OTHER_RULES
        if not elsewhere:
            values.append(measured[1])
    return values


def _share(rate: Rate) -> float:
    return rate.hits / rate.cases if rate.cases else 1.0


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _thinned(points: list[dict[str, float]]) -> list[dict[str, float]]:
    """At most some 400 points, so that the file stays small."""
    step = max(1, len(points) // 400)
    return points[::step] + points[-1:]
