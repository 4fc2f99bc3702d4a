"""One publication: read what the tier may see, make the site beside the old one, swap, write the snapshots.

Put here the order of the steps and who makes which pages. What a page says, what may be shown and how files take their
place stand in the other modules of this room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dedup_assets.publishing import assets, render
from dedup_assets.publishing.charts import ChartBox
from dedup_assets.publishing.city_view import city_points, city_view, method_view
from dedup_assets.publishing.department_view import Material, department_points, department_view
from dedup_assets.publishing.finding_rows import with_every_finding
from dedup_assets.publishing.language import LANGUAGES, SOURCE, language, text, using
from dedup_assets.publishing.navigation import navigation
from dedup_assets.publishing.opendata.package import package_files
from dedup_assets.publishing.opendata.publisher import FOLDER as OPEN_DATA
from dedup_assets.publishing.pages import committee, corrections, data, findings, rules
from dedup_assets.publishing.pictures import MOST, MOST_OWN, Album, make_album
from dedup_assets.publishing.publication import Page, Publication
from dedup_assets.publishing.rows import read_rows
from dedup_assets.publishing.scorecard import scorecard_text
from dedup_assets.publishing.sentences import trend_summary
from dedup_assets.publishing.shown_counts import read_said, show
from dedup_assets.publishing.site import EARLIER, Place, PublishError, date_of
from dedup_assets.publishing.snapshots import write_snapshots
from dedup_assets.publishing.table_file import csv_text
from dedup_assets.publishing.tier import WITH_PICTURES, Tier, is_exact
from dedup_assets.publishing.tier_views import tier_reader
from dedup_assets.publishing.view import SiteView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.publishing.opendata.publisher import Publisher
    from dedup_assets.publishing.publication import Source
    from dedup_assets.publishing.rows import Rows
    from dedup_assets.publishing.view import Picture, Trend

CHARTS, PICTURES = "charts", "pictures"
# What lies at a site's root under these names; no department may be called so.
RESERVED = frozenset(
    {"index", "method", "city", "scorecard", "data", "rules", "findings", "corrections", "committee", EARLIER, CHARTS}
    | {PICTURES, assets.FOLDER, OPEN_DATA, *LANGUAGES}
)


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


def publish(source: Source, *, out: Path, tier: Tier = Tier.public, snapshots: Path | None = None) -> PublishReport:
    """Publish the site of ``tier`` at ``out``, and the city's snapshots in ``snapshots`` if given.

    The same tables give the same bytes. A failure leaves what was published before.

    Raises PublishError when there is nothing to publish, when a department's name is taken by a page, when ``out``
    holds other files, or when a department's own site is asked for but not of one department.
    """
    departments = source.departments
    taken = sorted(RESERVED & {each.name for each in departments})
    if taken:
        raise PublishError(f"the site has a file called {' or '.join(taken)}; give the department another name")
    if tier is Tier.department and len(departments) != 1:
        raise PublishError("a department's own site is about that department alone; name it")
    with tier_reader(source.con, tier, departments, source.contracts, source.scores) as reader:
        report = _publish(source, reader, tier, out)
    written: list[Path] = []
    if snapshots is not None:
        names, unrestricted = [each.name for each in departments], [e.name for e in departments if not e.restricted]
        with tier_reader(source.con, Tier.auditor, departments, source.contracts) as reader:
            written = write_snapshots(reader, names, unrestricted, snapshots)
    return replace(report, snapshots=tuple(written))


def _publish(source: Source, con: duckdb.DuckDBPyConnection, tier: Tier, out: Path) -> PublishReport:
    """Build the site from what ``con`` reads, and put it in its place."""
    departments = source.departments
    exact = [each.name for each in departments if is_exact(tier, each)]
    rows = read_rows(con, [each.name for each in departments], exact, source.policy.version)
    if rows is None:
        raise PublishError("no department has delivered or missed anything yet; run `dedup run` first")
    place = Place(out)
    building = place.begin()
    charts = ChartBox(building / CHARTS, _folder(place.current, CHARTS))
    album = Album({}, 0, 0, 0)
    if tier in WITH_PICTURES:
        own = tier is Tier.department
        pictured = with_every_finding(con, departments[0].name, rows) if own else rows
        taken = _folder(place.current, PICTURES)
        album = make_album(pictured, source.landing, building / PICTURES, taken, MOST_OWN if own else MOST)
    earlier = place.earlier_than(rows.as_of)
    material = material_of(source, rows, tier, album.pictures, earlier)
    before = date_of(earlier) if earlier else None
    pages = _write(partial(publication_of, source, con, material, charts, before), building, source)
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
        snapshots=(),
    )


def material_of(
    source: Source, rows: Rows, tier: Tier, pictures: Mapping[tuple[str, str], Picture], earlier: Path | None = None
) -> Material:
    """What every page of a publication is made from; ``earlier``: the one before it, which is held against it."""
    return Material(
        rows=rows,
        rules={each.id: each for each in source.rules},
        policy=source.policy,
        titles={each.name: each.title for each in source.departments},
        pictures=pictures,
        tier=tier,
        shown=show(source.departments, rows, source.policy, tier, read_said(earlier)),
    )


def publication_of(
    source: Source,
    con: duckdb.DuckDBPyConnection,
    material: Material,
    charts: ChartBox,
    earlier: date | None,
) -> Publication:
    """The publication in the language in force."""
    return Publication(
        con=con,
        departments=source.departments,
        rules=source.rules,
        policy=source.policy,
        tier=material.tier,
        rows=material.rows,
        site=replace(site_view(source.departments, material, charts, earlier), languages=source.languages),
        pictures=material.pictures,
    )


def site_view(
    departments: Sequence[Department], material: Material, charts: ChartBox, earlier: date | None
) -> SiteView:
    """Everything that the pages show; charts are drawn on the way."""
    rows, policy = material.rows, material.policy
    shown = material.shown or show(departments, rows, policy, material.tier)
    views = []
    for department in departments:
        points = department_points(department, rows, material.tier)
        chart = charts.trend(points, trend_summary(text(department.title), points))
        views.append(department_view(department, material, shown.departments[department.name], points, chart))
    if material.tier is Tier.department:  # its own page is what its site begins with
        views = [replace(each, href="index.html") for each in views]
    points = city_points(rows)
    chart = charts.trend(points, trend_summary(None, points))
    return SiteView(
        as_of=rows.as_of,
        policy_version=policy.version,
        city=city_view(rows, policy, views, shown.city, points, chart, tier=material.tier),
        method=method_view(policy, views),
        earlier=earlier,
        nav=navigation(material.tier, departments),
    )


def _main_pages(publication: Publication) -> Iterator[Page]:
    """The city's page, the departments' and the one about method; a department's own site has its page in front."""
    site = publication.site
    if publication.tier is not Tier.department:
        yield Page("index.html", render.city_page(site))
    for each in site.city.departments:
        yield Page(each.href, render.department_page(site, each))
    yield Page("method.html", render.method_page(site))


