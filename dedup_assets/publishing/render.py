"""From views to pages: Jinja2 templates that escape everything and decide nothing.

Put here the template environment. Templates get the dataclasses of ``view.py`` and the words of ``words.py``; the only
markup that they pass on unescaped are the charts, which ``charts.py`` made and marked as such. What templates say
themselves they say by ``{% trans %}`` and ``_()``: a blank at the end of a line, or several, counts as one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from dedup_assets.publishing import words
from dedup_assets.publishing.language import LANGUAGES, SOURCE, current

if TYPE_CHECKING:
    from dedup_assets.publishing.view import DepartmentView, SiteView


@cache
def environment() -> Environment:
    """The templates of this room. A name that a template misspells is an error, not a blank."""
    made = Environment(
        loader=PackageLoader("dedup_assets.publishing", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # The extension adds the method.
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "day": words.day,
        "short_day": words.short_day,
        "number": words.number,
        "points": words.points,
        "hundredths": words.hundredths,
        "percent": words.percent,
        "cost": words.cost,
        "listed": words.listed,
    }
    made.globals |= {
        "severities": words.SEVERITIES,
        "rule_statuses": words.RULE_STATUSES,
        "period_statuses": words.PERIOD_STATUSES,
    }
    return made


def _gettext(message: str) -> str:
    return current().catalogue.gettext(message)


def _ngettext(one: str, many: str, number: int) -> str:
    return current().catalogue.ngettext(one, many, number)


def render_page(template: str, here: str, *, site: SiteView | None = None, **values: object) -> str:
    """A page in the language in force.

    ``here`` is its name below the language's folder (``rules/DUP-001.html``). Beside ``values`` the template gets
    ``here``; ``home`` and ``top``, the ways from the page to the language's folder and to the site's root ('' or
    '../', as often as need be); ``language``, its code; ``languages``, for each its code, what it is called in itself,
    and the way to the same page in it; and ``nav``: the way from ``home``, the words and whether it is this page, of
    each page that every page of ``site`` leads to. A page that stands alone has no site.
    """
    code = current().code
    home = "../" * here.count("/")
    top = home if code == SOURCE else f"{home}../"
    given = {
        "here": here,
        "home": home,
        "top": top,
        "language": code,
        "languages": [
            (each, LANGUAGES[each], f"{top}{'' if each == SOURCE else f'{each}/'}{here}")
            for each in (site.languages if site else ())
        ],
        "nav": [(href, label, href == here) for href, label in (site.nav if site else ())],
        "site": site,
    }
    return environment().get_template(template).render({**given, **values})


def city_page(site: SiteView) -> str:
    """``index.html``."""
    return render_page("city.html", "index.html", site=site, city=site.city)


def department_page(site: SiteView, department: DepartmentView) -> str:
    """``<department>.html``."""
    return render_page("department.html", department.href, site=site, department=department)


def method_page(site: SiteView) -> str:
    """``method.html``."""
    return render_page("method.html", "method.html", site=site, method=site.method)
