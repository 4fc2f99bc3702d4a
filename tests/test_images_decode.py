"""The canonical decode: all formats and pixel modes of one picture give one fingerprint, every broken file a reason."""

from __future__ import annotations

import io
import struct

import imagehash
import numpy as np
import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image

from dedup_assets.images.decode import open_image
from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UNREADABLE
from pictures import MODES, distance, encoded, flat_png, photograph

LIMITS = Limits()
PHOTO = photograph()
TRUE = fingerprint(encoded(PHOTO, "PNG"), LIMITS)
GREY = np.asarray(PHOTO.convert("L"))
EXACT_MODES = ("grey", "opaque alpha", "grey and alpha", "16-bit PNG", "16-bit TIFF", "16-bit PGM")


def read(data, **limits):
    row = fingerprint(data, Limits(**limits))
    assert (row["reason"] is None) == (row["status"] == "ok")
    assert row["reason"] is None or row["reason"] in UNREADABLE
    return row


def reason(data, **limits):
    return read(data, **limits)["reason"]


def on_alpha(mode):
    """The picture on a transparent ground, which is black underneath and seen as white."""
    seen = PHOTO.convert("RGBA")
    hole = np.zeros((480, 640), np.uint8)
    hole[100:380, 150:500] = 255
    seen.putalpha(Image.fromarray(hole))
    pixels = np.asarray(seen).copy()
    pixels[hole == 0, :3] = 0
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize(
    ("file_format", "options", "media_type", "tolerance"),
    [
        ("JPEG", {"quality": 90}, "image/jpeg", 10),
        ("JPEG", {"quality": 90, "progressive": True}, "image/jpeg", 10),
        ("JPEG", {"quality": 95, "subsampling": 0}, "image/jpeg", 10),
        ("PNG", {}, "image/png", 0),
        ("BMP", {}, "image/bmp", 0),
        ("TIFF", {}, "image/tiff", 0),
        ("TIFF", {"compression": "tiff_lzw"}, "image/tiff", 0),
        ("TIFF", {"compression": "jpeg"}, "image/tiff", 6),
        ("TIFF", {"big_tiff": True}, "image/tiff", 0),
        ("GIF", {}, "image/gif", 10),
        ("WEBP", {"lossless": True}, "image/webp", 0),
        ("WEBP", {"quality": 80}, "image/webp", 6),
        ("AVIF", {"quality": 80, "speed": 10}, "image/avif", 6),
        ("HEIF", {"quality": 80}, "image/heic", 6),
        ("JPEG2000", {}, "image/jp2", 6),
        ("JPEG2000", {"no_jp2": True, "irreversible": True}, "image/j2c", 6),
        ("PPM", {}, "image/x-portable-anymap", 0),
        ("PDF", {"resolution": 72}, "application/pdf", 10),
    ],
)
def test_every_format_of_one_picture_has_its_fingerprint(file_format, options, media_type, tolerance):
    row = read(encoded(PHOTO, file_format, **options))
    assert (row["status"], row["media_type"], row["frames"]) == ("ok", media_type, 1)
    assert (row["width"], row["height"]) == (640, 480)
    assert distance(row["phash256"], TRUE["phash256"]) <= tolerance
    assert distance(row["phash64"], TRUE["phash64"]) <= 2
    assert not row["low_information"]


@pytest.mark.parametrize("name", MODES)
def test_every_pixel_mode_of_one_picture_has_its_fingerprint(name):
    tolerance = 16 if "1-bit" in name else 0 if name in EXACT_MODES else 10
    row = read(MODES[name](PHOTO))
    assert row["status"] == "ok"
    assert distance(row["phash256"], TRUE["phash256"]) <= tolerance


