"""Body-worn video: metadata without pictures, and evidence that is listed twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dedup_assets.sample.pictures.noise import digest
from dedup_assets.sample.plan import VIDEO, Plan, Record
from dedup_assets.sample.population import FIRST_SHARE, first_listed, moments

if TYPE_CHECKING:
    import numpy as np

ROWS = 300  # for 1,600 images
DUPLICATE = "BWV-001"


def recordings(plan: Plan) -> None:
    """Add the sound recordings."""
    for number in range(max(20, 2 * plan.calendar.deliveries, plan.count(ROWS))):
        draw = plan.rng("video", number)
        enters = first_listed(draw, plan, number, FIRST_SHARE)
        plan.records[VIDEO].append(_recording(plan, draw, number, enters))


def _recording(plan: Plan, draw: np.random.Generator, number: int, enters: int) -> Record:
    _, uploaded = moments(draw, plan, enters)
    started = uploaded - timedelta(hours=2, seconds=7 * number)
    seconds = int(draw.integers(40, 5400))
    row: dict[str, str | None] = {
        "device_serial": f"CANARY-C{int(draw.integers(1000, 1060))}",
        "captured_at": started.isoformat(),
        "duration_seconds": str(seconds),
        "declared_sha256": digest(plan.seed, "video", number),
        "uploaded_at": uploaded.isoformat(),
        "media_type": "video/mp4",
        "byte_size": str(seconds * int(draw.integers(480_000, 620_000))),
        "source_system": "evidence_index",
        "batch_id": f"CANARY-DOCK-{uploaded:%Y-%m}",
    }
    return Record(VIDEO, enters, row)


def duplicates(plan: Plan, count: int) -> None:
    """One recording under two evidence ids: the same device, start and length, or checksum. Both are findings."""
    last = plan.calendar.deliveries - 1
    for turn, record in enumerate(plan.take(VIDEO, "duplicate", count)):
        start = min(last, record.enters + turn % 2)
        again = Record(VIDEO, start, dict(record.row), touched=True)
        uploaded = datetime.fromisoformat(record.row["uploaded_at"] or "") + timedelta(hours=6)
        again.row["uploaded_at"] = uploaded.isoformat()
        kind = "same_recording"
        if turn % 3 == 2:  # every third was cut and kept its checksum
            kind = "same_checksum"
            again.row |= {"duration_seconds": str(int(record.row["duration_seconds"] or 0) + 3)}
        elif turn % 3 == 1:
            again.row["declared_sha256"] = digest(plan.seed, "video again", turn)
        again.leaves = min(last, start + 2) if turn % 2 == 0 and start < last else None
        plan.records[VIDEO].append(again)
        story = plan.truth.story(f"video_{kind}")
        for one, other in ((again, record), (record, again)):
            story.tell(one, [DUPLICATE], spells=[(start, again.leaves)], other=other)


def number_recordings(plan: Plan) -> None:
    """Give every recording its evidence id, in the order of upload."""
    records = plan.records[VIDEO]
    records.sort(key=lambda record: (record.row["uploaded_at"] or "", record.row["captured_at"] or ""))
    for number, record in enumerate(records, start=1):
        record.row["image_id"] = None if record.breaks == "no_image_id" else f"CANARY-EV-{number:06d}"
