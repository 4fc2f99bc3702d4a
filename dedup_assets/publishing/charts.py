"""Charts of scores over time, as SVG elements that stand in a page.

Put here how a series of scores is drawn. Keep out words (``sentences.py``) and the table behind the chart (templates).

Altair makes the specification and vl-convert the SVG, which needs no network and no browser. Every chart is drawn
twice, 640 and 250 pixels wide, and the style sheet shows the one that fits: a wide chart shrunk to a phone cannot be
read (field notes, section 2). Colour is never alone: the score is a full line with dots, its bounds are a band with
dashed edges, a date without a grade is a cross on a grey strip.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from dedup_assets.publishing.view import Chart
from dedup_assets.publishing.words import short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt

    from dedup_assets.publishing.view import ScorePoint

WIDE, NARROW = 640, 250
_HEIGHTS = {WIDE: 240, NARROW: 190}
# Room for the numbers beside the axis and the padding, so that the whole is as wide as it is called.
_MARGIN = 46
# Labels under the axis that fit beside each other at 12 pixels.
_LABELS = {WIDE: 12, NARROW: 4}

BLUE, GREY, INK = "#005ea2", "#dfe1e2", "#1b1b1b"
FONT = "sans-serif"
_DATA = "scores"
# One look for all charts. Marks carry no ARIA of their own: the element as a whole does.
_LOOK: dict[str, Any] = {
    "font": FONT,
    "aria": False,
    "background": "white",
    "lineBreak": "\n",
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 12,
        "labelColor": INK,
        "domainColor": "#71767a",
        "gridColor": GREY,
    },
}


@dataclass(slots=True)
class ChartBox:
    """Draws charts into ``folder``; one that ``earlier`` holds under the same name is taken from there unread."""

    folder: Path
    earlier: Path | None
    drawn: int = 0
    reused: int = 0

    def trend(self, points: Sequence[ScorePoint], summary: str) -> Chart | None:
        """The chart of a series, or None when no date of it was rated or bounded."""
        if not any(each.rated or each.lower is not None for each in points):
            return None
        files = {width: self._file(points, width) for width in (WIDE, NARROW)}
        wide, narrow = (as_element(files[width].read_text(encoding="utf-8"), summary) for width in (WIDE, NARROW))
        return Chart(wide=wide, narrow=narrow, href=f"{self.folder.name}/{files[WIDE].name}")

    def _file(self, points: Sequence[ScorePoint], width: int) -> Path:
        """The SVG file of a series; its name is the digest of all that it depends on."""
        text = json.dumps([_drawing(), width, [_row(place, each) for place, each in enumerate(points)]])
        name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.svg"
        path = self.folder / name
        if path.exists():
            return path
        self.folder.mkdir(exist_ok=True)
        old = self.earlier / name if self.earlier else None
        if old and old.is_file():
            path.write_bytes(old.read_bytes())
            self.reused += 1
        else:
            path.write_text(_draw(trend_specification(points, width)), encoding="utf-8")
            self.drawn += 1
        return path


def trend_specification(points: Sequence[ScorePoint], width: int) -> dict[str, Any]:
    """The Vega-Lite specification of one trend, ``width`` pixels wide.

    Dates are put side by side at equal distance, so that a date without delivery is a gap as wide as any other.
    """
    rows = [_row(place, each) for place, each in enumerate(points)]
    newest = max((row["place"] for row in rows if row["rated"]), default=-1)
    frame = _frame(tuple(row["label"] for row in rows), width, _start(points), newest)
    return {**frame, "datasets": {_DATA: rows}, "config": _LOOK}


@cache
def _frame(labels: tuple[str, ...], width: int, start: int, newest: int) -> dict[str, Any]:
    """A specification without its rows. Departments share their dates, so most of their charts share the frame.

    It takes Altair three times as long to make one as to draw it. A test holds one whole specification against the
    schema; doing so for every chart would cost twice what drawing it does.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData(_DATA)).encode(x=_dates(labels, width))
    layers = [*_gaps(base, labels, width), *_bounds(base, start), *_scores(base, newest, start)]
    chart = alt.layer(*layers).properties(width=width - _MARGIN, height=_HEIGHTS[width], padding=4)
    frame: dict[str, Any] = chart.to_dict(validate=False)
    return frame


