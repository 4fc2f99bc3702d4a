"""What is read off the ledger: ages, rules, rates, durations, forecasts, and the words of 2 CFR 200.511."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.findings.durations import estimate
from dedup_assets.findings.forecast import forecast
from dedup_assets.findings.ledger import LedgerBalanceError, build_ledger, check_ledger
from ledger_kit import ALPHA, MONTHS, Day, Decision, decide, pool, store

if TYPE_CHECKING:
    import duckdb

START = date(2026, 6, 1)
# One record a delivery, uploaded at the time given.
RECORDS = """insert into image_record by name
    select delivery_id, department, as_of, 1 as row_no, 'i' as image_id, ? as uploaded_at,
        0 as missing_values, 0 as mandatory_values, 0 as typed_values, 0 as invalid_values
    from period"""


def days_after(*numbers: int) -> list[date]:
    return [START + timedelta(number) for number in numbers]


def showing(*shown: str, severity: str = "info") -> dict[date, Day]:
    """A delivery a month, each with the findings named by its letters."""
    return {month: Day("read", dict.fromkeys(keys, severity)) for month, keys in zip(MONTHS, shown, strict=False)}


def test_ages_are_counted_in_days_since_the_present_opening() -> None:
    con = pool()
    dates = days_after(0, 30, 31, 90, 91, 180, 181)
    store(con, {as_of: Day("read", {"a": "warning"}) for as_of in dates})
    build_ledger(con, [ALPHA])
    found = con.execute(
        "select as_of, band, overdue from ledger_age where findings = 1 and severity = 'warning' order by as_of"
    ).fetchall()
    bands = ["0-30", "0-30", "31-90", "31-90", "91-180", "91-180", "over 180"]
    assert found == [
        (as_of, band, int(number > 2)) for number, (as_of, band) in enumerate(zip(dates, bands, strict=True))
    ]
    assert con.execute("select count(*) from ledger_age").fetchall() == [(7 * 3 * 4,)]


def test_the_flow_tells_rules_apart_and_has_verified_closings() -> None:
    con = pool()
    series = {
        MONTHS[0]: Day("read", {"a": "info"}, about_delivery=True),
        MONTHS[1]: Day("read"),
        MONTHS[2]: Day("read"),
    }
    store(con, series)
    build_ledger(con, [ALPHA])
    found = con.execute("select rule_id, new, closed, closing, verified from ledger_flow order by 1, as_of").fetchall()
    lines = [(1, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1)]
    assert found == [(rule, *line) for rule in ("DEL-001", "DUP-001") for line in lines]


def because(con: duckdb.DuckDBPyConnection, key: str, *causes: tuple[date, str]) -> None:
    """What the room of causes says of a finding at each date: the likely cause and, if any, one beside it."""
    for as_of, likely in causes:
        ranked = [(1, likely, 0)] if likely == "undetermined" else [(1, likely, 3), (2, "inconsistent_naming", 3)]
        con.executemany(
            "insert into finding_cause values (?, 'alpha', ?, ?, ?, '1', '', ?, 4, '{}', null)",
            [(f"F-alpha-{key}", as_of, *each) for each in ranked],
        )


def test_a_finding_has_one_cause_in_the_whole_ledger_that_of_the_date_it_was_last_seen() -> None:
    con = pool()
    store(con, showing("abc", "ab", "a"))
    because(con, "a", (MONTHS[0], "placeholder"), (MONTHS[1], "placeholder"), (MONTHS[2], "batch_shifted"))
    because(con, "b", (MONTHS[0], "undetermined"), (MONTHS[1], "batch_shifted"))
    because(con, "c", (MONTHS[0], "undetermined"))
    build_ledger(con, [ALPHA])
    flow = con.execute(
        "select cause, opening, new, closed, closing, verified from ledger_flow order by cause nulls first, as_of"
    ).fetchall()
    assert flow == [
        (None, 0, 1, 0, 1, 0),
        (None, 1, 0, 1, 0, 0),
        (None, 0, 0, 0, 0, 1),
        ("batch_shifted", 0, 2, 0, 2, 0),
        ("batch_shifted", 2, 0, 0, 2, 0),
        ("batch_shifted", 2, 0, 1, 1, 0),
    ]
    schedule = "select cause, found, status_200_511, still_open from ledger_schedule order by 1 nulls first"
    assert con.execute(schedule).fetchall() == [
        (None, 1, "fully corrected", 0),
        ("batch_shifted", 2, "partially corrected", 1),
    ]
    assert con.execute("select finding_id[-1], cause from finding_status order by 1").fetchall() == [
        ("a", "batch_shifted"),
        ("b", "batch_shifted"),
        ("c", None),
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [("ledger_age", "the ages do not add up to closing"), ("ledger_flow", "the rules do not add up")],
)
def test_parts_that_do_not_add_up_are_refused(table: str, says: str) -> None:
    con = pool()
    store(con, {MONTHS[0]: Day("read", {"a": "info"})})
    build_ledger(con, [ALPHA])
    con.execute(f"delete from {table}")
    with pytest.raises(LedgerBalanceError, match=says):
        check_ledger(con, [ALPHA])


def test_rates_tell_what_was_fixed_at_once_from_what_came_back() -> None:
    con = pool()
    store(con, showing("ab", "", "a", "", "c"))
    build_ledger(con, [ALPHA])
    found = con.execute(
        """select found, corrected, corrected_at_first, repeated from ledger_rate
        where severity = 'info' order by as_of"""
    ).fetchall()
    assert found == [(2, 0, 0, 0), (2, 2, 2, 0), (2, 2, 1, 1), (2, 2, 1, 1), (3, 2, 1, 1)]


def test_what_comes_back_after_a_decision_is_undone_is_no_repeat() -> None:
    con = pool()
    store(con, {month: Day("read", {"a": "info"}) for month in MONTHS[:4]})
    decide(con, [Decision("a", 35, 65)])
    build_ledger(con, [ALPHA])
    events = con.execute("select month(as_of), event from ledger_event order by as_of, event").fetchall()
    assert events == [(1, "opened"), (2, "seen_again"), (2, "withdrawn"), (3, "reopened"), (4, "seen_again")]
    assert con.execute("select sum(repeated) from ledger_rate").fetchall() == [(0,)]


def test_days_are_the_citys_wherever_the_machine_stands() -> None:
    con = pool()
    con.execute("set timezone = 'Pacific/Auckland'")
    store(con, showing("a", "a"))
    con.execute("update finding set row_no = 1")
    con.execute(RECORDS, ["2025-12-31 23:30:00"])
    decide(con, [Decision("a", 31)])
    con.execute("update decision set decided_at = '2026-02-01 07:59:00'")  # the evening before in Los Angeles
    build_ledger(con, [ALPHA])
    assert con.execute("select as_of from ledger_event where event = 'withdrawn'").fetchall() == [(MONTHS[0],)]
    days = con.execute("select median_days from ledger_duration where what = 'detect' and severity = 'all'").fetchall()
    assert days == [(1,)]


def test_where_each_finding_stands_in_both_vocabularies() -> None:
    con = pool()
    store(con, showing("abcd", "bcd", "cd", "d", severity="critical"))
    decide(con, [Decision("d", 100)])
    build_ledger(con, [ALPHA])
    found = con.execute(
        """select finding_id[-1], status, status_200_511, opened_on, ended_on, verified_on, is_late, repeats
        from finding_status order by 1"""
    ).fetchall()
    january = MONTHS[0]
    assert found == [
        ("a", "verified", "fully corrected", january, MONTHS[1], MONTHS[2], True, 0),
        ("b", "verified", "fully corrected", january, MONTHS[2], MONTHS[3], True, 0),
        ("c", "closed", "partially corrected", january, MONTHS[3], None, True, 0),
        ("d", "withdrawn", "no longer valid", january, MONTHS[3], None, True, 0),
    ]


def test_a_finding_that_came_back_is_open_since_it_came_back() -> None:
    con = pool()
    store(con, showing("a", "", "", "a"))
    build_ledger(con, [ALPHA])
    found = con.execute(
        "select status, opened_on, ended_on, verified_on, due_on, is_late, repeats from finding_status"
    ).fetchall()
    assert found == [("open", MONTHS[3], None, None, MONTHS[3] + timedelta(90), False, 1)]


@pytest.mark.parametrize(
    ("shown", "decided", "word"),
    [
        (["ab", "ab"], [], "not corrected"),
        (["ab", "a"], [], "partially corrected"),
        (["ab", "", ""], [], "fully corrected"),
        (["ab", ""], [], "partially corrected"),
        (["ab", "b", "b"], [Decision("b", 40)], "fully corrected"),
        (["ab", "ab"], [Decision("a", 0), Decision("b", 0)], "no longer valid"),
    ],
)
def test_the_schedule_of_prior_findings(shown: list[str], decided: list[Decision], word: str) -> None:
    con = pool()
    store(con, showing(*shown))
    decide(con, decided)
    build_ledger(con, [ALPHA])
    assert con.execute("select rule_id, fiscal_year, status_200_511, found from ledger_schedule").fetchall() == [
        ("DUP-001", 2026, word, 2)
    ]


def test_the_fiscal_year_begins_in_july() -> None:
    con = pool()
    dates = (date(2026, 6, 30), date(2026, 7, 1))
    store(con, {as_of: Day("read", {key: "info"}) for as_of, key in zip(dates, "ab", strict=True)})
    build_ledger(con, [ALPHA])
    assert con.execute("select fiscal_year, found from ledger_schedule order by 1").fetchall() == [(2026, 1), (2027, 1)]


LASTED = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 4)), min_size=1, max_size=12
)  # fmt: skip


@given(LASTED)
def test_durations_are_kaplan_and_meiers_by_hand(lasted: list[tuple[int, bool, int]]) -> None:
    staying, reached = 1.0, {0.5: None, 0.9: None}
    for day in range(13):
        at_risk = sum(count for days, _, count in lasted if days >= day)
        ended = sum(count for days, has_ended, count in lasted if days == day and has_ended)
        if ended:
            staying *= 1 - ended / at_risk
            for share, when in reached.items():
                if when is None and 1 - staying >= share - 1e-9:
                    reached[share] = day
    found = estimate(lasted)
    assert (found.median_days, found.p90_days) == (reached[0.5], reached[0.9])
    assert found.findings == found.ended + found.censored == sum(count for *_, count in lasted)


def test_open_items_lengthen_the_time_to_correct() -> None:
    quick: list[tuple[int | None, bool, int]] = [(10, True, 5)]
    assert estimate(quick).median_days == 10
    assert estimate([*quick, (30, False, 4)]).median_days == 10
    assert estimate([*quick, (30, False, 6)]).median_days is None
    assert estimate([*quick, (None, True, 7)]).unknown == 7
    assert estimate([(5, False, 2)]).p90_days is None


def test_time_to_correct_and_to_detect_from_the_tables() -> None:
    con = pool()
    store(con, showing("abcd", "cd", "d", "d"))
    con.execute("update finding set row_no = 1")
    con.execute(RECORDS, ["12/22/2025 08:00:00"])
    build_ledger(con, [ALPHA])
    found = con.execute(
        """select what, severity, findings, ended, censored, unknown, median_days, p90_days
        from ledger_duration order by 1, 2"""
    ).fetchall()
    # a and b after 31 days, c after 59, d still open after 90.
    assert found == [
        ("correct", "all", 4, 3, 1, 0, 31, None),
        ("correct", "info", 4, 3, 1, 0, 31, None),
        ("detect", "all", 4, 4, 0, 0, 10, 10),
        ("detect", "info", 4, 4, 0, 0, 10, 10),
    ]


def test_a_forecast_goes_on_as_before_with_a_band_that_widens() -> None:
    found = forecast([40, 34, 32, 26, 20])
    assert [each.expected for each in found] == [15, 10, 5]
    widths = [each.high - each.low for each in found]
    assert widths == sorted(widths)
    assert found[0].low < 15 < found[0].high
    # One step ahead: s = 2, four changes: 1.6377 (t with 3 degrees, 90th percentile) * 2 * sqrt(1.25).
    changes = np.array([-6, -2, -6, -6])
    assert found[0].high - 15 == pytest.approx(1.63774 * changes.std(ddof=1) * 1.25**0.5, rel=1e-4)


def test_a_forecast_needs_four_deliveries_and_never_falls_below_nothing() -> None:
    assert forecast([9, 6, 3]) == []
    assert [(each.low, each.expected, each.high) for each in forecast([9, 6, 3, 0])] == [(0, 0, 0)] * 3


def test_a_date_without_a_delivery_does_not_slow_the_forecast() -> None:
    con = pool()
    store(con, {**showing("abcdef", "abcde", "abcd", "abc"), MONTHS[4]: Day("missing")})
    build_ledger(con, [ALPHA])
    rows = con.execute(
        "select as_of, severity, deliveries_ahead, expected, steps from ledger_forecast order by all"
    ).fetchall()
    assert rows == [
        (MONTHS[4], severity, ahead, {"all": 3, "info": 3}.get(severity, ahead) - ahead, 3)
        for severity in ("all", "critical", "info", "warning")
        for ahead in (1, 2, 3)
    ]
