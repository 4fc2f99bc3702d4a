"""Observing deliveries: every listed name has one answer, and nothing is read that did not change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date

import fsspec
import pytest

from dedup_assets.deliveries.department import Department
from dedup_assets.engines import InlineEngine, LocalEngine, SilentProgress, UnitFailedError
from dedup_assets.images import observe, pages
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.limits import Limits
from dedup_assets.images.observe import ImageBalanceError, observe_images
from dedup_assets.images.store import LocalStore
from dedup_assets.warehouse import Warehouse
from pictures import blank_page, encoded, photograph

NAME = "planning_photos"
TABLES = ("image_file", "content", "page", "unread_page")
NOTHING = [[]] * len(TABLES)
DEPARTMENT = Department(name=NAME, title="Planning", system="photographs", owner="team:planning")
FIRST, SECOND, THIRD = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)


@pytest.fixture(scope="module")
def pictures():
    return [encoded(photograph(seed, 120, 90), "JPEG") for seed in range(12)]


@pytest.fixture
def con(tmp_path):
    with Warehouse(tmp_path / "warehouse.duckdb").connect() as con:
        yield con


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "landing" / NAME
    folder.mkdir(parents=True)
    return folder


def deliver(con, as_of, uris, *, in_force=True, status="read", version=1):
    """A delivery whose records carry ``uris``, as the deliveries room would have left it."""
    delivery_id = f"{as_of:%Y%m%d}v{version}"
    con.execute(
        "insert into delivery values (?, ?, ?, ?, 'm.csv', 'csv', ?, 1, ?, null, ?, '1', 'c', ?, ?, 0)",
        [delivery_id, NAME, as_of, version, delivery_id, status, in_force, len(uris), len(uris)],
    )
    for row_no, uri in enumerate(uris, 1):
        con.execute(
            "insert into image_record (delivery_id, department, as_of, row_no, image_id, storage_uri,"
            " missing_values, mandatory_values, typed_values, invalid_values) values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0)",
            [delivery_id, NAME, as_of, row_no, f"I{row_no}", uri],
        )
    return delivery_id


def look(con, root, tmp_path, engine=None, **more):
    return observe_images(
        con,
        DEPARTMENT,
        str(root),
        tmp_path / "units",
        engine=engine or InlineEngine(),
        limits=more.pop("limits", Limits()),
        progress=SilentProgress(),
        notice=more.pop("notice", lambda _: None),
    )


def answers(con, delivery_id):
    found = con.execute(
        "select storage_uri, coalesce(reason, status) from image_file where delivery_id = ? order by 1", [delivery_id]
    )
    return dict(found.fetchall())


def tables(con):
    return [con.execute(f"select * from {name} order by all").fetchall() for name in TABLES]


@pytest.fixture
def reads(monkeypatch):
    """The names whose bytes were read."""
    found = []
    read = LocalStore.read

    def counted(store, uri, max_bytes):
        found.append(uri)
        return read(store, uri, max_bytes)

    monkeypatch.setattr(LocalStore, "read", counted)
    return found


def test_every_listed_name_has_one_answer(con, root, tmp_path, pictures):
    (root / "good.jpg").write_bytes(pictures[0])
    (root / "copy.jpg").write_bytes(pictures[0])
    (root / "broken.jpg").write_bytes(pictures[1][:400])
    (root / "note.jpg").write_text("no picture")
    (root / "blank.png").write_bytes(encoded(blank_page(1), "PNG"))
    (root / "folder.jpg").mkdir()
    (tmp_path / "landing" / "secret.jpg").write_bytes(pictures[2])
    uris = ["good.jpg", "good.jpg", "copy.jpg", "broken.jpg", "note.jpg", "blank.png", "gone.jpg", "../secret.jpg"]
    lines = []
    delivery = deliver(con, FIRST, [*uris, "folder.jpg", None])
    report = look(con, root, tmp_path, notice=lines.append)
    assert answers(con, delivery) == {
        "good.jpg": "ok",
        "copy.jpg": "ok",
        "broken.jpg": "truncated",
        "note.jpg": "not_an_image",
        "blank.png": "ok",
        "gone.jpg": "no_such_file",
        "../secret.jpg": "outside_root",
        "folder.jpg": "not_a_file",
    }
    assert (report.images_listed, report.ok, report.unreadable, report.missing) == (8, 3, 2, 3)
    assert (report.read, report.copied_forward, report.deliveries) == (5, 0, 1)
    expected = {"truncated": 1, "not_an_image": 1, "no_such_file": 1, "outside_root": 1, "not_a_file": 1}
    assert report.reasons == expected
    assert report.bytes_read == sum((root / name).stat().st_size for name in uris[1:6])
    assert len(lines) == 1
    assert con.execute("select count(*), count(distinct sha256) from content").fetchall() == [(4, 4)]
    stored = con.execute(
        "select c.width, c.height, c.frames, c.low_information, bit_count(c.phash64), c.media_type, f.change_token"
        " from image_file f join content c using (sha256) where f.storage_uri = 'good.jpg'"
    ).fetchall()
    assert stored == [(120, 90, 1, False, 32, "image/jpeg", str((root / "good.jpg").stat().st_mtime_ns))]
    assert not list((tmp_path / "units").rglob("*.parquet"))


def test_hashes_in_the_table_are_the_hex_of_the_folder_way(con, root, tmp_path, pictures):
    from dedup_assets.images.folder import fingerprint_paths

    (root / "a.jpg").write_bytes(pictures[0])
    deliver(con, FIRST, ["a.jpg"])
    look(con, root, tmp_path)
    words = con.execute("select phash64, phash256_0, phash256_1, phash256_2, phash256_3 from content").fetchall()[0]
    (row,) = fingerprint_paths([root / "a.jpg"], 1, Limits(), SilentProgress())
    assert f"{words[0]:016x}" == row["phash64"]
    assert "".join(f"{word:016x}" for word in words[1:]) == row["phash256"]


def test_a_second_run_reads_nothing(con, root, tmp_path, pictures, reads):
    (root / "a.jpg").write_bytes(pictures[0])
    deliver(con, FIRST, ["a.jpg", "gone.jpg"])
    look(con, root, tmp_path)
    assert reads == ["a.jpg"]
    before = tables(con)
    report = look(con, root, tmp_path)
    assert reads == ["a.jpg"]
    assert (report.images_listed, report.read) == (0, 0)
    assert tables(con) == before


def test_a_new_delivery_reads_only_what_changed(con, root, tmp_path, pictures, reads):
    for number in range(6):
        (root / f"{number}.jpg").write_bytes(pictures[number])
    (root / "broken.jpg").write_bytes(pictures[7][:300])
    first = deliver(con, FIRST, [*(f"{number}.jpg" for number in range(6)), "broken.jpg", "late.jpg"])
    look(con, root, tmp_path)
    reads.clear()
    (root / "1.jpg").write_bytes(pictures[8])  # other content
    same = (root / "2.jpg").stat()
    (root / "2.jpg").write_bytes(pictures[2])  # the same again, at another time
    os.utime(root / "2.jpg", ns=(same.st_atime_ns, same.st_mtime_ns + 5))
    (root / "late.jpg").write_bytes(pictures[9])
    (root / "new.jpg").write_bytes(pictures[10])
    (root / "3.jpg").unlink()
    second = deliver(con, SECOND, [*(f"{number}.jpg" for number in range(6)), "broken.jpg", "late.jpg", "new.jpg"])
    report = look(con, root, tmp_path)
    assert sorted(reads) == ["1.jpg", "2.jpg", "late.jpg", "new.jpg"]
    assert (report.copied_forward, report.read, report.missing) == (4, 4, 1)
    assert answers(con, first)["late.jpg"] == "no_such_file"
    assert answers(con, second) == {
        **dict.fromkeys(["0.jpg", "1.jpg", "2.jpg", "4.jpg", "5.jpg", "late.jpg", "new.jpg"], "ok"),
        "3.jpg": "no_such_file",
        "broken.jpg": "truncated",
    }


def test_deliveries_not_in_force_or_not_read_are_left_alone(con, root, tmp_path, pictures):
    (root / "a.jpg").write_bytes(pictures[0])
    deliver(con, FIRST, ["a.jpg"], in_force=False)
    deliver(con, SECOND, ["a.jpg"], status="unreadable")
    assert look(con, root, tmp_path).deliveries == 0
    deliver(con, FIRST, ["a.jpg"], version=2)
    assert look(con, root, tmp_path).deliveries == 1


def test_deliveries_go_by_date_whatever_their_order_of_arrival(con, root, tmp_path, pictures):
    (root / "a.jpg").write_bytes(pictures[0])
    lines = []
    for as_of in (THIRD, FIRST, SECOND):
        deliver(con, as_of, ["a.jpg"])
    report = look(con, root, tmp_path, notice=lines.append)
    assert [line.split()[1].rstrip(":") for line in lines] == [str(FIRST), str(SECOND), str(THIRD)]
    assert (report.read, report.copied_forward, report.ok) == (1, 2, 3)


def test_a_department_without_images_has_nothing_to_do(con, tmp_path):
    without = DEPARTMENT.model_copy(update={"has_images": False})
    report = observe_images(
        con,
        without,
        "/nowhere",
        tmp_path,
        engine=InlineEngine(),
        limits=Limits(),
        progress=SilentProgress(),
        notice=print,
    )
    assert (report.deliveries, report.images_per_second) == (0, 0.0)


def test_a_new_algorithm_version_reads_everything_again(con, root, tmp_path, pictures, monkeypatch):
    (root / "a.jpg").write_bytes(pictures[0])
    delivery = deliver(con, FIRST, ["a.jpg"])
    look(con, root, tmp_path)
    monkeypatch.setattr(observe, "ALGORITHM_VERSION", "another")
    assert look(con, root, tmp_path).read == 1
    versions = con.execute("select algorithm_version from image_file where delivery_id = ?", [delivery]).fetchall()
    assert versions == [("another",)]
    kept = con.execute("select algorithm_version from content order by all").fetchall()
    assert kept == sorted([("another",), (ALGORITHM_VERSION,)])


def test_a_store_of_fsspec(con, tmp_path, pictures):
    memory = fsspec.filesystem("memory")
    memory.pipe("/city/planning/a.jpg", pictures[0])
    deliver(con, FIRST, ["a.jpg", "b.jpg", "../../etc/passwd"])
    report = look(con, "memory://city/planning", tmp_path)
    assert report.reasons == {"no_such_file": 1, "outside_root": 1}
    deliver(con, SECOND, ["a.jpg"])
    assert look(con, "memory://city/planning", tmp_path).copied_forward == 1
    memory.pipe("/city/planning/a.jpg", pictures[1])
    deliver(con, THIRD, ["a.jpg"])
    assert look(con, "memory://city/planning", tmp_path).read == 1


# Pages


def pages_of(con):
    return con.execute(
        "select c.media_type, p.page, p.width, p.height from page p join content c using (sha256) order by all"
    ).fetchall()


def test_every_page_of_a_document_has_a_row_or_a_reason(con, root, tmp_path, pictures):
    several = [photograph(seed, 120, 90 + seed) for seed in range(4)]
    for name, file_format in (("a.tif", "TIFF"), ("a.pdf", "PDF"), ("a.heic", "HEIF"), ("a.gif", "GIF")):
        first, *others = [picture.copy() for picture in several]
        options = {"resolution": 72} if file_format == "PDF" else {}
        (root / name).write_bytes(encoded(first, file_format, save_all=True, append_images=others, **options))
    (root / "copy.tif").write_bytes((root / "a.tif").read_bytes())
    (root / "a.jpg").write_bytes(pictures[0])
    (root / "broken.jpg").write_bytes(pictures[1][:300])
    names = ["a.tif", "copy.tif", "a.pdf", "a.heic", "a.gif", "a.jpg", "broken.jpg"]
    deliver(con, FIRST, names)
    look(con, root, tmp_path, limits=Limits(max_pages=3))
    held = [(120, 90), (120, 91), (120, 92)]
    assert pages_of(con) == [
        *(("application/pdf", number, *size) for number, size in enumerate(held)),
        ("image/gif", 0, 120, 90),
        *(("image/heic", number, *size) for number, size in enumerate(held)),
        ("image/jpeg", 0, 120, 90),
        *(("image/tiff", number, *size) for number, size in enumerate(held)),
    ]
    unread = con.execute("select c.media_type, u.page, u.reason from unread_page u join content c using (sha256)")
    kinds = ("application/pdf", "image/heic", "image/tiff")
    assert sorted(unread.fetchall()) == [(kind, 3, "page_cap") for kind in kinds]
    differ = (
        "select count(*) from page p join content c using (sha256) where p.page = 0 and p.phash256_0 <> c.phash256_0"
    )
    assert con.execute(differ).fetchall() == [(0,)]
    before = tables(con)[2:]
    (root / "later.tif").write_bytes((root / "a.tif").read_bytes())
    deliver(con, SECOND, ["later.tif"])
    assert look(con, root, tmp_path).read == 1
    assert tables(con)[2:] == before  # a content that is known keeps the pages it has


def test_a_page_that_gets_lost_is_noticed_and_nothing_is_kept(con, root, tmp_path, monkeypatch):
    first, *others = [photograph(seed, 120, 90) for seed in range(3)]
    (root / "a.tif").write_bytes(encoded(first, "TIFF", save_all=True, append_images=others))
    deliver(con, FIRST, ["a.tif"])

    class Forgetful(pages.PagesInHand):
        def read(self, row, image, first, found):
            super().read(row, image, first, found)
            self.pages.pop()

    monkeypatch.setattr(pages, "PagesInHand", Forgetful)
    with pytest.raises(ImageBalanceError, match="3 pages, 2 accounted for"):
        look(con, root, tmp_path)
    assert tables(con) == NOTHING


@pytest.fixture
def pdf_decoder_that_dies_on_page_one(tmp_path, monkeypatch):
    """Documents of three white pages, the second of which ends the process."""
    package = tmp_path / "dying" / "pypdfium2"
    package.mkdir(parents=True)
    (package / "raw.py").write_text("FPDF_ERR_PASSWORD = 4")
    (package / "__init__.py").write_text(
        textwrap.dedent("""
        import ctypes, os, signal
        class PdfiumError(RuntimeError): pass
        class PdfDocument:
            def __init__(self, data): pass
            def __len__(self): return 3
            def init_forms(self): pass
            def __getitem__(self, number):
                if number: os.kill(os.getpid(), signal.SIGSEGV)
                return Page()
        class Page:
            def get_size(self): return 4.0, 3.0
            def render(self, **options): return Bitmap()
            def close(self): pass
        class Bitmap:
            width, height, stride, buffer = 4, 3, 4, ctypes.create_string_buffer(b"w" * 12)
            def close(self): pass
        """)
    )
    monkeypatch.syspath_prepend(tmp_path / "dying")


@pytest.mark.usefixtures("pdf_decoder_that_dies_on_page_one")
def test_a_page_that_ends_a_worker_leaves_the_first_and_is_not_tried_again(con, root, tmp_path):
    (root / "a.pdf").write_bytes(b"%PDF-1.7 three pages")
    deliver(con, FIRST, ["a.pdf"])
    with LocalEngine(1) as engine:
        assert look(con, root, tmp_path, engine).ok == 1
        assert con.execute("select page from page").fetchall() == [(0,)]
        assert con.execute("select page, reason from unread_page order by page").fetchall() == [
            (1, "crashed"),
            (2, "crashed"),
        ]
        (root / "again.pdf").write_bytes(b"%PDF-1.7 three pages")
        deliver(con, SECOND, ["again.pdf"])
        assert look(con, root, tmp_path, NothingFails(engine)).ok == 1


class NothingFails:
    """An engine on which no unit may fail."""

    def __init__(self, engine):
        self.engine = engine

    def run(self, function, units, progress):
        for outcome in self.engine.run(function, units, progress):
            assert outcome.status == "ok"
            yield outcome


# Workers


@pytest.fixture
def broken_pdf_decoder(tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pypdfium2.py").write_text("import ctypes; ctypes.string_at(0)")
    monkeypatch.syspath_prepend(tmp_path / "broken")
    return b"%PDF-1.7 a plan that kills its reader"


def test_a_decoder_that_dies_costs_its_image_and_is_not_tried_again(con, root, tmp_path, pictures, broken_pdf_decoder):
    for number, picture in enumerate(pictures):
        (root / f"{number:02}.jpg").write_bytes(picture)
    (root / "05.jpg").write_bytes(broken_pdf_decoder)
    uris = [f"{number:02}.jpg" for number in range(12)]
    delivery = deliver(con, FIRST, uris)
    with LocalEngine(2) as engine:
        report = look(con, root, tmp_path, engine)
        assert report.reasons == {"crashed": 1}
        assert (report.ok, report.unreadable) == (11, 1)
        assert answers(con, delivery)["05.jpg"] == "crashed"
        assert con.execute("select status, byte_size from content where reason = 'crashed'").fetchall() == [
            ("unreadable", len(broken_pdf_decoder))
        ]
        (root / "again.pdf").write_bytes(broken_pdf_decoder)
        deliver(con, SECOND, ["again.pdf"])
        report = look(con, root, tmp_path, engine)
    # one read, no crash: a crash would have made it three units, and the bytes would have been read twice
    assert (report.read, report.reasons) == (1, {"crashed": 1})


def test_local_and_inline_engines_give_the_same_tables(root, tmp_path, pictures):
    for number, picture in enumerate(pictures):
        (root / f"{number}.jpg").write_bytes(picture)
    (root / "0.jpg").write_bytes(pictures[0][:100])
    found = []
    for name, engine in (("inline", InlineEngine()), ("local", LocalEngine(2))):
        with Warehouse(tmp_path / f"{name}.duckdb").connect() as con:
            deliver(con, FIRST, [f"{number}.jpg" for number in range(14)])
            look(con, root, tmp_path / name, engine)
            found.append(tables(con))
    assert found[0] == found[1]


class LosesOne(InlineEngine):
    """An engine that loses a unit."""

    def run(self, function, units, progress):
        yield from list(super().run(function, units, progress))[1:]


def test_an_image_that_gets_lost_is_noticed_and_nothing_is_kept(con, root, tmp_path, pictures):
    for number, picture in enumerate(pictures):
        (root / f"{number}.jpg").write_bytes(picture)
    deliver(con, FIRST, [f"{number}.jpg" for number in range(12)])
    with pytest.raises(ImageBalanceError, match="lists 12 images"):
        look(con, root, tmp_path, LosesOne())
    assert tables(con) == NOTHING
    assert look(con, root, tmp_path).ok == 12


def test_a_full_disk_ends_the_run_and_blames_no_image(con, root, tmp_path, pictures):
    (root / "a.jpg").write_bytes(pictures[0])
    deliver(con, FIRST, ["a.jpg"])
    units = tmp_path / "units" / "images" / f"{FIRST:%Y%m%d}v1"
    units.mkdir(parents=True)

    class Unwritable(LocalEngine):
        def run(self, function, units, progress):
            return super().run(function, ({**unit, "output": "/proc/nowhere.parquet"} for unit in units), progress)

    with Unwritable(1) as engine, pytest.raises(UnitFailedError, match=r"nowhere\.parquet"):
        look(con, root, tmp_path, engine)
    assert tables(con) == NOTHING


SCRIPT = """
    import sys
    from pathlib import Path
    from dedup_assets.deliveries.department import Department
    from dedup_assets.engines import LocalEngine, SilentProgress
    from dedup_assets.images.limits import Limits
    from dedup_assets.images.observe import observe_images
    from dedup_assets.warehouse import Warehouse
    department = Department.model_validate_json(sys.argv[1])
    root, folder = sys.argv[2], Path(sys.argv[3])
    with Warehouse(folder / "warehouse.duckdb").connect() as con:
        observe_images(
            con, department, root, folder / "units",
            engine=LocalEngine(1), limits=Limits(), progress=SilentProgress(), notice=print,
        )
"""


def test_kill_9_in_the_middle_and_the_next_run_goes_on_from_there(root, tmp_path):
    some = [encoded(photograph(seed, 400, 300), "PNG") for seed in range(4)]
    uris = [f"{number:03}.png" for number in range(80)]
    for number, uri in enumerate(uris):
        (root / uri).write_bytes(some[number % 4] + bytes(number))
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
        with Warehouse(folder / "warehouse.duckdb").connect() as con:
            deliver(con, FIRST, uris)
    with Warehouse(whole / "warehouse.duckdb").connect() as con:
        look(con, root, whole)
        expected = tables(con)
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), DEPARTMENT.model_dump_json(), str(root), str(killed)]
    process = subprocess.Popen(command, start_new_session=True)
    written = killed / "units"
    while len([path for path in written.rglob("*.parquet") if path.name != "none.parquet"]) < 2:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with Warehouse(killed / "warehouse.duckdb", lock_timeout=30).connect() as con:
        assert tables(con) == NOTHING
        report = look(con, root, killed)
        assert tables(con) == expected
    assert report.images_listed == 80
    assert 0 < report.read < 80
    assert not list(written.rglob("*.parquet"))
