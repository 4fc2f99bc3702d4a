"""Causes: each found on planted truth with its counts, each silent on clean data, and how conflicts are settled.

One pool: every department of it is a scenario of its own, and causes look at one department at a time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from causes_kit import Record, causes_of, clean, copy, deliver, detail, fill, find, likely, parcel, permit_of, record
from causes_kit import registered as city
from dedup_assets.findings.causes.find import CAUSES, CauseError, find_causes
from dedup_assets.findings.causes.legacy_source import outstanding
from dedup_assets.findings.causes.rate import compare
from dedup_assets.findings.causes.words import advise, say
from dedup_assets.matching.wilson import wilson
from dedup_assets.registry.forensics_batch import write_batch_damage
from findings_pool import Pool, department, digest

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIOS: dict[str, Callable[[], list[Record]]] = {"sound": clean}


def scenario(made: Callable[[], list[Record]]) -> Callable[[], list[Record]]:
    """A department that delivers these records."""
    SCENARIOS[made.__name__] = made
    return made


@scenario
def shifted() -> list[Record]:
    """Parcels of rows 21 to 45 slipped by three."""
    records = [record(number) for number in range(60)]
    for number in range(20, 45):
        records[number]["apn_raw"] = parcel(number + 3)
    return records


@scenario
def shifted_along() -> list[Record]:
    """In the second half of the shift the permits slipped along: only the names tell."""
    records = [record(number) for number in range(60)]
    for number in range(10, 50):
        records[number] |= {"apn_raw": parcel(number - 5)}
        if number >= 25:
            records[number]["permit_number_raw"] = permit_of(number - 5)
    return records


@scenario
def mistyped() -> list[Record]:
    """Single parcels that are somebody else's."""
    records = [record(number) for number in range(60)]
    for number, other in ((5, 50), (20, 3), (21, 40), (33, 34), (48, 2), (55, 9)):
        records[number]["apn_raw"] = parcel(other)
    return records


@scenario
def replayed() -> list[Record]:
    """Half a batch again, some of it pulled from the parcel's record."""
    channel = {"batch_id": "B1-again", "upload_channel": "pulled from parcel record"}
    return [*clean(), *(copy(at, at, image_id=f"R{at:03d}", **channel) for at in range(20))]


@scenario
def copied_elsewhere() -> list[Record]:
    """The same copies, at other rows of another batch."""
    return [
        *clean(),
        *(copy(at, at, image_id=f"R{at:03d}", batch_id="B2", batch_row_no=str(30 - at)) for at in range(20)),
    ]


@scenario
def damaged() -> list[Record]:
    """A parcel number without its zeros, one in words, a permit number in a column too narrow."""
    records = clean()
    records[10]["apn_raw"], records[11]["apn_raw"], records[12]["permit_number_raw"] = "50003016", "SEE PLANS", "######"
    return records


@scenario
def placeholder() -> list[Record]:
    """One picture on seven parcels."""
    return [*clean(), *(copy(40 + at, 0, image_id=f"C{at}") for at in range(6))]


@scenario
def few_parcels() -> list[Record]:
    """One picture on three parcels, nothing odd about it."""
    return [*clean(), *(copy(40 + at, 0, image_id=f"C{at}", file_name=f"view {at}.jpg") for at in range(2))]


@scenario
def few_named_so() -> list[Record]:
    """The same, called a placeholder."""
    return [*clean(), *(copy(40 + at, 0, image_id=f"C{at}", file_name="No-Photo.JPG") for at in range(2))]


@scenario
def name_keyed() -> list[Record]:
    """IMG_0042 of one parcel on a stranger's, under that name."""
    return [*clean(), copy(50, 3, file_name="img_0042 (1).JPG")]


@scenario
def named_otherwise() -> list[Record]:
    """Copies on strangers' parcels whose names differ, or are no camera's."""
    names = {4: "5000000054_front_4.jpg", 3: "IMG_0043.jpg", 5: "site plan.jpg"}
    records = [*clean(), *(copy(50 + of, of, file_name=name) for of, name in names.items())]
    records[5]["file_name"] = "site plan.jpg"
    return records


