"""A landing zone made of real things: labelled photographs on real Los Angeles permits, with planted defects.

The photographs have nothing to do with the parcels they are put on; that is the point: permits, APNs and PINs are as
messy as they really are, the pictures are as varied as they really are, and what is wrong is known.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from dedup_assets.deliveries.contract import load_contract

DEPARTMENTS = Path(__file__).resolve().parent.parent / "dedup_assets" / "defs" / "departments"
AS_OF = "2026-01-31"
PERMIT = re.compile(r"^(\d{5})-\d(\d{4})-(\d{5})$")


@dataclass
class RealCity:
    """What was written, and what is wrong with it. Findings are (department, rule, image_id)."""

    landing: Path
    registry: Path
    expected: set[tuple[str, str, str]] = field(default_factory=set)
    silent: set[tuple[str, str, str]] = field(default_factory=set)
    source: dict[tuple[str, str], str] = field(default_factory=dict)  # (department, image_id) -> corpus path
    group: dict[str, str] = field(default_factory=dict)  # corpus path -> truth group
    hostile: set[str] = field(default_factory=set)  # image ids of files made to break decoders


@dataclass(frozen=True)
class Permit:
    """A permit of record as a department would cite it."""

    number: str
    apn: str
    units: str

    @property
    def family(self) -> tuple[str, str]:
        """The original and its supplements share this."""
        found = PERMIT.match(self.number)
        assert found
        return found[1], found[3]


def read_permits(path: Path) -> list[Permit]:
    """Permits with a whole APN, one a parcel and family, in order of their number."""
    with path.open(newline="", encoding="utf-8") as file:
        found = [
            Permit(
                row["pcis_permit"],
                f"{row['assessor_book']}-{row['assessor_page']}-{row['assessor_parcel']}",
                row["of_residential_dwelling_units"],
            )
            for row in csv.DictReader(file)
        ]
    return sorted((each for each in found if PERMIT.match(each.number)), key=lambda each: each.number)


class Builder:
    """Writes the departments one after another; every department gets permits of its own unless a defect is meant."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.corpora, self.data = shared / "corpora", shared / "data" / "la"
        self.city = RealCity(folder / "landing", self.data)
        with (self.corpora / "truth.csv").open(newline="", encoding="utf-8") as file:
            self.city.group = {row["image"]: row["group"] for row in csv.DictReader(file) if row["group"]}
        self.permits = read_permits(self.data / "permits.csv")
        families = defaultdict(list)
        for each in self.permits:
            families[each.family].append(each)
        parcels = defaultdict(set)
        for each in self.permits:
            parcels[each.apn].add(each.family)
        # Lone permits: alone in their family and on their parcel, so that nothing excuses a shared photograph.
        self.lone = (
            each
            for each in self.permits
            if len(families[each.family]) == 1
            and len(parcels[each.apn]) == 1
            and re.fullmatch(r"\d{4}-\d{3}-\d{3}", each.apn)
        )
        self.related = [pair for pair in families.values() if len(pair) > 1 and len({each.apn for each in pair}) == 1]
        self.wild = [each for each in self.permits if each.apn.endswith("***")]
        self.rows: dict[str, list[dict[str, str]]] = defaultdict(list)

    def add(self, department: str, image_id: str, source: str, **values: str) -> None:
        """One record whose file is a copy of a corpus file."""
        origin = self.corpora / source
        uri = f"images/{image_id}/{origin.name}"
        target = self.city.landing / department / uri
        target.parent.mkdir(parents=True)
        shutil.copyfile(origin, target)
        self.city.source[department, image_id] = source
        self.rows[department].append(
            {
                "image_id": image_id,
                "storage_uri": uri,
                "file_name": origin.name,
                "captured_at": "2015-06-01T10:00:00",
                "uploaded_at": "2015-06-02T10:00:00",
                "declared_sha256": hashlib.sha256(origin.read_bytes()).hexdigest(),
                "source_system": "PCIS",
                "batch_id": "B-1",
                "batch_row_no": str(len(self.rows[department]) + 1),
                **values,
            }
        )

    def on(self, permit: Permit) -> dict[str, str]:
        """The identifiers of a record on a permit."""
        return {"permit_number_raw": permit.number, "apn_raw": permit.apn}

    def write(self) -> RealCity:
        """Every manifest: JSON Lines for housing, CSV for the rest, through each contract."""
        for department, rows in self.rows.items():
            contract = load_contract(DEPARTMENTS / department / "contract.yaml")
            folder = self.city.landing / department / AS_OF
            folder.mkdir(parents=True)
            columns = [each.name for each in contract.columns]
            sent = [contract.to_source({name: row.get(name, "") for name in columns}) for row in rows]
            if department == "housing_pipeline":
                text = "".join(json.dumps(row) + "\n" for row in sent)
                (folder / "manifest.jsonl").write_text(text, encoding="utf-8")
                continue
            with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(sent[0]))
                writer.writeheader()
                writer.writerows(sent)
        return self.city


