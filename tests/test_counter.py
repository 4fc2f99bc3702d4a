"""``dedup check-image``: what records that hold a picture come to. The whole way is asked in test_pipeline.py."""

from __future__ import annotations

import pytest

from dedup_assets.cli.counter import ALARMING, SAID
from dedup_assets.findings.filed import Answer, Filed, answer


def filed(standing: str, verdict: str) -> Filed:
    return Filed("ladbs", "A-1", "f" * 64, None if standing == "unknown" else "5056022001", standing, verdict)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], Answer.not_filed),
        ([("same", "exact_file")], Answer.same_parcel),
        ([("same", "exact_file"), ("related", "same_image")], Answer.related_parcel),
        ([("same", "exact_file"), ("other", "same_image")], Answer.other_parcel),
        ([("unknown", "exact_pixels"), ("same", "exact_file")], Answer.unknown_parcel),
        ([("other", "undecided")], Answer.perhaps_other_parcel),
        ([("other", "same_image_local_change")], Answer.perhaps_other_parcel),
        # A look-alike elsewhere does not outweigh that this very picture is on file here.
        ([("other", "undecided"), ("same", "exact_file")], Answer.same_parcel),
        ([("same", "undecided"), ("related", "undecided"), ("unknown", "undecided")], Answer.not_filed),
    ],
)
def test_what_records_come_to(records: list[tuple[str, str]], said: Answer) -> None:
    assert answer([filed(*each) for each in records]) is said
    assert answer([filed(*each) for each in reversed(records)]) is said


def test_every_answer_has_words_and_only_what_concerns_another_parcel_alarms() -> None:
    assert set(SAID) == {each.value for each in Answer}
    assert {"other_parcel", "unknown_parcel", "perhaps_other_parcel"} == ALARMING
