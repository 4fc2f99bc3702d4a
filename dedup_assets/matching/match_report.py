"""What a run of the matching room says of itself. Put no computing of pairs here."""

from __future__ import annotations

from dataclasses import dataclass, field

from dedup_assets.matching.channels import CHANNELS


@dataclass(frozen=True)
class MatchReport:
    """The state of the search after a run, and what the run took.

    Attributes:
        contents, pages: what the near-duplicate search holds; ``new``: contents that this run brought in.
        low_information: pages set aside, because their hash says nothing of them.
        total, kept: candidate pairs of pages by hash, and those that are stored. Both are exact.
        cut: by channel, how many were found and not kept.
        candidates: stored pairs of pages by channel.
        predicted, comparisons: comparisons foreseen and made in this run, by all channels.
        notes: what else was cut in this run, in words.
        verdicts, groups: pairs of contents by verdict, groups by basis.
        histogram: all candidate pairs by hash, by distance.
        seconds: time by stage of this run.
    """

    contents: int
    pages: int
    new: int
    low_information: int
    total: int
    kept: int
    cut: dict[str, int]
    candidates: dict[str, int]
    predicted: int
    comparisons: int
    notes: list[str] = field(default_factory=list)
    verdicts: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    histogram: dict[int, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def truncated(self) -> bool:
        """Whether there are candidate pairs by hash that are counted but not stored."""
        return self.kept < self.total

    def numbers(self) -> dict[str, int | float | str | None]:
        """The report as flat names and values, the same names in every run."""
        bases = ("candidate", "duplicate")
        return {
            "contents": self.contents,
            "contents_new": self.new,
            "pages": self.pages,
            "pages_low_information": self.low_information,
            "candidates_total": self.total,
            "candidates_kept": self.kept,
            "candidates_truncated": self.truncated,
            **{f"candidates_{channel}": self.candidates.get(channel, 0) for channel in CHANNELS},
            **{f"cut_{channel}": self.cut.get(channel, 0) for channel in CHANNELS},
            "comparisons_predicted": self.predicted,
            "comparisons": self.comparisons,
            "what_else_was_cut": "; ".join(self.notes) or None,
            **{f"groups_{basis}": self.groups.get(basis, 0) for basis in bases},
            **{f"verdict_{verdict}": pairs for verdict, pairs in self.verdicts.items()},
            **{f"seconds_{stage}": round(seconds, 3) for stage, seconds in self.seconds.items()},
        }
