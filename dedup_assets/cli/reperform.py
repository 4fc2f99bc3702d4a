"""The panel *Audit*, second part: results made again, papers for a person to sign, samples drawn and entered back.

Put here how they are typed and told. Keep out what they do (``evidence``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from dedup_assets.cli.audit import PANEL, HomeFolder, Keys
from dedup_assets.cli.output import notice, progress

Bundle = Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of the bundle.", file_okay=False)]


def reperform(
    path: Bundle,
    *,
    inputs: Annotated[Path | None, typer.Option(help="Folder with landing/ and registry/.", file_okay=False)] = None,
    landing: Annotated[Path | None, typer.Option(help="Landing zone, if it lies elsewhere.", file_okay=False)] = None,
    registry: Annotated[Path | None, typer.Option(help="Reference files, if elsewhere.", file_okay=False)] = None,
    work: Annotated[
        Path | None, typer.Option(help="Folder for a fresh home, kept; a temporary one if not given.", file_okay=False)
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Rows of each side that a difference shows.")] = 10,
    key: Keys = None,
) -> None:
    """Make findings, ledger and scores of a bundle again from its inputs; ends with 1 when a row differs."""
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.keys import public_key
    from dedup_assets.evidence.reperform import reperform
    from dedup_assets.evidence.verify import verify
    from dedup_assets.settings import settings

    zone, reference = landing or _below(inputs, "landing"), registry or _below(inputs, "registry")
    verify(path, [public_key(each) for each in key or []])
    if work is not None and work.exists() and any(work.iterdir()):
        raise UserError(f"{work} is not empty; results are made again in a fresh folder")
    with TemporaryDirectory(prefix="dedup-reperform-") as temporary:
        found = reperform(
            path, zone, reference, settings(), work or Path(temporary), show=show, progress=progress(), notice=notice
        )
    sys.stdout.write("".join(f"{line}\n" for line in found.says()))
    if not found.equal:
        raise typer.Exit(1)


def documents(
    path: Bundle,
    out: Annotated[Path, typer.Option(help="Folder for the papers; made if absent.", file_okay=False)],
    key: Keys = None,
) -> None:
    """Write the papers of a bundle, each a draft to sign: finding sheets, schedule, reliability, certification."""
    from dedup_assets.evidence.keys import public_key
    from dedup_assets.evidence.papers.make import make_papers
    from dedup_assets.evidence.verify import verify

    verified = verify(path, [public_key(each) for each in key or []])
    made = make_papers(path, verified, out)
    sys.stdout.write("".join(f"{each}\n" for each in made))
    notice("every paper is a draft; nobody has signed or reviewed it")


def sample_audit(
    *,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed draws the same cases.")] = None,
    per_stratum: Annotated[int, typer.Option(min=1, help="Cases of each department and rule, at most.")] = 5,
    out: Annotated[Path | None, typer.Option(help="Empty folder for sheets and results.csv.", file_okay=False)] = None,
    results: Annotated[
        Path | None, typer.Option(help="A results.csv that was filled in, to enter back.", dir_okay=False)
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Say what auditors found so far.")] = False,
    department: Annotated[
        str | None, typer.Option(help="This department alone; a restricted one is drawn inside its enclave.")
    ] = None,
    home: HomeFolder = None,
) -> None:
    """Draw a stratified sample with trace-to-source sheets, enter its results back, or say what they show."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.sampling.results import enter_results
    from dedup_assets.evidence.sampling.sample import draw_sample, precision_sentence, precision_so_far, sampled_pool
    from dedup_assets.review.audit_store import audits_of
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home

    own, now = settings(), datetime.now(UTC)
    if (seed is not None) + (results is not None) + report != 1:
        raise UserError("give one of --seed N (with --out) to draw, --results FILE to enter, or --report")
    place, city = Home(home or own.home), load_departments(own.departments)
    store = audits_of(place, sampled_pool(city, department)[0])
    if seed is not None:
        if out is None:
            raise UserError("name an empty folder for the sheets with --out")
        drawn = draw_sample(
            place, city, own.expectations, department=department, seed=seed, per_stratum=per_stratum, out=out, at=now
        )
        sys.stdout.write("".join(f"{each}\n" for each in drawn.files))
        again = "" if drawn.is_new else "; the same sample was drawn before"
        notice(f"{drawn.sample_id}: {drawn.findings} findings and {drawn.records} records without one{again}")
        return
    if results is not None:
        entered, known = enter_results(results, store, today=now.astimezone(ZoneInfo(own.time_zone)).date(), at=now)
        notice(f"{entered} results entered, {known} known already; the scorecard shows them from the next run on")
    lines = [precision_sentence(each) for each in precision_so_far(store)]
    sys.stdout.write("".join(f"{line}\n" for line in lines or ["no results of auditors have been entered"]))


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (reperform, documents):
        app.command(rich_help_panel=PANEL)(command)
    app.command("sample-audit", rich_help_panel=PANEL)(sample_audit)


def _below(inputs: Path | None, name: str) -> Path:
    """A folder of the inputs. Raises UserError when neither it nor the inputs were named."""
    from dedup_assets.errors import UserError

    if inputs is None:
        raise UserError(f"name the inputs with --inputs, or their {name} with --{name}")
    return inputs / name
