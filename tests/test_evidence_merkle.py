"""Trees and proofs as RFC 9162 has them, and canonical JSON as RFC 8785 has it."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.evidence.canonical import Lines
from dedup_assets.evidence.leaves import FEWEST, decoys
from dedup_assets.evidence.merkle import EMPTY, Tree, inclusion_path, leaf_hash, node_hash, root_from, siblings
from dedup_assets.evidence.retention import later, retention

# The leaves and roots that the reference implementation of Certificate Transparency publishes as test vectors.
LEAVES = [
    leaf_hash(bytes.fromhex(each))
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

# What JSON escapes, what it must not, and what sorts differently as bytes and as code units.
AWKWARD = st.sampled_from('aZ0"\\/\n\t\x00\x1f\x7fñ\u2028')


def root(leaves: list[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def defined(leaves: list[bytes]) -> bytes:
    """The root by the words of RFC 9162, 2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = max(2**power for power in range(32) if 2**power < len(leaves))
    return node_hash(defined(leaves[:split]), defined(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_an_inclusion_path_is_that_of_the_published_vector() -> None:
    assert [each.hex() for each in inclusion_path(LEAVES, 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_leaf_of_every_size_has_a_proof_that_leads_to_the_root() -> None:
    for size in range(1, 34):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        assert root(leaves) == defined(leaves)
        for index in range(size):
            path = inclusion_path(leaves, index, size)
            assert root_from(leaves[index], index, size, path) == defined(leaves)


@settings(max_examples=60)
@given(st.integers(1, 600), st.data())
def test_a_proof_of_another_leaf_place_or_path_leads_elsewhere(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path, whole = inclusion_path(leaves, index, size), root(leaves)
    assert root_from(leaves[index], index, size, path) == whole
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert root_from(leaves[other], index, size, path) != whole
        if len(siblings(other, size)) == len(path):
            assert root_from(leaves[index], other, size, path) != whole
    for at in range(len(path)):
        turned = [*path[:at], leaf_hash(path[at]), *path[at + 1 :]]
        assert root_from(leaves[index], index, size, turned) != whole


def test_a_proof_that_does_not_fit_its_tree_is_refused() -> None:
    path = inclusion_path(LEAVES, 3, 8)
    for index, size, its in ((8, 8, path), (-1, 8, path), (3, 8, path[:-1]), (3, 8, [*path, EMPTY])):
        with pytest.raises(ValueError, match="leaf"):
            root_from(LEAVES[3], index, size, its)
    with pytest.raises(ValueError, match="there are 7 leaves, not 8"):
        inclusion_path(LEAVES[:7], 0, 8)


@given(
    st.dictionaries(
        st.text(AWKWARD, max_size=3),
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(AWKWARD)
        | st.lists(st.integers(0, 9), max_size=3),
        max_size=6,
    )
)
def test_a_row_is_written_as_rfc_8785_has_it(row: dict[str, object]) -> None:
    assert Lines().line(row) == rfc8785.dumps(row)


def test_values_of_the_warehouse_and_documents_in_it_become_json_values() -> None:
    row = {
        "on": date(2026, 6, 30),
        "at": datetime(2026, 6, 30, 1, 2, 3),  # noqa: DTZ001 - the warehouse's times carry no zone
        "points": Decimal("-1.500000"),
        "detail": '{"b": 1e-7, "a": [1.0]}',
        "none": None,
    }
    assert Lines(("detail",)).line(row) == (
        b'{"at":"2026-06-30T01:02:03.000000Z","detail":{"a":[1],"b":1e-7},"none":null,"on":"2026-06-30","points":-1.5}'
    )
    assert json.loads(Lines(("detail",)).line({"detail": None})) == {"detail": None}


def test_decoys_hide_how_many_there_are() -> None:
    totals = [count + decoys(count) for count in range(200)]
    assert totals[:17] == [FEWEST] * 17
    assert totals[17] == 32
    assert all(after in {before, 2 * before} for before, after in pairwise(totals))


def test_the_clock_of_retention_runs_three_years_from_the_final_report_and_longer_while_held() -> None:
    period = date(2024, 2, 29)
    assert later(period, 3) == date(2027, 3, 1)
    waiting = retention(period, None, ())
    assert (waiting["keep_until"], waiting["is_final"]) == ("2027-03-01", False)
    reported = retention(period, date(2024, 9, 30), ())
    assert (reported["keep_until"], reported["is_final"]) == ("2027-09-30", True)
    assert retention(period, date(2024, 9, 30), ("a claim",))["is_final"] is False
