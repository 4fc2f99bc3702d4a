"""References of old permits, DR numbers and booking numbers: what is read, mended with support, and left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup_assets.errors import UserError
from dedup_assets.registry import old_reference, police
from dedup_assets.registry.identify import identify
from dedup_assets.registry.identity import NOTATION
from dedup_assets.registry.membership import PARSERS, known

if TYPE_CHECKING:
    from pathlib import Path

REFERENCES = known("reference", ["01LA12164", "16VN00012", "99SP00001"])
REPORTS = known("dr", ["010304468", "210104468"])


@pytest.mark.parametrize(
    ("raw", "means", "status", "repairs"),
    [
        ("01LA12164", "01LA12164", "ok", []),
        (" 01la12164 ", "01LA12164", "ok", ["blanks", "case"]),
        ("01-LA-12164", "01LA12164", "ok", ["separators"]),
        ('="01LA12164"', "01LA12164", "ok", ["quotes"]),
        ("01\u2010LA\u201012164", "01LA12164", "ok", ["characters", "separators"]),
        ("1LA12164", "01LA12164", "repaired", ["leading_zeros"]),
        ("16 VN 12", "16VN00012", "repaired", ["separators", "leading_zeros"]),
        ("16VN12.0", "16VN00012", "repaired", ["float", "leading_zeros"]),
    ],
)
def test_references_of_old_permits(raw: str, means: str, status: str, repairs: list[str]) -> None:
    found = old_reference.parse(raw, REFERENCES)
    assert (found.status, found.canonical, list(found.repairs)) == (status, means, repairs)
    assert found.in_registry is True
    alone = old_reference.parse(raw)
    assert (alone.canonical, alone.candidates) == ((None, (means,)) if status == "repaired" else (means, ()))


@pytest.mark.parametrize("raw", ["", "16LA", "16LA12", "012LA12164", "1LA-012164", "01L12164", "01-LA-0012", "1E5"])
def test_a_reference_that_was_cut_off_is_malformed(raw: str) -> None:
    """``16LA12`` may be ``16LA12000`` and a hundred others; zeros in front are lost by a cell of its own alone."""
    assert old_reference.parse(raw, REFERENCES).status == "malformed"


@pytest.mark.parametrize(
    ("raw", "means", "status", "repairs"),
    [
        ("010304468", "010304468", "ok", []),
        ("01-03-04468", "010304468", "ok", ["separators"]),
        ("'010304468", "010304468", "ok", ["quotes"]),
        ("210104468.0", "210104468", "repaired", ["float"]),
        ("2.10104468E+08", "210104468", "repaired", ["exponent"]),
        ("10304468", "010304468", "repaired", ["leading_zeros"]),
        ("10304468.0", "010304468", "repaired", ["float", "leading_zeros"]),
    ],
)
def test_dr_numbers(raw: str, means: str, status: str, repairs: list[str]) -> None:
    found = police.parse_dr(raw, REPORTS)
    assert (found.status, found.canonical, list(found.repairs)) == (status, means, repairs)
    alone = police.parse_dr(raw)
    if "leading_zeros" in repairs:
        assert (alone.status, alone.canonical, alone.candidates) == ("ambiguous", None, (means,))
    else:
        assert alone.canonical == means


def test_dr_numbers_with_digits_lost_stay_ambiguous() -> None:
    found = police.parse_dr("2.101E+08", REPORTS)
    assert (found.status, found.candidates) == ("ambiguous", ("210104468",))
    assert police.parse_dr("2.101E+08").candidates == ()


@pytest.mark.parametrize("raw", ["", "213304468", "010004468", "0010304468", "DR-1", "-1", "1E+30", "010304468x"])
def test_what_is_no_dr_number_is_malformed(raw: str) -> None:
    assert police.parse_dr(raw, REPORTS).status == "malformed"


def test_booking_numbers_have_the_form_that_is_configured() -> None:
    assert police.parse_booking("0123456").status == "ok"
    lost = police.parse_booking("123456")
    assert (lost.status, lost.candidates, list(lost.repairs)) == ("ambiguous", ("0123456",), ["leading_zeros"])
    assert police.parse_booking("123456", known("booking", ["0123456"])).canonical == "0123456"
    assert police.parse_booking("1234567.0").canonical == "1234567"
    assert police.parse_booking("12345678").status == "malformed"
    own = police.booking_parser("[0-9]{2}-?[0-9]{6}|[0-9]{9}")
    assert own("24-000123").canonical == "24-000123"
    assert own("24000123").status == "ok"
    assert own("000123").candidates == ()
    assert own("123").candidates == ("000000123", "00000123")
    assert own("0123456").status == "malformed"


@pytest.mark.parametrize("form", ["[0-9", "[0-9]*", ""])
def test_a_form_that_is_none_is_refused(form: str) -> None:
    with pytest.raises(UserError, match="form of booking numbers"):
        police.booking_parser(form)


@pytest.mark.parametrize("kind", ["reference", "dr", "booking"])
def test_the_wildcard_is_unresolved(kind: str) -> None:
    assert PARSERS[kind]("***", None).status == "unresolved"


def test_identify_knows_the_kinds(tmp_path: Path) -> None:
    header = "assessor_book,assessor_page,assessor_parcel,pcis_permit,reference_old_permit\n"
    rows = "5056,022,001,16010-10000-00001,01LA12164\n5056,022,001,no permit,02LA12164\n"
    (tmp_path / "permits.csv").write_text(header + rows, encoding="utf-8")
    answers = list(identify("reference", ["1LA12164", "2LA12164"], str(tmp_path)))
    assert [(each["status"], each["in_registry"]) for each in answers] == [("repaired", True), ("ambiguous", False)]
    assert [each["status"] for each in identify("dr", ["10304468"], str(tmp_path))] == ["ambiguous"]
    assert [each["candidates"] for each in identify("booking", ["12"], None, "^[0-9]{4}$")] == [["0012"]]


# ---- laws -----------------------------------------------------------------------------------------------------------

references = st.builds(
    "{:02}{}{:05}".format, st.integers(0, 99), st.sampled_from(["LA", "VN"]), st.integers(0, 99) | st.integers(0, 99999)
)
reports = st.builds("{:02}{:02}{:05}".format, st.integers(0, 99), st.integers(1, 21), st.integers(0, 99999))
REFERENCE_DAMAGES = {
    "lower case": str.lower,
    "dashes": lambda r: f"{r[:2]}-{r[2:4]}-{r[4:]}",
    "year as number": lambda r: f"{int(r[:2])}{r[2:]}",
    "parts as numbers": lambda r: f"{int(r[:2])} {r[2:4]} {int(r[4:])}",
    "parts as floats": lambda r: f"{int(r[:2])}-{r[2:4]}-{float(r[4:])}",
}
NUMBER_DAMAGES = {
    "number": lambda n: str(int(n)),
    "float": lambda n: f"{int(n)}.0",
    "exponent": lambda n: f"{int(n):.8E}",
    "six digits": lambda n: f"{int(n):.5E}",
    "guard": lambda n: f"'{n}",
    "grouped": lambda n: f"{int(n):,}",
}


@given(st.sets(references, max_size=20), references, st.sampled_from(sorted(REFERENCE_DAMAGES)))
def test_law_references_are_restored_or_called_ambiguous(others: set[str], true: str, how: str) -> None:
    raw = REFERENCE_DAMAGES[how](true)
    found = old_reference.parse(raw, known("reference", {*others, true}))
    assert found.canonical == true or (found.status == "ambiguous" and true in found.candidates)
    without = old_reference.parse(raw, known("reference", others - {true}))
    assert without.canonical in {None, true}


@given(st.sets(reports, max_size=20), reports, st.sampled_from(sorted(NUMBER_DAMAGES)), st.booleans())
def test_law_dr_and_booking_numbers_are_restored_or_called_ambiguous(
    others: set[str], true: str, how: str, complete: bool
) -> None:
    # One group may be decimals as well (100,000 is 100 where the comma is the decimal sign): that is no number here.
    assume(how != "grouped" or int(true) >= 10**6)
    raw = NUMBER_DAMAGES[how](true)
    for kind, parse in (("dr", police.parse_dr), ("booking", police.booking_parser("[0-9]{9}"))):
        found = parse(raw, known(kind, {*others, true}, complete=complete))
        assert found.canonical == true or (found.status == "ambiguous" and true in found.candidates)
        alone = parse(raw, None)
        assert alone.canonical in {None, true}


@given(
    st.sampled_from(["reference", "dr", "booking"]), st.text(max_size=14) | st.text("0123456789.-*E+ LA", max_size=12)
)
def test_law_any_text_has_one_answer(kind: str, raw: str) -> None:
    entries = {"reference": REFERENCES, "dr": REPORTS, "booking": known("booking", ["0123456"])}[kind]
    for found in (PARSERS[kind](raw, None), PARSERS[kind](raw, entries)):
        assert found.raw == raw
        assert (found.canonical is not None) == (found.status in {"ok", "repaired"})
        assert not (found.candidates and found.status != "ambiguous")
        assert (found.status == "ok") <= (set(found.repairs) <= NOTATION)
        if found.canonical is not None:
            assert PARSERS[kind](found.canonical, entries).status == "ok"


@pytest.mark.real
def test_real_references_are_all_read_but_the_one_cut_off(shared: Path) -> None:
    import csv

    with (shared / "data" / "la" / "permits.csv").open(encoding="utf-8", newline="") as stream:
        values = [row["reference_old_permit"] for row in csv.DictReader(stream)]
    answers = list(identify("reference", values, str(shared / "data" / "la")))
    assert [each["raw"] for each in answers if each["status"] != "ok"] == ["16LA"]
    every = known("reference", values)
    for value in {each for each in values if each.startswith("0")}:
        assert old_reference.parse(value[1:], every).canonical == value
