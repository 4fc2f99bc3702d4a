"""What a run of the matching room says of itself. Put no computing of pairs here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MatchReport:
    """The state of the search after a run, and what the run took.

    Attributes:
        contents: contents in the near-duplicate search; ``new``: those that this run brought in.
        low_information: readable contents set aside, because their hash says nothing of them.
        distinct_hashes: hashes among the contents.
        total, kept: candidate pairs, and those that ``match`` holds. Both are exact.
        predicted, comparisons: comparisons foreseen and made in this run.
        method: how this run searched; empty when nothing was new.
        verdicts, groups: pairs by verdict, groups by basis.
        histogram: all candidate pairs by distance.
        seconds: time by stage of this run.
    """

    contents: int
    new: int
    low_information: int
    distinct_hashes: int
    total: int
    kept: int
    predicted: int
    comparisons: int
    method: str
    verdicts: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    histogram: dict[int, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def truncated(self) -> bool:
        """Whether there are candidate pairs that are counted but not stored."""
        return self.kept < self.total

    def numbers(self) -> dict[str, int | float | str | None]:
        """The report as flat names and values, the same names in every run."""
        bases = ("candidate", "duplicate")
        return {
            "contents": self.contents,
            "contents_new": self.new,
            "contents_low_information": self.low_information,
            "distinct_hashes": self.distinct_hashes,
            "candidates_total": self.total,
            "candidates_kept": self.kept,
            "candidates_truncated": self.truncated,
            "comparisons_predicted": self.predicted,
            "comparisons": self.comparisons,
            "method": self.method or None,
            **{f"groups_{basis}": self.groups.get(basis, 0) for basis in bases},
            **{f"verdict_{verdict}": pairs for verdict, pairs in self.verdicts.items()},
            **{f"seconds_{stage}": round(seconds, 3) for stage, seconds in self.seconds.items()},
        }
