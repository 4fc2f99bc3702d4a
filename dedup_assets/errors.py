"""The errors that a person can mend.

Put here only what every room needs to say so; each room names its own below it.
"""

from __future__ import annotations


class UserError(Exception):
    """Something given to the product is not right; the message says what, where, and what to do.

    The command line prints the message alone, without a stack trace, and exits with 1.
    """