@scenario
def pulled() -> list[Record]:
    """Years later under another permit of the parcel; and by a channel that says so."""
    taken = {"captured_at": "2023-05-01T10:00:00-08:00"}
    records = clean()
    records[5] |= {**taken, "uploaded_at": "2023-05-05T10:00:00-08:00"}
    return [
        *records,
        copy(5, 5, image_id="P1", permit_number_raw="18010-10000-77777", **taken),
        copy(6, 6, image_id="P2", upload_channel="Pulled from parcel-record"),
        copy(7, 7, image_id="P3"),
    ]


SIDES = {
    "reencoded": [1024, 1024, 1024, 1600, 1600, 733],
    "reencoded_few": [1024, 1024, 1024, 1024],
    "resized_anyhow": [1021, 733, 1600, 1204, 955, 640],
}
for _name, _sides in SIDES.items():
    SCENARIOS[_name] = lambda sides=_sides: [
        *clean(),
        *(record(50 + at, image_id=f"S{at}", source_system="cms") for at in range(len(sides))),
        *(record(100 + at, source_system="cms") for at in range(40)),
    ]


@scenario
def legacy() -> list[Record]:
    """An archive of which every third record is a copy, beside a portal."""
    return [
        *(record(number, source_system="portal") for number in range(100)),
        *(record(100 + number, source_system="archive") for number in range(20)),
        *(copy(at, at, image_id=f"L{at}", source_system="archive", batch_row_no=str(at + 50)) for at in range(12)),
        copy(50, 50, image_id="P", source_system="portal", batch_row_no="200"),
    ]


def scanned(wrong: range) -> list[Record]:
    """A fifth of the names outside the grammar; ``wrong`` records are filed on scattered strangers' parcels."""
    records = [record(number) for number in range(200)]
    for number in range(100, 140):
        records[number]["file_name"] = f"scan of house {number}.jpg"
    for number in wrong:
        records[number]["apn_raw"] = parcel(200 + (number * 37) % 97)
    return records


SCENARIOS["badly_named"] = lambda: scanned(range(100, 115))
SCENARIOS["oddly_named"] = lambda: scanned(range(0, 200, 10))


@pytest.fixture(scope="module")
def pool() -> Pool:
    """All scenarios, with their causes found in one pass."""
    pool = city(300)
    pool.permit("18010-10000-77777", parcel(5))
    for kind, raw, status in (
        ("apn", "50003016", "ambiguous"),
        ("apn", "SEE PLANS", "malformed"),
        ("permit", "######", "malformed"),
    ):
        pool.identify(kind, raw, status)
    pool.con.execute("update identifier set repairs = ['leading_zeros'] where raw = '50003016'")
    for name, made in SCENARIOS.items():
        deliver(pool, name, made())
    for name, sides in SIDES.items():
        _reencode(pool, name, sides)
    freeze(pool, "sound")
    write_batch_damage(pool.con, lambda _: None)
    find(pool, *SCENARIOS)
    return pool