def _row(place: int, point: ScorePoint) -> dict[str, Any]:
    """One date: ``run`` keeps lines from crossing a change of policy."""
    return {
        "place": place,
        "label": "\n".join(short_day(point.as_of).rsplit(" ", 1)),
        "score": point.score,
        "lower": point.lower,
        "upper": point.upper,
        "rated": point.rated,
        "run": point.policy_version or "",
    }


def _dates(labels: Sequence[str], width: int) -> alt.X:
    """The axis of dates: the newest is always named, the others as far as their names fit."""
    import altair as alt

    names = {str(place): label for place, label in enumerate(labels)}
    step = -(-len(labels) // _LABELS[width])
    return alt.X(
        "place:Q",
        title=None,
        scale=alt.Scale(domain=[-0.5, len(labels) - 0.5], nice=False),
        axis=alt.Axis(
            values=[place for place in range(len(labels)) if (len(labels) - 1 - place) % step == 0],
            labelExpr=f"{json.dumps(names)}[datum.value]",
            grid=False,
            labelOverlap=False,
            tickSize=4,
        ),
    )


def _start(points: Sequence[ScorePoint]) -> int:
    """Where the axis of points begins: at 0 where bounds reach below 50, else at 50.

    Two fixed scales, because one that starts at the lowest value makes a change of one point look like a fall.
    """
    lowest = min((each.lower for each in points if each.lower is not None), default=0.0)
    return 0 if lowest < 50 else 50  # noqa: PLR2004  # half of the scale


def _height(column: str, start: int) -> alt.Y:
    """The axis of points, from ``start``."""
    import altair as alt

    return alt.Y(f"{column}:Q", title=None, scale=alt.Scale(domain=[start, 100]), axis=alt.Axis(tickCount=5))


def _gaps(base: alt.Chart, labels: Sequence[str], width: int) -> list[alt.Chart]:
    """A grey strip and a cross for every date without a grade."""
    import altair as alt

    gaps = base.transform_filter("!datum.rated")
    strips = gaps.transform_calculate(left="datum.place - 0.5", right="datum.place + 0.5")
    left = _dates(labels, width)
    left.shorthand = "left:Q"
    return [
        strips.mark_rect(color=GREY, opacity=0.55).encode(x=left, x2="right:Q"),
        gaps.mark_point(shape="M-1,-1L1,1M1,-1L-1,1", size=90, stroke=INK, strokeWidth=2).encode(
            y=alt.value(_HEIGHTS[width] - 12)
        ),
    ]


def _bounds(base: alt.Chart, start: int) -> list[alt.Chart]:
    """A band between the bounds, its edges dashed, and a line at each date for the date that has no neighbour."""
    lower, upper = _height("lower", start), _height("upper", start)
    edge = base.mark_line(color=BLUE, strokeWidth=1, strokeDash=[4, 3])
    known = base.transform_filter("datum.lower !== null")
    return [
        base.mark_area(color=BLUE, opacity=0.16).encode(y=lower, y2="upper:Q", detail="run:N"),
        edge.encode(y=lower, detail="run:N"),
        edge.encode(y=upper, detail="run:N"),
        known.mark_rule(color=BLUE, strokeWidth=1).encode(y=lower, y2="upper:Q"),
    ]


def _scores(base: alt.Chart, newest: int, start: int) -> list[alt.Chart]:
    """The line of scores, a dot at each, and the newest one as a number above its upper bound."""
    score = _height("score", start)
    dots = base.transform_filter("datum.score !== null")
    number = base.transform_filter(f"datum.place === {newest}")
    return [
        base.mark_line(color=BLUE, strokeWidth=2.5).encode(y=score, detail="run:N"),
        dots.mark_point(shape="circle", size=60, color=BLUE, fill="white", strokeWidth=2.5, opacity=1).encode(y=score),
        number.mark_text(dy=-10, fontSize=14, fontWeight="bold", color=INK).encode(
            y=_height("upper", start), text="score:Q"
        ),
    ]


@cache
def _drawing() -> list[str]:
    """What a chart depends on beside its numbers: the text of this module, and the libraries that draw."""
    source = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return [source, version("altair"), version("vl-convert-python")]


def _draw(specification: Mapping[str, Any]) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(dict(specification))
    return svg


def as_element(svg: str, summary: str) -> Markup:
    """The SVG as one picture in a page: role, summary, and ids that no other chart of the page has."""
    mark = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}-\1)", svg)
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(summary)}" focusable="false" ', 1)
    return Markup(svg)  # noqa: S704  # drawn here from numbers and dates; the summary is escaped above
