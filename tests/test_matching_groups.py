"""Groups are complete, as large as complete linkage makes them, and depend on nothing but their members."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.matching.groups import complete_link, components, group_id

Pairs = dict[tuple[int, int], int]
MEMBERS = 12


@st.composite
def pairs_of_members(draw: st.DrawFn) -> Pairs:
    every = list(combinations(range(MEMBERS), 2))
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))
    return {pair: draw(st.integers(0, 5)) for pair in chosen}


def grouped(pairs: Pairs, members: int = MEMBERS) -> list[list[int]]:
    a, b = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return complete_link(a, b, np.array(list(pairs.values()), dtype=np.int64), members)


def plain_complete_link(pairs: Pairs) -> list[list[int]]:
    """The stated rule, step by step, with nothing remembered."""
    groups = [[member] for member in range(MEMBERS)]

    def far(one: list[int], other: list[int]) -> int | None:
        between = [pairs.get((min(a, b), max(a, b))) for a in one for b in other]
        return None if None in between else max(each for each in between if each is not None)

    while True:
        joinable = [
            (apart, min(one[0], other[0]), max(one[0], other[0]), one, other)
            for one, other in combinations(groups, 2)
            if (apart := far(one, other)) is not None
        ]
        if not joinable:
            return sorted(each for each in groups if len(each) > 1)
        *_, one, other = min(joinable)
        groups = [each for each in groups if each not in (one, other)] + [sorted(one + other)]


@given(pairs_of_members())
def test_the_stated_rule(pairs: Pairs) -> None:
    assert grouped(pairs) == plain_complete_link(pairs)


@given(pairs_of_members())
def test_every_two_members_are_a_pair_and_no_two_groups_could_be_one(pairs: Pairs) -> None:
    groups = grouped(pairs)
    members = [member for group in groups for member in group]
    assert len(members) == len(set(members))
    assert all(pair in pairs for group in groups for pair in combinations(group, 2))
    alone = [[member] for member in range(MEMBERS) if member not in members]
    for one, other in combinations([*groups, *alone], 2):
        assert any((min(a, b), max(a, b)) not in pairs for a in one for b in other)


@given(pairs_of_members(), st.randoms(use_true_random=False))
def test_order_of_pairs_and_of_their_sides_is_nothing(pairs: Pairs, random) -> None:
    turned = [((b, a) if random.random() < 0.5 else (a, b), distance) for (a, b), distance in pairs.items()]
    random.shuffle(turned)
    assert grouped(dict(turned)) == grouped(pairs)


@given(pairs_of_members(), pairs_of_members())
def test_unrelated_members_change_nothing(pairs: Pairs, others: Pairs) -> None:
    """Others come among the members in every place of the order, but are near to none of them."""
    both = {(2 * a, 2 * b): distance for (a, b), distance in pairs.items()}
    both |= {(2 * a + 1, 2 * b + 1): distance for (a, b), distance in others.items()}
    found = [[each // 2 for each in group] for group in grouped(both, 2 * MEMBERS) if group[0] % 2 == 0]
    assert found == grouped(pairs)


def test_a_chain_is_not_a_group() -> None:
    """Twenty forms, each near to the next: one component, pairs at most."""
    chain = {(each, each + 1): 10 for each in range(19)}
    groups = grouped(chain, 20)
    assert [len(group) for group in groups] == [2] * 10
    a, b = (np.array(side, dtype=np.int64) for side in zip(*chain, strict=True))
    assert set(components(a, b, 20).tolist()) == {0}


def test_a_large_clique_is_one_group() -> None:
    a, b = np.triu_indices(300, k=1)
    groups = complete_link(a.astype(np.int64), b.astype(np.int64), (a * b) % 7, 1_000)
    assert groups == [list(range(300))]


def test_no_pairs_no_groups() -> None:
    assert grouped({}) == []


def test_group_ids_are_what_an_auditor_computes() -> None:
    digests = [hashlib.sha256(name).hexdigest() for name in (b"a", b"b")]
    expected = hashlib.sha256("\n".join(["candidate", *sorted(digests)]).encode()).hexdigest()[:16]
    assert group_id("candidate", digests) == group_id("candidate", digests[::-1]) == expected
    assert group_id("duplicate", digests) != expected