def build(shared: Path, folder: Path) -> RealCity:
    """The whole landing zone."""
    made = Builder(shared, folder)
    _labelled(made)
    _copies_on_wrong_parcels(made)
    _permits_that_disagree(made)
    _permit_families(made)
    _undetermined_parcels(made)
    _damaged_keys(made)
    _hostile(made)
    _missing(made)
    _faces(made)
    _pins(made)
    _housing(made)
    return made.write()


def _files(made: Builder, *folders: str) -> list[str]:
    return sorted(
        path.relative_to(made.corpora).as_posix()
        for folder in folders
        for path in (made.corpora / folder).rglob("*")
        if path.is_file()
    )


def _labelled(made: Builder) -> None:
    """Every labelled photograph and scan on a permit of its own."""
    for number, source in enumerate(_files(made, "copies", "exif/orientation", "buildings", "scans")):
        made.add("ladbs_permits", f"LBL-{number:04d}", source, **made.on(next(made.lone)))


def _copies_on_wrong_parcels(made: Builder) -> None:
    for number, source in enumerate(_files(made, "bulk")[:20]):
        made.add("ladbs_permits", f"ORG-{number:03d}", source, **made.on(next(made.lone)))
        made.add(
            "ladbs_permits",
            f"WRG-{number:03d}",
            source,
            **{**made.on(next(made.lone)), "captured_at": "2016-01-01T10:00:00"},
        )
        made.city.expected |= {
            ("ladbs_permits", "DUP-001", f"WRG-{number:03d}"),
            ("ladbs_permits", "PAR-001", f"WRG-{number:03d}"),
            ("ladbs_permits", "PAR-001", f"ORG-{number:03d}"),
        }


def _permits_that_disagree(made: Builder) -> None:
    for number, source in enumerate(_files(made, "bulk")[20:30]):
        cited, other = next(made.lone), next(made.lone)
        made.add("ladbs_permits", f"DIS-{number:03d}", source, permit_number_raw=cited.number, apn_raw=other.apn)
        made.city.expected.add(("ladbs_permits", "PAR-003", f"DIS-{number:03d}"))


def _permit_families(made: Builder) -> None:
    """One photograph on an original permit and on its supplement, on one parcel: legitimate."""
    assert len(made.related) > 20
    for number, (family, source) in enumerate(zip(made.related[:10], _files(made, "bulk")[30:40], strict=True)):
        for place, permit in enumerate(family[:2]):
            image_id = f"FAM-{number:03d}-{place}"
            made.add("ladbs_permits", image_id, source, **made.on(permit))
            made.city.silent |= {("ladbs_permits", rule, image_id) for rule in ("DUP-001", "PAR-001", "PAR-003")}


