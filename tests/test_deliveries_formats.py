"""Formats of values: what each accepts and what breaks it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.deliveries.formats import Format, FormatError, make_format
from deliveries_kit import LADBS_CONTRACT


def fmt(logical_type: str, **options: Any) -> Format:
    found = make_format(logical_type, options)
    assert found is not None
    return found


def broken(form: Format, *values: str | None) -> list[bool]:
    found: list[bool] = form.broken(pa.array(values, pa.string())).tolist()
    return found


STAMP = next(column.format for column in LADBS_CONTRACT.columns if column.name == "captured_at")


@pytest.mark.parametrize(
    "value",
    [
        "2025-01-02", "2025-01-02T03:04:05", "2025-01-02 03:04:05", "2025-01-02T03:04", "2025-01-02T03:04:05.123456",
        "2025-01-02T03:04:05Z", "2025-01-02T03:04:05-08:00", "2024-02-29", "2000-02-29", "1/2/2025", "01/02/2025",
        "12/31/2025 11:59:59 PM", "1/2/2025 3:04 am", "01/02/2025 15:04",
    ],
)  # fmt: skip
def test_a_time_in_iso_or_american_style_holds(value: str) -> None:
    assert STAMP is not None
    assert broken(STAMP, value) == [False]


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-30", "2023-02-29", "1900-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-02T25:00:00",
        "25-01-02", "2025/01/02", "13/01/2025", "2/30/2025", "45123", "yesterday", "2025-01-02\n", " 2025-01-02",
        "2025-01-02T03:04:05-08", "1/2/2025 13:04 PM", "2025-01-021/2/2025", "２０２５-01-02",
    ],
)  # fmt: skip
def test_a_time_that_is_none_breaks(value: str) -> None:
    assert STAMP is not None
    assert broken(STAMP, value) == [True]


@given(st.dates(min_value=date(1000, 1, 1)), st.times(), st.integers(-14 * 60, 14 * 60))
def test_every_time_that_python_writes_in_iso_holds(day: date, time: Any, offset: int) -> None:
    assert STAMP is not None
    moment = datetime.combine(day, time, timezone(timedelta(minutes=offset)))
    assert broken(STAMP, moment.isoformat(), day.isoformat(), f"{day.month}/{day.day}/{day.year}") == [False] * 3


@given(st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 31))
def test_a_day_holds_exactly_when_the_calendar_has_it(year: int, month: int, day: int) -> None:
    try:
        exists = bool(date(year, month, day))
    except ValueError:
        exists = False
    assert broken(fmt("date", format="yyyy-MM-dd"), f"{year:04d}-{month:02d}-{day:02d}") == [not exists]


def test_numbers_and_their_bounds() -> None:
    assert broken(fmt("integer", minimum=0), "0", "007", "-1", "1.0", "1e3", "", "12345678901234567890", None) == [
        False, False, True, True, True, True, True, False,
    ]  # fmt: skip
    assert broken(fmt("integer", minimum=1, maximum=5), "0", "1", "5", "6") == [True, False, False, True]
    assert broken(fmt("number", minimum=0), "12.5", "0", "-0.5", ".5", "nan", "inf") == [False] * 2 + [True] * 4
    assert broken(fmt("integer"), "-7") == [False]


def test_a_pattern_is_held_to_the_whole_value_only_where_it_is_anchored() -> None:
    assert broken(fmt("string", pattern="^[0-9]{7}$"), "1234567", "12345678", "1234567\n", None) == [
        False, True, True, False,
    ]  # fmt: skip
    assert broken(fmt("string", pattern="[0-9]"), "a1b") == [False]


def test_a_quoted_bracket_is_text() -> None:
    assert broken(fmt("date", format="'['yyyy-MM-dd']'"), "[2025-01-02]", "2025-01-02") == [False, True]


def test_a_text_without_pattern_has_no_format() -> None:
    assert make_format("string", {}) is None


@pytest.mark.parametrize(("logical_type", "options"), [("object", {}), ("date", {}), ("integer", {"pattern": "1"})])
def test_what_would_go_unchecked_is_refused(logical_type: str, options: dict[str, str]) -> None:
    with pytest.raises(FormatError):
        make_format(logical_type, options)
