"""APN, PIN and permit numbers: what is read, what is mended, and what is left alone because nothing supports it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.registry import apn, permit, pin
from dedup_assets.registry.identity import NOTATION
from dedup_assets.registry.membership import PARSERS, known

APNS = known("apn", ["5056022001", "5056220001", "5000003016", "5000031006", "2219004013", "2219013004", "5056022011"])
PINS = known("pin", ["090A199   116", "148-5A195 118", "097-5A197 299"])
PERMITS = known("permit", ["00010-10000-01300", "16010-10000-01234", "01010-20001-02726", "13014-30000-00452"])


def brief(kind: str, raw: str, entries: object = None) -> tuple[str, str | None, list[str]]:
    found = PARSERS[kind](raw, entries)
    assert found.raw == raw
    assert found.kind == kind
    return found.status, found.canonical, list(found.repairs)


@pytest.mark.parametrize(
    ("raw", "repairs"),
    [
        ("5056022001", []),
        ("5056-022-001", ["separators"]),
        ("5056 022 001", ["separators"]),
        ("5056/022/001", ["separators"]),
        ("5056.022.001", ["separators"]),
        ("5,056,022,001", ["separators"]),
        (" 5056022001\t", ["blanks"]),
        ("'5056022001", ["quotes"]),
        ('"5056-022-001"', ["quotes", "separators"]),
        ('="5056022001"', ["quotes"]),
        ("５０５６０２２００１", ["characters"]),
        ("5056\u00ad022\u200b001\ufeff", ["characters"]),
        ("5056–022−001", ["characters", "separators"]),
        ("\u00a05056022001", ["characters", "blanks"]),
    ],
)
def test_a_notation_of_an_apn_loses_nothing(raw: str, repairs: list[str]) -> None:
    assert brief("apn", raw) == ("ok", "5056022001", repairs)
    assert apn.parse(raw, APNS).in_registry is True
    assert apn.parse(raw).in_registry is None


@pytest.mark.parametrize(
    ("raw", "repairs"),
    [
        ("5056022001.0", ["float"]),
        ("05056022001", ["zero_padded"]),
        ("0005056022001.0", ["float", "zero_padded"]),
        ("5056022001,00", ["float"]),
        ("5.056022001E+09", ["exponent"]),
        ("5.056022001e9", ["exponent"]),
        ("5,056022001E+09", ["exponent"]),
        ("50.56022001E8", ["exponent"]),
        ("5056.0-022.0-001.0", ["float", "separators"]),
    ],
)
def test_a_number_with_all_its_digits_needs_no_registry(raw: str, repairs: list[str]) -> None:
    assert brief("apn", raw) == ("repaired", "5056022001", repairs)
    assert brief("apn", raw, known("apn", ["2219004013"])) == ("repaired", "5056022001", repairs)


@pytest.mark.parametrize(
    ("raw", "means", "repairs"),
    [
        ("5056-22-1", "5056022001", ["leading_zeros"]),
        ("5056 22 1", "5056022001", ["leading_zeros"]),
        ("5056.22.1", "5056022001", ["leading_zeros"]),
        ("5056.0-22.0-1.0", "5056022001", ["float", "leading_zeros"]),
        ("505622001", "5056022001", ["leading_zeros"]),
        ("505622001.0", "5056022001", ["float", "leading_zeros"]),
        ("5.05622001E+08", "5056022001", ["exponent", "leading_zeros"]),
        ("50562201", "5056220001", ["leading_zeros"]),
        ("13-Apr-2219", "2219004013", ["date_ified"]),
        ("4/13/2219 0:00", "2219004013", ["date_ified"]),
        ("2219-04-13 00:00:00", "2219004013", ["date_ified"]),
        ("April 13, 2219", "2219004013", ["date_ified"]),
    ],
)
def test_lost_zeros_come_back_only_with_the_registry(raw: str, means: str, repairs: list[str]) -> None:
    assert brief("apn", raw, APNS) == ("repaired", means, repairs)
    for entries in (None, known("apn", []), known("apn", ["8999001001"])):
        unsupported = apn.parse(raw, entries)
        assert (unsupported.status, unsupported.canonical) == ("ambiguous", None)
        assert means in unsupported.candidates
        assert unsupported.in_registry is (False if entries else None)


def test_two_parcels_that_collide_are_both_named() -> None:
    found = apn.parse("5000316", APNS)
    assert (found.status, found.canonical, found.candidates) == ("ambiguous", None, ("5000003016", "5000031006"))


def test_month_and_day_that_can_change_places_are_both_readings() -> None:
    entries = known("apn", ["2219004005", "2219005004"])
    assert apn.parse("4/5/2219", entries).candidates == ("2219004005", "2219005004")
    assert apn.parse("4/5/2219", known("apn", ["2219005004"])).canonical == "2219005004"


def test_lost_digits_are_mended_by_a_complete_roll_alone() -> None:
    """A sample of parcels that happens to hold one in the range proves nothing: the right one may be missing."""
    assert apn.parse("5.05602E+09", APNS).candidates == ("5056022001", "5056022011")
    one = ["5056022001", "2219004013"]
    sample = apn.parse("5.05602E+09", known("apn", one))
    assert (sample.status, sample.candidates) == ("ambiguous", ("5056022001",))
    roll = apn.parse("5.05602E+09", known("apn", one, complete=True))
    assert (roll.status, roll.canonical) == ("repaired", "5056022001")
    assert list(roll.repairs) == ["exponent", "digits_lost"]
    two_digit_year = known("apn", ["5019004013"])
    assert apn.parse("4/13/19", two_digit_year).candidates == ("5019004013",)


def test_a_single_precision_number_is_doubted_when_a_parcel_is_near() -> None:
    printed = f"{struct.unpack('f', struct.pack('f', 5056022001))[0]:.1f}"
    assert printed == "5056022016.0"
    found = apn.parse(printed, APNS)
    assert (found.status, list(found.repairs)) == ("ambiguous", ["float", "digits_lost"])
    assert "5056022001" in found.candidates
    assert apn.parse(printed, known("apn", ["5056022016", "5056022001"])).canonical == "5056022016"


@pytest.mark.parametrize("raw", ["***", "5056-***-***", "5056-022-***", "5056022***", "5056-22-*", "＊＊＊"])
def test_the_wildcard_is_unresolved_and_no_error(raw: str) -> None:
    found = apn.parse(raw, APNS)
    assert (found.status, found.canonical, found.candidates) == ("unresolved", None, ())


@pytest.mark.parametrize(
    "raw",
    [
        "", "  ", "nan", "#N/A", "0", "-1", "9056022001", "1056022001", "505602200", "50560220011", "5056-022-0011",
        "5056-022-01", "5056022001.5", "1E+999999", "5.0560220015E+09", "9.9E+09", "4/13/1219", "32/13/2219",
        "***x", "5056-022-001-2", "22-1", "IMG_5056022001",
    ],
)  # fmt: skip
def test_what_is_no_apn_is_malformed(raw: str) -> None:
    assert brief("apn", raw, APNS) == ("malformed", None, [])


@pytest.mark.parametrize(
    ("raw", "means", "status", "repairs"),
    [
        ("090A199   116", "090A199   116", "ok", []),
        ("090a199   116", "090A199   116", "ok", ["case"]),
        (" 148-5A195 118 ", "148-5A195 118", "ok", ["blanks"]),
        ("090A199\u00a0\u00a0\u00a0116", "090A199   116", "ok", ["characters"]),
        ("090A199 116", "090A199   116", "repaired", ["blanks_lost"]),
        ("090A199116", "090A199   116", "repaired", ["blanks_lost"]),
        ("148-5A195118", "148-5A195 118", "repaired", ["blanks_lost"]),
        ("090A199      116", "090A199   116", "ok", ["blanks"]),
        ("090A199000116", "090A199   116", "repaired", ["zero_padded"]),
        ("90A199   116", "090A199   116", "repaired", ["leading_zeros"]),
        ("97-5A197299", "097-5A197 299", "repaired", ["blanks_lost", "leading_zeros"]),
        ("1485A195 118", "148-5A195 118", "repaired", ["separators"]),
    ],
)
def test_pins(raw: str, means: str, status: str, repairs: list[str]) -> None:
    found = pin.parse(raw, PINS)
    assert (found.status, found.canonical, list(found.repairs)) == (status, means, repairs)
    assert found.in_registry is True
    if set(repairs) <= NOTATION | {"blanks_lost"} and raw != "1485A195 118":
        assert pin.parse(raw).canonical == means
    else:
        assert pin.parse(raw).candidates == (means,)


@pytest.mark.parametrize("raw", ["", "090C199   116", "148-5A1951234", "090A199", "00900A199   116", "5056022001"])
def test_what_is_no_pin_is_malformed(raw: str) -> None:
    assert brief("pin", raw, PINS) == ("malformed", None, [])


@pytest.mark.parametrize(
    ("raw", "means", "status", "repairs"),
    [
        ("16010-10000-01234", "16010-10000-01234", "ok", []),
        ("16010 10000 01234", "16010-10000-01234", "ok", ["separators"]),
        ("160101000001234", "16010-10000-01234", "ok", ["separators"]),
        ("'00010-10000-01300", "00010-10000-01300", "ok", ["quotes"]),
        ("160101000001234.0", "16010-10000-01234", "repaired", ["float", "separators"]),
        ("1.60101000001234E+14", "16010-10000-01234", "repaired", ["exponent", "separators"]),
        ("10-10000-1300", "00010-10000-01300", "repaired", ["leading_zeros"]),
        ("101000001300", "00010-10000-01300", "repaired", ["leading_zeros"]),
        ("10102000102726", "01010-20001-02726", "repaired", ["leading_zeros"]),
        ("1010200012726", "01010-20001-02726", "repaired", ["leading_zeros"]),
        ("13014-30000-452", "13014-30000-00452", "repaired", ["leading_zeros"]),
    ],
)
def test_permit_numbers(raw: str, means: str, status: str, repairs: list[str]) -> None:
    found = permit.parse(raw, PERMITS)
    assert (found.status, found.canonical, list(found.repairs)) == (status, means, repairs)
    alone = permit.parse(raw)
    if "leading_zeros" in repairs:
        assert alone.canonical is None
        assert means in alone.candidates
    else:
        assert alone.canonical == means


def test_a_permit_number_with_lost_digits_stays_ambiguous() -> None:
    found = permit.parse("1.60101E+14", PERMITS)
    assert (found.status, found.candidates) == ("ambiguous", ("16010-10000-01234",))
    single = f"{struct.unpack('f', struct.pack('f', 160101000001234))[0]:.1f}"
    assert permit.parse(single).status == "ambiguous"
    assert permit.parse(single, PERMITS).candidates == ("16010-10000-01234",)


@pytest.mark.parametrize("raw", ["", "01LA12164", "16010-10000", "16010-10000-012345", "1234", "16010-1000-0-1234x"])
def test_what_is_no_permit_number_is_malformed(raw: str) -> None:
    assert brief("permit", raw, PERMITS) == ("malformed", None, [])


def test_family_and_supplement() -> None:
    assert permit.family("01010-20001-02726") == permit.family("01010-10000-02726") == "01010-02726"
    assert permit.is_supplement("01010-20001-02726")
    assert not permit.is_supplement("01010-10000-02726")


# ---- laws -----------------------------------------------------------------------------------------------------------

# Few books, pages and parcels, so that parcels collide when zeros are lost.
parts = st.integers(0, 35) | st.integers(0, 999)
apns = st.builds("{}{:03}{:03}".format, st.sampled_from([2004, 5056, 8999]) | st.integers(2000, 8999), parts, parts)
registries = st.sets(apns, max_size=40)
permits = st.builds(
    "{:02}{:03}-{}{:04}-{:05}".format,
    st.integers(0, 26),
    st.sampled_from([10, 14, 16, 20]),
    st.sampled_from([1, 2, 3, 4, 7, 9]),
    st.integers(0, 12),
    st.integers(0, 99999),
)
lots = st.integers(1, 999)
pins = st.builds(
    lambda number, half, letter, column, lot: (
        (sheet := f"{number:03}{'' if half is None else f'-{half}'}{letter}{column:03}")
        + str(lot).rjust(13 - len(sheet))
    ),
    st.integers(0, 240),
    st.none() | st.integers(0, 9),
    st.sampled_from("AB"),
    st.integers(0, 300),
    lots,
)


def split(value: str) -> tuple[str, str, str]:
    return value[:4], value[4:7], value[7:]


NOTATIONS = {
    "dashes": lambda a: "-".join(split(a)),
    "blanks": lambda a: " ".join(split(a)),
    "guard": lambda a: f"'{a}",
    "formula": lambda a: f'="{a}"',
    "full width": lambda a: a.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
    "soft hyphens": lambda a: "\u00ad".join(split(a)),
    "float": lambda a: f"{a}.0",
    "exponent": lambda a: f"{int(a):.9E}",
    "short exponent": lambda a: f"{a[0]}.{a[1:].rstrip('0') or '0'}e9",
}
DAMAGES = {
    "parts as numbers": lambda a: "{}-{:d}-{:d}".format(a[:4], *map(int, split(a)[1:])),
    "parts as floats": lambda a: "{}.0 {:d}.0 {:d}.0".format(a[:4], *map(int, split(a)[1:])),
    "concatenated": lambda a: "".join(str(int(part)) for part in split(a)),
    "page as number": lambda a: a[:4] + str(int(a[4:7])) + a[7:],
    "parcel as number": lambda a: a[:7] + str(int(a[7:])),
    "concatenated float": lambda a: "".join(str(int(part)) for part in split(a)) + ".0",
    "single precision": lambda a: f"{struct.unpack('f', struct.pack('f', int(a)))[0]:.1f}",
    **{f"{n} digits": lambda a, n=n: f"{int(a):.{n - 1}E}" for n in range(3, 10)},
    **{f"{n} digits cut": lambda a, n=n: f"{a[0]}.{a[1:n]}E+09" for n in range(3, 10)},
}


@given(apns, st.sampled_from(sorted(NOTATIONS)))
def test_law_nothing_lost_is_read_with_and_without_a_registry(true: str, how: str) -> None:
    raw = NOTATIONS[how](true)
    # "5.05602E+09" is what both 5056020000 and its neighbours print as: only shown zeros are certain.
    if how == "short exponent" and true.endswith("0"):
        assert apn.parse(raw).canonical is None
        return
    assert apn.parse(raw).canonical == true
    assert apn.parse(raw, known("apn", [true, "2004001001"])).canonical == true


@given(registries, apns, st.sampled_from(sorted(DAMAGES)), st.booleans())
def test_law_damage_is_restored_or_called_ambiguous_and_never_another_parcel(
    others: set[str], true: str, how: str, complete: bool
) -> None:
    found = apn.parse(DAMAGES[how](true), known("apn", {*others, true}, complete=complete))
    if found.canonical is None:
        assert found.status == "ambiguous"
        assert true in found.candidates
    else:
        assert found.canonical == true


@given(registries, apns, st.sampled_from(["concatenated", "page as number", "parcel as number"]))
def test_law_every_parcel_that_prints_like_the_value_is_a_candidate(others: set[str], true: str, how: str) -> None:
    """Against a plain scan of the registry, which knows nothing of readings."""
    raw = DAMAGES[how](true)
    entries = {*others, true}
    fits = sorted(
        each
        for each in entries
        if raw
        in {f"{each[:4]}{page}{parcel}" for page in (each[4:7], int(each[4:7])) for parcel in (each[7:], int(each[7:]))}
    )
    found = apn.parse(raw, known("apn", entries))
    assert ([found.canonical] if found.canonical else list(found.candidates)) == fits


@given(registries, apns, st.sampled_from(sorted(DAMAGES)))
def test_law_without_support_nothing_lost_is_filled_in(others: set[str], true: str, how: str) -> None:
    raw = DAMAGES[how](true)
    intact = {true, f"{true[:4]}-{true[4:7]}-{true[7:]}"}
    found = apn.parse(raw)
    if raw not in intact and "float" not in how and how != "single precision" and "zeros" in str(found.repairs):
        assert found.canonical is None
    left_out = apn.parse(raw, known("apn", others - {true}))
    if left_out.status == "repaired" and "leading_zeros" in left_out.repairs:
        assert left_out.canonical in others


PERMIT_DAMAGES = {
    "bare": lambda p: p.replace("-", ""),
    "blanks": lambda p: p.replace("-", " "),
    "number": lambda p: str(int(p.replace("-", ""))),
    "float": lambda p: f"{int(p.replace('-', ''))}.0",
    "exponent": lambda p: f"{int(p.replace('-', '')):.14E}",
    "6 digits": lambda p: f"{int(p.replace('-', '')):.5E}",
    "12 digits": lambda p: f"{int(p.replace('-', '')):.11E}",
    "parts as numbers": lambda p: "-".join(str(int(part)) for part in p.split("-")),
    "concatenated": lambda p: "".join(str(int(part)) for part in p.split("-")),
    "single precision": lambda p: f"{struct.unpack('f', struct.pack('f', int(p.replace('-', ''))))[0]:.1f}",
}


@given(st.sets(permits, max_size=30), permits, st.sampled_from(sorted(PERMIT_DAMAGES)), st.booleans())
def test_law_permit_numbers_are_restored_or_called_ambiguous(
    others: set[str], true: str, how: str, complete: bool
) -> None:
    found = permit.parse(PERMIT_DAMAGES[how](true), known("permit", {*others, true}, complete=complete))
    assert found.canonical == true or (found.status == "ambiguous" and true in found.candidates)


PIN_DAMAGES = {
    "as it is": lambda p: p,
    "one blank": lambda p: " ".join(p.split()),
    "no blanks": lambda p: "".join(p.split()),
    "lower case": str.lower,
    "zeros for blanks": lambda p: p.replace(" ", "0"),
    "no-break blanks": lambda p: p.replace(" ", "\u00a0"),
    "leading zero lost": lambda p: p.lstrip("0") if p[:3] != "000" else p[2:],
}


@given(st.sets(pins, max_size=20), pins, st.sampled_from(sorted(PIN_DAMAGES)))
def test_law_pins_are_restored_or_called_ambiguous(others: set[str], true: str, how: str) -> None:
    found = pin.parse(PIN_DAMAGES[how](true), known("pin", {*others, true}))
    assert found.canonical == true or (found.status == "ambiguous" and true in found.candidates)


@given(st.sampled_from(["apn", "pin", "permit"]), st.text(max_size=20) | st.text("0123456789.-*E+ A/", max_size=16))
def test_law_any_text_has_one_answer(kind: str, raw: str) -> None:
    entries = {"apn": APNS, "pin": PINS, "permit": PERMITS}[kind]
    for found in (PARSERS[kind](raw, None), PARSERS[kind](raw, entries)):
        assert found.raw == raw
        assert (found.canonical is not None) == (found.status in {"ok", "repaired"})
        assert not (found.candidates and found.status != "ambiguous")
        assert list(found.candidates) == sorted(set(found.candidates))
        assert (found.status == "ok") <= (set(found.repairs) <= NOTATION)
        if found.canonical is not None:
            assert PARSERS[kind](found.canonical, entries).status == "ok"