def _undetermined_parcels(made: Builder) -> None:
    """`***` says that the parcel is not determined: neither malformed nor a mismatch."""
    for number, (permit, source) in enumerate(zip(made.wild[:10], _files(made, "bulk")[40:50], strict=True)):
        image_id = f"WLD-{number:03d}"
        made.add("ladbs_permits", image_id, source, **made.on(permit))
        made.city.silent |= {("ladbs_permits", rule, image_id) for rule in ("IDN-001", "PAR-002", "PAR-003")}


def _damaged_keys(made: Builder) -> None:
    """APNs as a spreadsheet really left them: `5056-22-1` is 5056022001, and the permit of record agrees."""
    with (made.data / "permits_spreadsheet_damaged.csv").open(newline="", encoding="utf-8") as file:
        damaged = {row["pcis_permit"]: row for row in csv.DictReader(file)}
    hurt = [
        (each, row)
        for each in made.permits
        if (row := damaged.get(each.number))
        and row["assessor_parcel"].isdigit()
        and (len(row["assessor_page"]) < 3 or len(row["assessor_parcel"]) < 3)
    ]
    for number, ((permit, row), source) in enumerate(zip(hurt[:40], _files(made, "bulk")[50:90], strict=True)):
        image_id = f"DMG-{number:03d}"
        apn = f"{row['assessor_book']}-{row['assessor_page']}-{row['assessor_parcel']}"
        made.add("ladbs_permits", image_id, source, permit_number_raw=permit.number, apn_raw=apn)
        made.city.silent |= {("ladbs_permits", rule, image_id) for rule in ("IDN-001", "PAR-002", "PAR-003")}


def _hostile(made: Builder) -> None:
    for number, source in enumerate(_files(made, "hostile")):
        image_id = f"HOS-{number:03d}"
        made.add("ladbs_permits", image_id, source, **made.on(next(made.lone)))
        made.city.hostile.add(image_id)


def _missing(made: Builder) -> None:
    for number, source in enumerate(_files(made, "bulk")[90:95]):
        image_id = f"MIS-{number:03d}"
        made.add("ladbs_permits", image_id, source, **made.on(next(made.lone)))
        (made.city.landing / "ladbs_permits" / made.rows["ladbs_permits"][-1]["storage_uri"]).unlink()
        made.city.expected.add(("ladbs_permits", "FIL-002", image_id))


def _faces(made: Builder) -> None:
    for number, source in enumerate(_files(made, "faces")):
        if source.endswith(".pgm"):
            made.add("lapd_booking", f"{number:06d}", source, subject_ref=f"{4000000 + number}")


def _pins(made: Builder) -> None:
    """Real PIN-APN pairs; on every tenth record, the PIN of another parcel."""
    with (made.data / "pin_apn_crosswalk.csv").open(newline="", encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    for number, source in enumerate(_files(made, "bulk")[95:145]):
        image_id, swapped = f"PIN-{number:03d}", number % 10 == 0
        pin = pairs[number + 200 if swapped else number]["pin"]
        made.add("planning_zimas", image_id, source, apn_raw=pairs[number]["apn"], pin_raw=pin)
        wanted = made.city.expected if swapped else made.city.silent
        wanted.add(("planning_zimas", "PAR-004", image_id))


def _housing(made: Builder) -> None:
    """Applications with dwelling units; five of their photographs are on file with Building and Safety too."""
    for number, source in enumerate(_files(made, "bulk")[145:190]):
        permit = next(each for each in made.lone if each.units not in {"", "0"})
        more = {"dwelling_units": permit.units, "queue_date": "2015-05-01", "photo_role": "application"}
        made.add("housing_pipeline", f"HSG-{number:03d}", source, **made.on(permit), **more)
        if number < 5:
            made.add("ladbs_permits", f"HSL-{number:03d}", source, **made.on(permit))
            made.city.expected |= {
                ("housing_pipeline", "DUP-002", f"HSG-{number:03d}"),
                ("ladbs_permits", "DUP-002", f"HSL-{number:03d}"),
            }
