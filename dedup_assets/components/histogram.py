"""The histogram of candidate pairs by distance, as a picture that Dagster shows in an asset's metadata.

Put here its drawing. Keep out the counting (``matching``). A picture inside Markdown is how Dagster shows one.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH, HEIGHT = 560, 220
_CROWDED = 50


def histogram_metadata(by_distance: Mapping[int, int]) -> dg.MarkdownMetadataValue | None:
    """Pairs of pages by Hamming distance (0 to 256 bits), as a PNG in Markdown; None where there are none."""
    if not by_distance:
        return None
    encoded = base64.b64encode(_drawn(by_distance)).decode("ascii")
    total = sum(by_distance.values())
    return dg.MetadataValue.md(
        f"![{total:,} candidate pairs by the number of bits in which their hashes differ]"
        f"(data:image/png;base64,{encoded})"
    )


def _drawn(by_distance: Mapping[int, int]) -> bytes:
    import altair as alt
    import vl_convert

    rows = [{"bits": bits, "pairs": pairs} for bits, pairs in sorted(by_distance.items())]
    # A few crowded distances would flatten all others, so the axis counts in powers of ten where they differ by much.
    scale = alt.Scale(type="symlog") if max(by_distance.values()) > _CROWDED else alt.Scale()
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=HEIGHT)
        .mark_bar(color="#005ea2")
        .encode(
            x=alt.X("bits:Q", title="bits of 256 in which the hashes differ", bin=alt.Bin(step=2), scale=alt.Scale()),
            y=alt.Y("sum(pairs):Q", title="candidate pairs", scale=scale),
        )
    )
    return bytes(vl_convert.vegalite_to_png(chart.to_json()))
