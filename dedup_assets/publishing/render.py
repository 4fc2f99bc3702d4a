"""From views to pages: Jinja2 templates that escape everything and decide nothing.

Put here the template environment. Templates get the dataclasses of ``view.py`` and the words of ``words.py``; the only
markup that they pass on unescaped are the charts, which ``charts.py`` made and marked as such.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from dedup_assets.publishing import words

if TYPE_CHECKING:
    from dedup_assets.publishing.view import DepartmentView, SiteView

LANGUAGE = "en"


@cache
def environment() -> Environment:
    """The templates of this room. A name that a template misspells is an error, not a blank."""
    made = Environment(
        loader=PackageLoader("dedup_assets.publishing", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": words.day,
        "short_day": words.short_day,
        "number": words.number,
        "points": words.points,
        "percent": words.percent,
        "cost": words.cost,
        "listed": words.listed,
    }
    made.globals |= {
        "language": LANGUAGE,
        "severities": words.SEVERITIES,
        "rule_statuses": words.RULE_STATUSES,
        "period_statuses": words.PERIOD_STATUSES,
    }
    return made


def city_page(site: SiteView) -> str:
    """``index.html``."""
    return _page("city.html", site=site, city=site.city)


def department_page(site: SiteView, department: DepartmentView) -> str:
    """``<department>.html``."""
    return _page("department.html", site=site, department=department)


def method_page(site: SiteView) -> str:
    """``method.html``."""
    return _page("method.html", site=site, method=site.method)


def static_files() -> dict[str, bytes]:
    """Files that are published as they stand in ``static``, by name."""
    folder = resources.files("dedup_assets.publishing").joinpath("static")
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir(), key=lambda each: each.name)}


def _page(template: str, **values: object) -> str:
    return environment().get_template(template).render(values)
