"""One publication: read the city's tables, make the site beside the old one, swap, write the snapshots.

Put here the order of the steps. What a page says, what may be shown and how files take their place stand in the other
modules of this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing import render
from dedup_assets.publishing.charts import ChartBox
from dedup_assets.publishing.city_view import city_points, city_view, method_view
from dedup_assets.publishing.department_view import Material, department_points, department_view
from dedup_assets.publishing.pictures import make_album
from dedup_assets.publishing.rows import read_rows
from dedup_assets.publishing.scorecard import scorecard_text
from dedup_assets.publishing.sentences import trend_summary
from dedup_assets.publishing.site import EARLIER, Place, PublishError, date_of
from dedup_assets.publishing.snapshots import write_snapshots
from dedup_assets.publishing.table_file import csv_text
from dedup_assets.publishing.view import SiteView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.view import Trend
    from dedup_assets.scoring.policy import Policy

# File names of the site that no department may have.
RESERVED = frozenset({"index", "method", "city", "scorecard", EARLIER, "charts", "pictures", "style"})
CHARTS, PICTURES = "charts", "pictures"


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published. Counts of files; ``site_bytes`` without the earlier publications."""

    site: Path
    version: Path
    as_of: date
    pages: int
    charts_drawn: int
    charts_reused: int
    pictures_made: int
    pictures_reused: int
    pictures_unavailable: int
    site_bytes: int
    snapshots: tuple[Path, ...]

    def numbers(self) -> dict[str, int]:
        """The counts by name, for a log or a plot."""
        names = ("pages", "charts_drawn", "charts_reused", "pictures_made", "pictures_reused", "pictures_unavailable")
        return {**{name: getattr(self, name) for name in names}, "site_bytes": self.site_bytes}


def publish(
    con: duckdb.DuckDBPyConnection,
    departments: Sequence[Department],
    rules: Sequence[Rule],
    policy: Policy,
    *,
    out: Path,
    snapshots: Path,
    landing: str,
) -> PublishReport:
    """Publish the site at ``out`` and the snapshots in ``snapshots`` from the city's warehouse.

    ``con`` is a connection to the city's pool; of a restricted department it holds aggregates, and nothing else is
    read of it. ``landing`` is the root that photographs of the unrestricted departments are read from for thumbnails.
    The same tables give the same bytes. A failure leaves what was published before.

    Raises PublishError when there is nothing to publish, when a department's name is taken by a page, or when ``out``
    holds other files.
    """
    taken = sorted(RESERVED & {each.name for each in departments})
    if taken:
        raise PublishError(f"the site has a file called {' or '.join(taken)}; give the department another name")
    names = [each.name for each in departments]
    unrestricted = [each.name for each in departments if not each.restricted]
    rows = read_rows(con, names, unrestricted, policy.version)
    if rows is None:
        raise PublishError("no department has delivered or missed anything yet; run `dedup run` first")
    place = Place(out)
    building = place.begin()
    charts = ChartBox(building / CHARTS, _folder(place.current, CHARTS))
    album = make_album(rows, landing, building / PICTURES, _folder(place.current, PICTURES))
    earlier = place.earlier_than(rows.as_of)
    material = Material(
        rows=rows,
        rules={each.id: each for each in rules},
        policy=policy,
        titles={each.name: each.title for each in departments},
        pictures=album.pictures,
    )
    site = site_view(departments, material, charts, date_of(earlier) if earlier else None)
    pages = _write(site, building)
    if earlier:
        (building / EARLIER).symlink_to(f"../{earlier.name}", target_is_directory=True)
    size = sum(each.stat().st_size for each in building.rglob("*") if each.is_file() and not each.is_symlink())
    version = place.put(building, rows.as_of)
    return PublishReport(
        site=out,
        version=version,
        as_of=rows.as_of,
        pages=pages,
        charts_drawn=charts.drawn,
        charts_reused=charts.reused,
        pictures_made=album.made,
        pictures_reused=album.reused,
        pictures_unavailable=album.unavailable,
        site_bytes=size,
        snapshots=tuple(write_snapshots(con, names, unrestricted, snapshots)),
    )


def site_view(
    departments: Sequence[Department], material: Material, charts: ChartBox, earlier: date | None
) -> SiteView:
    """Everything that the pages show; charts are drawn on the way."""
    rows, policy = material.rows, material.policy
    views = []
    for department in departments:
        points = department_points(department, rows)
        chart = charts.trend(points, trend_summary(f"The score of {department.title}", points))
        views.append(department_view(department, material, points, chart))
    points = city_points(rows)
    chart = charts.trend(points, trend_summary("The city's score", points))
    return SiteView(
        as_of=rows.as_of,
        policy_version=policy.version,
        city=city_view(rows, policy, views, points, chart),
        method=method_view(policy, views),
        earlier=earlier,
    )


def _write(site: SiteView, folder: Path) -> int:
    """Write every file of a site but charts and pictures; returns the number of pages."""
    pages = {"index.html": render.city_page(site), "method.html": render.method_page(site)}
    pages |= {each.href: render.department_page(site, each) for each in site.city.departments}
    texts = {**pages, "scorecard.json": scorecard_text(site)}
    for trend in (site.city.trend, *(each.trend for each in site.city.departments)):
        texts[trend.csv_href] = trend_csv(trend)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, data in render.static_files().items():
        (folder / name).write_bytes(data)
    return len(pages)


def trend_csv(trend: Trend) -> str:
    """The table behind a chart, as a file; what is not rated has no number."""
    header = ("date", "grade", "score", "lower_bound", "upper_bound", "coverage", "delivery", "policy_version")
    return csv_text(
        header,
        [(p.as_of, p.grade, p.score, p.lower, p.upper, p.coverage, p.status, p.policy_version) for p in trend.points],
    )


def _folder(version: Path | None, name: str) -> Path | None:
    """A folder of the publication in force, where charts and pictures can be taken from."""
    return version / name if version else None