# Who makes pages; each knows which tiers have its own. A further kind of page is a further name here.
MAKERS = (_main_pages, committee.pages, rules.pages, findings.pages, corrections.pages)


def _write(make: Callable[[], Publication], folder: Path, source: Source) -> int:
    """Write every file of a site but charts and pictures, every page in every language; returns the number of pages."""
    pages, made = 0, {}
    for code in source.languages:
        with using(language(code)):
            made[code] = publication = make()
            pages += _put(_folder_of(folder, code), (page for maker in MAKERS for page in maker(publication)))
            if code == SOURCE:
                _put(folder, _shared_files(publication.site))
                _put_open_data(folder, publication, source.publisher)
    (folder / assets.FOLDER).mkdir()
    for name, content in assets.assets().items():
        (folder / assets.FOLDER / name).write_bytes(content)
    (folder / "scorecard.schema.json").write_bytes(assets.schema())
    for code, publication in made.items():  # about the files that are there, so it comes last
        with using(language(code)):
            pages += _put(_folder_of(folder, code), data.pages(publication, folder))
    return pages


def _put_open_data(folder: Path, publication: Publication, publisher: Publisher) -> None:
    """The package of open data, which says what the public site says and so is part of it alone."""
    if publication.tier is not Tier.public:
        return
    (folder / OPEN_DATA).mkdir()
    for name, content in package_files(publication.site, publication.policy, publisher).items():
        (folder / OPEN_DATA / name).write_bytes(content)


def _folder_of(folder: Path, code: str) -> Path:
    """Where the pages of a language lie."""
    return folder if code == SOURCE else folder / code


def _shared_files(site: SiteView) -> Iterator[Page]:
    """Files of figures, which are the same in every language."""
    yield Page("scorecard.json", scorecard_text(site))
    for trend in (site.city.trend, *(each.trend for each in site.city.departments)):
        yield Page(trend.csv_href, trend_csv(trend))


def _put(folder: Path, pages: Iterable[Page]) -> int:
    """Write pages below a folder; returns how many.

    Raises PublishError for a name that leads out of the folder: names are made here, so that is a defect of ours.
    """
    written = 0
    for page in pages:
        name = PurePosixPath(page.name)
        if name.is_absolute() or not name.parts or ".." in name.parts or not page.name.isprintable():
            raise PublishError(f"a page is called {page.name!r}, which leads out of the site")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8", newline="")
        written += 1
    return written


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
