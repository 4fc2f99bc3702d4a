"""Files made to break decoders, through worker processes of one gibibyte: each gets its answer, and the run goes on."""

from __future__ import annotations

import struct
import zlib

from PIL import Image

from dedup_assets.engines import LocalEngine, SilentProgress
from dedup_assets.images.folder import paged_fingerprints
from dedup_assets.images.limits import Limits
from dedup_assets.images.pages import fingerprint_pages
from pictures import encoded, flat_png, photograph

GIBIBYTE = 1024**3
PHOTO = photograph(1, 120, 90)
PNG, JPEG = encoded(PHOTO, "PNG"), encoded(PHOTO, "JPEG")
PNG_HEADER = 33  # signature and IHDR


def zeros(size):
    """``size`` zero bytes, deflated."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def with_chunk(kind, body):
    checked = kind + body
    return (
        PNG[:PNG_HEADER]
        + struct.pack(">I", len(body))
        + checked
        + struct.pack(">I", zlib.crc32(checked))
        + PNG[PNG_HEADER:]
    )


def jpeg_of(width, height):
    """A JPEG that announces another size than it has."""
    data = bytearray(JPEG)
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def tiff(width, height, payload, compression=1):
    """A grey TIFF of one strip, as large as it says."""
    entries = [
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1), (273, 4, 200),
        (277, 3, 1), (278, 4, height), (279, 4, len(payload)),
    ]  # fmt: skip
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4)
    return head.ljust(200, b"\0") + payload


def chained_tiff(pages):
    """Directories that lead from one to the next, and from the last to the first."""
    size = 2 + 9 * 12 + 4
    one = tiff(4, 4, b"")[8 : 8 + size - 4]
    links = [8 + (number + 1) % pages * size for number in range(pages)]
    return b"II*\0\x08\0\0\0" + b"".join(one + struct.pack("<I", link) for link in links)


def pdf(*objects):
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate([b"<< /Type /Catalog /Pages 2 0 R >>", *objects], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), len(places) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))


def stream(entries, body):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(body), body)


def one_page(box, content=b"", resources=b"", *objects):
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources)
    return pdf(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(b"", content), *objects)


def huge_picture_in_a_page():
    entries = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 8"
    picture = stream(entries + b" /Filter /FlateDecode", zeros(64 << 20))
    return one_page(b"0 0 600 800", b"q 600 0 0 800 0 0 cm /I Do Q", b"/XObject << /I 5 0 R >>", picture)


def endless_plan():
    """A form that draws itself, and so on."""
    form = stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I 5 0 R >> >>", b"/I Do")
    return one_page(b"0 0 600 800", b"/I Do", b"/XObject << /I 5 0 R >>", form)


def broken_in(file_format, mark, offset, layout, *values, **options):
    """A picture with numbers written over what stands at ``offset`` after ``mark``."""
    data = bytearray(encoded(PHOTO, file_format, **options))
    struct.pack_into(layout, data, data.index(mark) + offset, *values)
    return bytes(data)


# A directory whose one entry says that EXIF's own directory is this one
EXIF_IN_A_CIRCLE = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"
CLAIMED_PAGES = b"<< /Type /Pages /Kids [] /Count 2147483647 >>"
CASES = {
    "text_bomb.png": (lambda: with_chunk(b"zTXt", b"a\0\0" + zeros(16 << 20)), {"corrupt"}),
    "profile_bomb.png": (lambda: with_chunk(b"iCCP", b"a\0\0" + zeros(16 << 20)), {"corrupt"}),
    "frames_claimed.png": (lambda: with_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), {"too_many_frames"}),
    "wide.png": (lambda: flat_png(2**31 - 1, 1, rows=0), {"too_many_pixels"}),
    "size_claimed.jpg": (lambda: jpeg_of(65_500, 65_500), {"too_many_pixels"}),
    "no_size.jpg": (lambda: jpeg_of(0, 0), {"corrupt"}),
    "markers.jpg": (lambda: b"\xff\xd8" + b"\xff\xe0\0\2" * 100_000, {"corrupt"}),
    "profile.jpg": (lambda: JPEG[:2] + b"\xff\xe2\x01\0ICC_PROFILE\0\1\1" + bytes(range(240)) + JPEG[2:], {"ok"}),
    "exif_in_a_circle.jpg": (lambda: JPEG[:2] + EXIF_IN_A_CIRCLE + JPEG[2:], {"ok"}),
    "strip_bomb.tif": (lambda: tiff(4, 4, zeros(64 << 20), 8), {"ok"}),
    "strip_claimed.tif": (lambda: tiff(14_000, 14_000, b"short"), {"truncated"}),
    "size_claimed.tif": (lambda: tiff(2**31, 2**31, b""), {"too_many_pixels"}),
    "chain.tif": (lambda: chained_tiff(3000), {"too_many_frames"}),
    "size_claimed.j2k": (
        lambda: broken_in("JPEG2000", b"\xff\x51", 6, ">II", 2**31, 2**31, no_jp2=True), {"too_many_pixels"},
    ),
    "levels_claimed.j2k": (
        lambda: broken_in("JPEG2000", b"\xff\x52", 9, ">B", 255, no_jp2=True), {"corrupt"},
    ),
    "size_claimed.heic": (lambda: broken_in("HEIF", b"ispe", 8, ">II", 65_535, 65_535), {"too_many_pixels"}),
    "size_claimed.avif": (lambda: broken_in("AVIF", b"ispe", 8, ">II", 65_535, 65_535), {"corrupt", "too_many_pixels"}),
    "screen_claimed.gif": (lambda: broken_in("GIF", b"GIF8", 6, "<HH", 65_535, 65_535), {"too_many_pixels"}),
    "size_claimed.bmp": (lambda: broken_in("BMP", b"BM", 18, "<ii", 2**31 - 1, 2**31 - 1), {"too_many_pixels"}),
    "size_claimed.ppm": (lambda: b"P6 99999999 99999999 255\n", {"too_many_pixels"}),
    "page_of_a_million_miles.pdf": (lambda: one_page(b"0 0 1e9 1e9"), {"ok"}),
    "page_without_size.pdf": (lambda: one_page(b"nan inf 0 0"), {"ok"}),
    "picture_bomb.pdf": (huge_picture_in_a_page, {"ok", "crashed", "memory_limit"}),
    "endless.pdf": (endless_plan, {"ok"}),
    "pages_in_a_circle.pdf": (lambda: pdf(b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 100 >>"), {"corrupt"}),
    "pages_claimed.pdf": (lambda: pdf(CLAIMED_PAGES), {"corrupt", "too_many_frames"}),
    "jpeg_behind_a_header.pdf": (lambda: b"%PDF-1.7\n" + JPEG, {"truncated", "corrupt"}),
    "script_in_a_picture.gif": (lambda: encoded(PHOTO, "GIF") + b"*/=1;alert(1)", {"ok"}),
    "zip_behind_a_picture.png": (lambda: PNG + b"PK\3\4" + bytes(100), {"ok"}),
    "drawing.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', {"unsupported"}),
    "photograph.jpg": (lambda: JPEG, {"ok"}),
}  # fmt: skip


def test_each_ends_with_its_answer(tmp_path):
    for name, (make, _) in CASES.items():
        (tmp_path / name).write_bytes(make())
    with LocalEngine(2, GIBIBYTE) as engine:
        rows = list(paged_fingerprints([tmp_path], engine, Limits(seconds=5), SilentProgress()))
    answers = {row["path"].rsplit("/", 1)[1]: row["reason"] or row["status"] for row in rows}
    assert set(answers) == set(CASES)
    assert {name: answer for name, answer in answers.items() if answer not in CASES[name][1]} == {}
    assert all(len(row["pages"]) == (row["status"] == "ok") for row in rows)


def test_a_document_whose_pages_are_not_there_says_which():
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 4 >>"
    found = fingerprint_pages(pdf(pages, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 60 80] >>"), Limits())
    assert (found.fingerprint["status"], found.fingerprint["frames"], len(found.pages)) == ("ok", 4, 1)
    assert [each["reason"] for each in found.unread_pages] == ["corrupt"] * 3


def test_frames_of_an_animation_cost_nothing_but_their_count():
    frames = [Image.new("RGB", (16, 16), (number, 90, 40)) for number in range(120)]
    found = fingerprint_pages(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), Limits())
    assert (found.fingerprint["frames"], len(found.pages)) == (120, 1)
