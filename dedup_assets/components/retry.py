"""Which failures are worth another try, and how often.

Only what may be gone in a minute: a lock, a disk, a network. A bad document or a broken manifest fails the second time
as it did the first, and a retry would only hide for a while that somebody has to mend it.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import dagster as dg

from dedup_assets.warehouse import WarehouseBusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Two more tries, after about 30 and 60 seconds: a store that fails over or a reader that closes a file is back by then.
# Full jitter, so that two departments that lost the same store do not come back to it in the same second.
POLICY = dg.RetryPolicy(max_retries=2, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.FULL)

# WarehouseBusyError is a UserError for the person at the command line; for a run at night it is a lock that will open.
TRANSIENT = (OSError, WarehouseBusyError)
# Operating system errors that stay: the name, the right or the kind of a file does not mend itself.
LASTING = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError)


def is_transient(error: BaseException) -> bool:
    """Whether the same step may succeed a minute later, with nobody having done anything."""
    return isinstance(error, TRANSIENT) and not isinstance(error, LASTING)


@contextmanager
def permanent_failures() -> Iterator[None]:
    """Turn every failure that is not transient into one that Dagster does not retry.

    The error stays the failure's cause, with its own message first, so that whoever reads the run sees what happened.
    """
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        if is_transient(error):
            raise
        raise dg.Failure(description=str(error) or type(error).__name__, allow_retries=False) from error


def tried_once(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step whose failures are not retried unless they are transient, wherever in it they happen.

    A suite that cannot be read or a module that is missing fails outside any connection, too.
    """
    if inspect.isgeneratorfunction(step):

        @wraps(step)
        def stepping(*args: Any, **kwargs: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever the step takes
            with permanent_failures():
                yield from step(*args, **kwargs)

        return stepping

    @wraps(step)
    def stepped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the step takes and gives
        with permanent_failures():
            return step(*args, **kwargs)

    return stepped