def _reencode(pool: Pool, name: str, sides: list[int]) -> None:
    """Let S0, S1 ... show what I020, I021 ... show, in other bytes, without EXIF and with these longer sides."""
    contents: list[Record] = []
    for at, side in enumerate(sides):
        original, made = digest(name, f"I{at + 10:03d}"), digest(name, f"S{at}")
        low, high = sorted([original, made])
        pool.insert("match", sha256_a=low, sha256_b=high, distance=3, verdict="same_image", evidence="{}")
        for sha256, width, taken in ((original, 4000, "2025-01-02"), (made, side, None)):
            said = {"sha256": sha256, "algorithm_version": "v", "byte_size": 1, "status": "ok"}
            contents.append({**said, "width": width, "height": width // 2, "exif_captured_at": taken})
    fill(pool, "content", contents)


def freeze(pool: Pool, name: str) -> None:
    """A second date with the manifest of the first, and a third without any."""
    pool.period("2025-02-28", name=name)
    pool.period("2025-03-31", name=name)
    pool.con.execute(
        "insert into delivery by name select * replace ('again' as delivery_id, '2025-02-28'::date as as_of, "
        "'repeated' as status, false as in_force) from delivery where department = ?",
        [name],
    )


def values(found: dict[tuple[str, str], str]) -> set[str]:
    return set(found.values())


def test_sound_records_have_no_findings(pool: Pool) -> None:
    assert {fact for fact, _ in likely(pool, "sound")} == {"delivery_status"}
    told = "select fitting, records, camera_named from naming_grammar where department = 'sound'"
    assert pool.rows(told) == [(38, 40, 2)]


def test_shifted_batch_is_told_and_undone(pool: Pool) -> None:
    told = detail(pool, "batch_shifted", "shifted")
    assert (told["batch_id"], told["k"], told["rotated"], told["also_k"]) == ("B1", 3, False, [])
    assert told["rows_certain"] == told["rows_possible"] == [21, 45]
    assert (told["support"], told["considered"], told["rows_realigned"]) == (25, 25, 25)
    assert (told["parcel_findings_before"], told["parcel_findings_after"]) == (25, 0)
    assert told["evidence"] == ["name", "permit"]
    assert values(likely(pool, "shifted")) == {"batch_shifted"}
    moved = pool.rows(
        "select subject, suggested_apn from finding join finding_cause using (finding_id, as_of, department) "
        "where department = 'shifted'"
    )
    assert dict(moved) == {f"I{number:03d}": parcel(number) for number in range(20, 45)}


def test_permits_that_slipped_along_are_told_by_the_file_names(pool: Pool) -> None:
    told = detail(pool, "batch_shifted", "shifted_along")
    assert (told["k"], told["rows_certain"], told["evidence"]) == (-5, [11, 50], ["name", "permit"])
    assert (told["support"], told["parcel_findings_before"], told["parcel_findings_after"]) == (40, 15, 0)


@pytest.mark.parametrize("named", ["{apn}_front.jpg", "site {dashed}.jpg", "{permit}.jpg", "scan_{bare}_2.tif"])
def test_where_all_numbers_slipped_the_file_names_are_findings_with_their_cause(named: str) -> None:
    """Permit and parcel still agree with each other; whichever number files are named after tells."""
    pool = city(60)
    records = []
    for number in range(60):
        at, own = number + 4 if 15 <= number < 45 else number, permit_of(number)
        dashed = f"{parcel(number)[:4]}-{parcel(number)[4:7]}-{parcel(number)[7:]}"
        name = named.format(apn=parcel(number), dashed=dashed, permit=own, bare=own.replace("-", ""))
        numbers = {"apn_raw": parcel(at), "permit_number_raw": permit_of(at)}
        records.append(record(number, **numbers, file_name=None, storage_uri=f"in/{number}/{name}"))
    deliver(pool, "ladbs", records)
    find(pool, file_names=True)
    slipped = {("name_agreement", f"I{number:03d}"): "batch_shifted" for number in range(15, 45)}
    assert likely(pool) == slipped
    told = detail(pool, "batch_shifted")
    assert (told["k"], told["rows_certain"], told["evidence"]) == (4, [16, 45], ["name"])
    assert (told["parcel_findings_before"], told["parcel_findings_after"]) == (30, 0)


def test_single_disagreements_are_no_shift(pool: Pool) -> None:
    found = likely(pool, "mistyped")
    assert len(found) == 6
    assert values(found) == {"undetermined"}


def test_replayed_batch(pool: Pool) -> None:
    told = detail(pool, "batch_replayed", "replayed")
    assert (told["batch_id"], told["replay_of"], told["support"], told["considered"]) == ("B1-again", "B1", 20, 20)
    assert (told["rows_of_original"], told["rows_of_replay"], told["contents"]) == (40, 20, 20)
    expected = {("redundant_in_department", f"R{number:03d}"): "batch_replayed" for number in range(20)}
    assert likely(pool, "replayed") == expected


def test_the_more_specific_cause_is_the_likely_one_and_the_others_are_kept(pool: Pool) -> None:
    assert causes_of(pool, "redundant_in_department", "R005", "replayed") == ["batch_replayed", "stale_pull"]


def test_copies_in_another_order_are_no_replay(pool: Pool) -> None:
    assert "batch_replayed" not in values(likely(pool, "copied_elsewhere"))


def test_spreadsheet_damage_needs_the_forensics_of_the_batch(pool: Pool) -> None:
    assert likely(pool, "damaged") == {
        ("malformed_identifiers", "I010"): "spreadsheet_damage",
        ("malformed_identifiers", "I011"): "undetermined",
        ("malformed_identifiers", "I012"): "spreadsheet_damage",
    }
    counts = (
        "select occurrence_id, support, considered from finding_cause where cause = 'spreadsheet_damage' order by 1"
    )
    assert pool.rows(counts) == [("apn_raw:B1", 1, 40), ("permit_number_raw:B1", 1, 40)]


def test_placeholder_stands_for_many_parcels(pool: Pool) -> None:
    told = detail(pool, "placeholder", "placeholder")
    content = digest("placeholder", "I000")
    assert (told["content"], told["unrelated_parcels"], told["support"], told["considered"]) == (content, 6, 7, 7)
    found = likely(pool, "placeholder")
    assert values(found) == {"placeholder"}
    assert len(found) == 7 + 6


@pytest.mark.parametrize(("name", "expected"), [("few_parcels", "undetermined"), ("few_named_so", "placeholder")])
def test_few_parcels_need_a_name_that_says_so(pool: Pool, name: str, expected: str) -> None:
    assert likely(pool, name)["unrelated_parcels", "I000"] == expected


def test_name_keyed_attach(pool: Pool) -> None:
    told = detail(pool, "name_keyed_attach", "name_keyed")
    assert (told["file_name"], told["support"], told["considered"]) == ("img_0042", 2, 2)
    assert told["records_of_name"] == 3  # the one that is not confused counts as well
    assert likely(pool, "name_keyed") == {
        ("redundant_in_department", "I050"): "name_keyed_attach",
        ("unrelated_parcels", "I003"): "name_keyed_attach",
        ("unrelated_parcels", "I050"): "name_keyed_attach",
    }


def test_other_names_are_no_name_keyed_attach(pool: Pool) -> None:
    found = likely(pool, "named_otherwise")
    assert len(found) == 9
    assert values(found) == {"undetermined"}


def test_stale_pull(pool: Pool) -> None:
    found = likely(pool, "pulled")
    assert found["redundant_in_department", "P1"] == found["redundant_in_department", "P2"] == "stale_pull"
    assert found["redundant_in_department", "P3"] == "undetermined"  # a fresh copy of the same case


def test_cms_reencode(pool: Pool) -> None:
    told = detail(pool, "cms_reencode", "reencoded")
    assert (told["longer_sides"], told["support"], told["considered"]) == ([1024, 1600], 5, 6)
    found = likely(pool, "reencoded")
    assert found["unrelated_parcels", "S0"] == found["unrelated_parcels", "I010"] == "cms_reencode"
    assert found["unrelated_parcels", "S5"] == "undetermined"


@pytest.mark.parametrize("name", ["reencoded_few", "resized_anyhow"])
def test_few_copies_or_any_sizes_are_no_habit(pool: Pool, name: str) -> None:
    found = likely(pool, name)
    assert found
    assert "cms_reencode" not in values(found)


def test_legacy_source(pool: Pool) -> None:
    told = detail(pool, "legacy_source", "legacy")
    assert (told["source_system"], told["support"], told["considered"]) == ("archive", 12, 32)
    assert (told["other_copies"], told["other_records"]) == (1, 101)
    found = likely(pool, "legacy")
    assert {found["redundant_in_department", f"L{number}"] for number in range(12)} == {"legacy_source"}
    assert found["redundant_in_department", "P"] == "undetermined"


def test_equal_rates_are_nobodys_habit() -> None:
    assert not list(outstanding([("D", "archive", 10, 100), ("D", "portal", 12, 100)]))
    assert not list(outstanding([("D", "archive", 4, 10), ("D", "portal", 0, 1000)]))  # too few to speak of
    assert not list(outstanding([("D", "archive", 40, 100)]))  # nothing to compare with
    (row,) = outstanding([("D", "archive", 10, 100), ("D", "portal", 2, 300)])
    assert (row["source_system"], row["other_copies"], row["other_records"]) == ("archive", 2, 300)


def test_rates_are_those_of_the_books() -> None:
    # Fisher's own example: of eight cups, all four guessed right.
    assert compare(4, 4, 0, 4).chance == pytest.approx(1 / 70)
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 0) == (0.0, 1.0)


def test_inconsistent_naming(pool: Pool) -> None:
    told = detail(pool, "inconsistent_naming", "badly_named")
    assert (told["grammar"], told["shape"]) == ("A_W_N", "W N")
    assert (told["support"], told["considered"], told["wrong_inside"], told["records_inside"]) == (15, 40, 0, 160)
    grammar = "select grammar, fitting, records, shapes from naming_grammar where department = 'badly_named'"
    assert pool.rows(grammar) == [("A_W_N", 160, 200, 2)]


def test_names_outside_the_grammar_that_are_right_are_no_cause(pool: Pool) -> None:
    found = likely(pool, "oddly_named")
    assert len(found) == 20
    assert values(found) == {"undetermined"}


def test_frozen_feed(pool: Pool) -> None:
    told = detail(pool, "feed_frozen", "sound")
    assert (told["first_delivered_on"], told["support"], told["considered"]) == ("2025-01-31", 2, 2)
    assert likely(pool, "sound") == {
        ("delivery_status", "2025-02-28"): "feed_frozen",
        ("delivery_status", "2025-03-31"): "undetermined",
    }


def test_every_finding_has_one_likely_cause_and_nothing_stands_without_support(pool: Pool) -> None:
    assert pool.rows("select count(*) from finding") == pool.rows("select count(*) from finding_cause where rank = 1")
    unborne = "select count(*) from finding_cause where (support = 0) <> (cause = 'undetermined')"
    assert pool.rows(unborne) == [(0,)]
    assert {row[0] for row in pool.rows("select cause from finding_cause")} == {
        "undetermined",
        *(each.name for each in CAUSES),
    }


def test_a_period_is_looked_at_again_only_when_something_changed() -> None:
    pool = city(60)
    deliver(pool, "ladbs", SCENARIOS["name_keyed"]())
    assert find(pool).computed == 1
    first: Any = pool.rows("select * from finding_cause order by all")
    assert find_causes(pool.con, [department()]).computed == 0
    assert pool.rows("select * from finding_cause order by all") == first
    pool.con.execute("update image_record set file_name = 'x.jpg' where image_id = 'I003'")
    assert find(pool).computed == 1
    assert values(likely(pool)) == {"undetermined"}
    pool.con.execute("delete from rule_input")
    with pytest.raises(CauseError, match="apply the rules first"):
        find_causes(pool.con, [department()])


def test_every_cause_has_a_sentence_with_its_counts(pool: Pool) -> None:
    told = {
        cause: (say(cause, json.loads(evidence)), advise(cause, json.loads(evidence)))
        for cause, evidence in pool.rows("select cause, min(detail) from finding_cause group by cause")
    }
    assert set(told) == {"undetermined", *(each.name for each in CAUSES)}
    assert told["undetermined"] == ("Undetermined: nothing in the delivery tells how it came about.", "")
    assert told["batch_shifted"] == (
        (
            "Rows 11 to 50 of batch B1 are filed under the parcel of the row 5 before it, as their file names and "
            "permits show; re-aligned, 15 of the batch's 15 findings about parcels would be gone."
        ),
        "Re-align batch B1: rows 11 to 50 take the parcel of the row 5 after it.",
    )
    assert told["legacy_source"][0].startswith(
        "archive does not look for copies: 12 of its 32 records are, and 1 of 101"
    )
    assert all(sentence.endswith(".") for sentence, _ in told.values())