def test_sixteen_bits_may_count_from_white():
    data = bytearray(encoded(Image.fromarray(65535 - GREY.astype(np.uint16) * 257), "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, entry)[0] == 262:
            struct.pack_into("<H", data, entry + 8, 0)
    assert read(bytes(data))["phash256"] == TRUE["phash256"]


def test_a_float_picture_may_hold_what_is_no_number():
    pixels = GREY.astype(np.float32)
    pixels[:30, :30] = 0
    true = read(encoded(Image.fromarray(pixels), "TIFF"))
    pixels[:10, :30] = np.nan
    pixels[10:20, :30] = np.inf
    assert read(encoded(Image.fromarray(pixels), "TIFF"))["phash256"] == true["phash256"]
    assert read(encoded(Image.fromarray(np.full((40, 40), np.nan, np.float32)), "TIFF"))["low_information"]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_are_seen_on_white(mode):
    picture = on_alpha(mode)
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    true = read(encoded(white.convert("RGB"), "PNG"))
    for file_format in ("PNG", "TIFF"):
        assert distance(read(encoded(picture, file_format))["phash256"], true["phash256"]) <= 4


def test_a_transparent_colour_of_a_palette_is_seen_on_white():
    drawn = Image.new("P", (64, 64), 0)
    drawn.putpalette([0, 0, 0, 10, 10, 10])
    drawn.paste(1, (8, 8, 30, 50))
    row = read(encoded(drawn, "PNG", transparency=0))
    seen = Image.new("L", (64, 64), 255)
    seen.paste(10, (8, 8, 30, 50))
    assert row["phash256"] == read(encoded(seen, "PNG"))["phash256"]


@pytest.mark.parametrize(
    ("file_format", "orientation"),
    [
        *((name, orientation) for name in ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"] for orientation in range(1, 9)),
        *(("HEIF", orientation) for orientation in (1, 2, 6)),  # slow to encode
    ],
)
def test_orientation_is_applied(file_format, orientation):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = PHOTO.transpose(turns[orientation]) if orientation in turns else PHOTO.copy()
    exif = Image.Exif()
    exif[0x0112] = orientation
    if file_format == "HEIF":  # there the container turns the picture, and its EXIF counts for nothing
        stored.info["exif"] = exif.tobytes()
        row = read(encoded(stored, file_format))
    else:
        row = read(encoded(stored, file_format, exif=exif))
    assert (row["width"], row["height"]) == (640, 480)
    assert distance(row["phash256"], TRUE["phash256"]) <= 10


@pytest.mark.parametrize(
    ("file_format", "options"),
    [("GIF", {}), ("TIFF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("AVIF", {}), ("MPO", {"quality": 95})],
)
def test_pages_are_counted_and_each_can_be_decoded(file_format, options):
    size = (1100, 800) if file_format == "MPO" else (320, 240)  # large enough to be decoded at a fraction
    pictures = [photograph(seed, *size) for seed in (1, 2, 3)]
    data = encoded(pictures[0], file_format, save_all=True, append_images=pictures[1:], **options)
    assert read(data)["frames"] == 3
    image = open_image(data, LIMITS)
    assert image.frames == 3
    pages = [(number, image.page(number)) for number in (0, 2, 1, 0, 0)]
    for number, page in pages:
        assert (page.width, page.height) == size
        assert imagehash.phash(page.grey, 16) - imagehash.phash(pictures[number], 16) <= 20, number


def test_pages_of_a_tiff_may_differ_in_size_mode_and_orientation():
    exif = Image.Exif()
    exif[0x0112] = 6
    second = photograph(2, 300, 200).convert("L")
    data = encoded(PHOTO, "TIFF", save_all=True, append_images=[second], exif=exif)
    image = open_image(data, LIMITS)
    assert (image.page(0).width, image.page(0).height) == (480, 640)
    page = image.page(1)
    assert (page.width, page.height, page.grey.mode) == (200, 300, "L")  # every page has its tag


def test_pages_of_a_document_are_rendered():
    pages = [photograph(seed, 300, 400) for seed in (1, 2)]
    data = encoded(pages[0], "PDF", resolution=72, save_all=True, append_images=pages[1:])
    assert read(data)["frames"] == 2
    document = open_image(data, LIMITS)
    for number, true in enumerate(pages):
        page = document.page(number)
        assert (page.width, page.height) == (300, 400)
        assert imagehash.phash(page.grey, 16) - imagehash.phash(true, 16) <= 16


def test_a_document_may_have_bytes_before_its_header():
    assert read(b"mailed by the portal\n" + encoded(PHOTO, "PDF"))["media_type"] == "application/pdf"


def locked_pdf():
    """A document that wants a password: the standard security handler with a key nobody has."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    key = b"00" * 16
    out += b"trailer\n<< /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [<%s> <%s>] >>\n" % (key, key)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def test_a_locked_document_is_encrypted():
    assert reason(locked_pdf()) == "encrypted"


def empty_pdf(width, height, pages=1):
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("width", "height"), [(14_400, 14_400), (14_400, 1), (1, 14_400), (0.01, 0.01)])
def test_pages_of_any_shape_are_rendered_small(width, height):
    row = read(empty_pdf(width, height))
    assert row["status"] == "ok"
    assert row["low_information"]


def test_document_pages_are_capped():
    assert reason(empty_pdf(100, 100, pages=4), max_frames=3) == "too_many_frames"
    assert reason(empty_pdf(100, 100, pages=3), max_frames=3) is None


# What is no image, or none that can be read


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty_file"),
        (b"not a picture at all", "not_an_image"),
        (b"PK\x03\x04" + bytes(200), "not_an_image"),
        (b"SQLite format 3\0" + bytes(200), "not_an_image"),
        (b"\0" * 5000, "not_an_image"),
        (b"BM is how this sentence begins, and it is no bitmap", "not_an_image"),
        (b"P1 is a text too", "corrupt"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported"),
        (b"8BPS\0\1" + bytes(100), "unsupported"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100), "unsupported"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "unsupported"),
    ],
)
def test_what_is_no_picture_says_so(data, expected):
    assert reason(data) == expected


def test_a_wrong_extension_or_a_tail_makes_no_difference():
    data = encoded(PHOTO, "JPEG", quality=90)
    row, with_tail = read(data), read(data + b"PK\x03\x04 a zip behind a picture")
    assert row["phash256"] == with_tail["phash256"]
    assert row["sha256"] != with_tail["sha256"]


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("WEBP", {}), ("BMP", {}),
        ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("JPEG2000", {}), ("JPEG2000", {"no_jp2": True}),
        ("AVIF", {"speed": 10}), ("HEIF", {"quality": 50}), ("PPM", {}), ("PDF", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("share", [0.99, 0.5, 0.1])
def test_a_truncated_file_is_never_a_fingerprint(file_format, options, share):
    data = encoded(PHOTO, file_format, **options)
    row = read(data[: int(len(data) * share)])
    assert (row["status"], row["reason"]) == ("unreadable", "truncated")
    assert row["phash256"] is None
    assert row["byte_size"] == int(len(data) * share)


@pytest.mark.parametrize("options", [{}, {"no_jp2": True}, {"no_jp2": True, "tile_size": (128, 128)}])
def test_a_jpeg_2000_that_ends_with_its_headers_is_truncated(options):
    data = encoded(PHOTO, "JPEG2000", **options)
    assert reason(data[: data.index(b"\xff\x90\0\x0a")]) == "truncated"


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize(
    "file_format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "JPEG2000", "AVIF", "HEIF", "PDF"]
)
def test_damage_anywhere_ends_in_an_answer(file_format):
    data = encoded(photograph(3, 120, 90), file_format)
    for place in [*range(0, min(len(data), 600), 7), *range(600, len(data), 997)]:
        row = read(flipped(data, place))  # read() checks that the answer has a reason or none
        assert row["status"] in ("ok", "unreadable")


# Caps


def test_pixels_are_capped_and_a_bomb_is_an_error_and_no_warning():
    bomb = flat_png(5000, 5000)
    assert len(bomb) < 30_000
    assert reason(bomb, max_pixels=5000 * 5000 - 1) == "too_many_pixels"
    assert reason(bomb, max_pixels=5000 * 5000) is None
    assert reason(flat_png(4_000_000, 4_000_000, rows=1)) == "too_many_pixels"
    assert reason(encoded(PHOTO, "JPEG"), max_pixels=640 * 480 - 1) == "too_many_pixels"
    assert reason(encoded(PHOTO, "JPEG"), max_pixels=640 * 480) is None
    for file_format in ("WEBP", "TIFF", "GIF", "AVIF", "HEIF", "JPEG2000", "BMP"):
        assert reason(encoded(PHOTO, file_format), max_pixels=1000) == "too_many_pixels", file_format


def test_the_pixel_cap_of_pillow_is_left_as_it_was():
    before = Image.MAX_IMAGE_PIXELS
    reason(flat_png(20_000, 20_000, rows=1))
    reason(encoded(PHOTO, "JPEG"))
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("file_format", ["GIF", "TIFF", "WEBP", "PNG"])
def test_frames_are_capped(file_format):
    frames = [Image.new("RGB", (8, 8), (number * 20, 90, 40)) for number in range(6)]
    data = encoded(frames[0], file_format, save_all=True, append_images=frames[1:])
    assert reason(data, max_frames=5) == "too_many_frames"
    assert read(data, max_frames=6)["frames"] == 6


def test_frames_without_end_are_not_counted_to_the_end():
    one = encoded(Image.new("P", (8, 8)), "GIF")
    head, frame = one[: one.index(b"\x2c")], one[one.index(b"\x2c") : -1]
    assert reason(head + frame * 2_000_000 + b";") == "too_many_frames"


def test_a_tiff_whose_pages_go_in_a_circle_ends():
    data = bytearray(encoded(PHOTO.resize((64, 48)), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    assert read(bytes(data))["status"] in ("ok", "unreadable")


def test_a_content_that_was_given_up_is_not_decoded_again():
    data = encoded(PHOTO, "JPEG")
    digest = read(data)["sha256"]
    assert fingerprint(data, LIMITS, refused={digest: "time_limit"})["reason"] == "time_limit"
    assert fingerprint(data, LIMITS, refused={"0" * 64: "time_limit"})["reason"] is None
    row = fingerprint(data, LIMITS, lost="crashed")
    assert (row["status"], row["reason"], row["sha256"], row["phash64"]) == ("unreadable", "crashed", digest, None)
