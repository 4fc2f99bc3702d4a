"""The data page: every file for programs of this publication, with size, digest, meaning, and what its columns are.

Put here what the files are and the dictionary of the CSV files. It is made last, of the files that stand in the site's
folder by then; pages, pictures and styles are no data and not listed.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.words import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.publishing.publication import Publication

NAME = "data.html"

_TREND = mark("The score of one department, or of the city, at every date: the table behind its chart.")
_CORRECTIONS = mark("The correction list of the department: one row an image record that is to be put right.")
# What a file is, by the pattern of its name; the first that fits.
_MEANINGS = {
    "open-data/datapackage.json": mark("The open data as a Data Package: every table, its columns and their meaning."),
    "open-data/dcat.json": mark("The record of the open data for a catalogue (DCAT-US 3)."),
    "open-data/dqv.jsonld": mark("The scores as measurements in the W3C Data Quality Vocabulary."),
    "open-data/policy.json": mark("The scoring policy: weights, bands and caps."),
    "open-data/*": mark("A table of the open data; “dedup rebuild” computes the scores again from these."),
    "scorecard.json": mark("Every figure of the city's and the departments' pages."),
    "scorecard.schema.json": mark("What the keys of scorecard.json mean."),
    "*-trend.csv": _TREND,
    "data/corrections.csv": _CORRECTIONS,
    "charts/*.svg": mark("A chart of these pages as a picture that can be enlarged."),
    "*.pdf": mark("The report to the committee, for printing."),
}
_CHARTS = "charts/"
_OTHER = mark("A further file of this publication.")
_FORMATS = {
    ".json": mark("JSON"),
    ".csv": mark("CSV (comma, UTF-8, first line names the columns)"),
    ".svg": mark("SVG"),
    ".pdf": mark("PDF"),
    ".parquet": mark("Parquet"),
}
_NOT_DATA = ("*.html", "assets/*", "pictures/*", "*/pictures/*", "*.css", "*.woff2")

# The columns of the CSV files, by the pattern of the file's name.
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "*-trend.csv": {
        "date": mark("The date of the deliveries that the score is about (YYYY-MM-DD)."),
        "grade": mark("A to F, or NR where the department is not rated."),
        "score": mark("0 to 100, rounded down; empty where it is not rated."),
        "lower_bound": mark("The score if everything that could not be checked were wrong."),
        "upper_bound": mark("The score if everything that could not be checked were right."),
        "coverage": mark("The weighted share of what should be checked that could be checked, 0 to 1."),
        "delivery": mark("What came of the delivery: read, repeated, empty, unreadable, missing, not_due."),
        "policy_version": mark("The version of the scoring policy; scores of two versions are not compared."),
    },
    "data/corrections.csv": {
        "image_id": mark("The record, as the department calls it."),
        "delivery": mark("The date of the delivery that shows it."),
        "severity": mark("The severity of its most urgent finding: critical, warning, info."),
        "correct_by": mark("The deadline of its most urgent finding."),
        "rules": mark("The rules that it breaks; each has a page."),
        "from_parcel": mark("The parcel that it is filed on; empty where the number cannot be read."),
        "from_parcel_as_sent": mark("The same as the department sent it."),
        "to_parcel": mark("The parcel that it belongs on; empty where nothing tells one."),
        "to_parcel_known_from": mark(
            "What tells it: batch_shift, attribution, permit_of_record, pin_of_record, parcel_lineage."
        ),
        "copy_of": mark("The image that is proposed to stay, if the record is a further copy."),
        "evidence": mark("What was seen, in sentences."),
        "cause": mark("The likely cause, or undetermined."),
        "cause_in_words": mark("What bears the cause out."),
        "batch_id": mark("The batch that the record came with."),
        "recommendation": mark("What to do."),
        "findings": mark("The ids of its findings."),
    },
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file by its way from the site's root, with its SHA-256."""

    href: str
    meaning: str
    format: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What the columns of CSV files of one kind (``name`` or pattern) mean: pairs of column and meaning, in order."""

    name: str
    meaning: str
    columns: Sequence[tuple[str, str]]


def pages(publication: Publication, folder: Path) -> Iterator[Page]:
    """``data.html``, of the files that stand in ``folder``, the root of the site that is being made."""
    names = data_files(folder)
    page = render_page(
        NAME,
        NAME,
        site=publication.site,
        files=[_line(folder, each) for each in names if not each.startswith(_CHARTS)],
        charts=[_line(folder, each) for each in names if each.startswith(_CHARTS)],
        dictionaries=_dictionaries(folder, names),
        tier=publication.tier.value,
        is_public=publication.tier is Tier.public,
    )
    yield Page(NAME, page)


def data_files(folder: Path) -> list[str]:
    """The files for programs below a folder, by their way from it, charts last; links to earlier sites are left out."""
    files = (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    names = (each.relative_to(folder).as_posix() for each in files)
    wanted = [each for each in names if not any(fnmatch(each, pattern) for pattern in _NOT_DATA)]
    return sorted(wanted, key=lambda each: (each.startswith(_CHARTS), each))


def meaning_of(name: str) -> str:
    """What a file is, in the language in force."""
    return text(next((said for pattern, said in _MEANINGS.items() if fnmatch(name, pattern)), _OTHER))


def _line(folder: Path, name: str) -> FileLine:
    data = (folder / name).read_bytes()
    suffix = f".{name.rpartition('.')[2]}"
    kind = text(_FORMATS[suffix]) if suffix in _FORMATS else suffix.lstrip(".").upper()
    return FileLine(name, meaning_of(name), kind, _size(len(data)), hashlib.sha256(data).hexdigest())


def _size(size: int) -> str:
    if size < 1000:  # noqa: PLR2004  # bytes that make a kilobyte
        return texts("%(count)s byte", "%(count)s bytes", size)
    return text("%(number)s kB", number=decimal(size / 1000, 1))


def _dictionaries(folder: Path, names: Sequence[str]) -> list[Dictionary]:
    """The dictionary of every kind of CSV file that there is; a column without words stands there without."""
    found = []
    for pattern, columns in _COLUMNS.items():
        files = [each for each in names if fnmatch(each, pattern)]
        if files:
            header = list(dict.fromkeys(column for each in files for column in _header(folder / each)))
            said = [(column, text(columns.get(column, ""))) for column in header]
            found.append(Dictionary(files[0] if len(files) == 1 else pattern, meaning_of(files[0]), said))
    return found


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])
