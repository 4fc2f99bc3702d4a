"""The ``dedup`` command: its panels put together, and how it ends.

Exit codes: 0 fine, 1 failed, 2 usage. Put commands into the module of their panel, not here.
"""

from __future__ import annotations

import os
import sys

import typer

from dedup_assets.cli import audit, counter, explain, look, opendata, publish, reperform, report, review, run
from dedup_assets.errors import UserError

app = typer.Typer(
    name="dedup",
    help="Image data hygiene for city departments: from deliveries to scorecards.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run.register(app)
look.register(app)
explain.register(app)
publish.register(app)
review.register(app)
counter.register(app)
audit.register(app)
reperform.register(app)
report.register(app)
opendata.register(app)


def main() -> None:
    """Run ``dedup``; an error that a person can mend is printed as one line, not as a stack trace."""
    try:
        app()
    except UserError as error:
        sys.stderr.write(f"dedup: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("dedup: stopped; run the same command again to go on where it was\n")
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output went away (`dedup match … | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
