"""Pixels for whoever looks closely: upright, in colour, shrunk; and a digest that tells equal from nearly equal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from dedup_assets.images import grey
from dedup_assets.images.decode import open_image
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.images.working import pixel_digest, working_pixels
from pictures import MODES, encoded, photograph

LIMITS = Limits()
PHOTO = photograph()
SMALL = photograph(5, 40, 30)
PIXELS = np.asarray(SMALL)


def tiny(image):
    return np.asarray(image.convert("L").resize((64, 64), Image.Resampling.BOX), np.float64)


def digest(image, file_format="PNG", **options):
    return pixel_digest(encoded(image, file_format, **options), 0, LIMITS)


@pytest.mark.parametrize("name", MODES)
def test_the_luma_of_every_mode_is_the_canonical_grey(name):
    data = MODES[name](PHOTO)
    seen = working_pixels(data, 0, LIMITS, 300)
    assert (seen.width, seen.height) == (640, 480)
    assert seen.pixels.dtype == np.uint8
    assert seen.pixels.shape[:2] == (225, 300)
    apart = tiny(Image.fromarray(seen.pixels)) - tiny(open_image(data, LIMITS).page(0).grey)
    assert np.abs(apart).mean() < 2.5  # dithered ones are between 1.5 and 2, all others under 1


@pytest.mark.parametrize("name", ["palette", "opaque alpha", "CMYK JPEG", "CMYK TIFF", "YCbCr TIFF", "LAB TIFF"])
def test_colour_is_kept(name):
    seen = working_pixels(MODES[name](PHOTO), 0, LIMITS, 160).pixels.astype(np.float64)
    true = np.asarray(PHOTO.resize((160, 120), Image.Resampling.BOX), np.float64)
    assert np.abs(seen - true).mean(axis=(0, 1)).max() < 6  # of each channel


def test_transparent_parts_are_white():
    shape = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    shape.paste((200, 30, 30, 255), (10, 10, 30, 30))
    for image, colour in ((shape, (200, 30, 30)), (shape.quantize(4), (200, 30, 30))):
        seen = working_pixels(encoded(image, "PNG"), 0, LIMITS, 100).pixels
        assert seen[2, 2].tolist() == [255, 255, 255]
        assert np.abs(seen[20, 20].astype(int) - colour).max() < 8
    assert working_pixels(encoded(shape.convert("LA"), "PNG"), 0, LIMITS, 100).pixels[2, 2] == 255


@pytest.mark.parametrize(
    ("longest", "shape"), [(1000, (480, 640)), (640, (480, 640)), (639, (479, 639)), (64, (48, 64))]
)
@pytest.mark.parametrize(
    ("file_format", "options"), [("JPEG", {}), ("PNG", {}), ("JPEG2000", {}), ("JPEG2000", {"num_resolutions": 1})]
)
def test_the_longest_side_is_shrunk_and_never_enlarged(file_format, options, longest, shape):
    seen = working_pixels(encoded(PHOTO, file_format, **options), 0, LIMITS, longest)
    assert seen.pixels.shape[:2] == shape
    assert (seen.width, seen.height) == (640, 480)


@pytest.mark.parametrize("size", [(3000, 1), (1, 3000), (1, 1)])
def test_a_line_and_a_point_stay_a_picture(size):
    seen = working_pixels(encoded(Image.new("RGB", size, "red"), "PNG"), 0, LIMITS, 500)
    assert seen.pixels.shape[:2] == (min(size[1], 500), min(size[0], 500))
    assert seen.pixels[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_is_decoded_at_a_fraction_of_its_size(mode, options):
    data = encoded(PHOTO.resize((1600, 1200)).convert(mode), "JPEG", **options)
    picture = open_image(data, LIMITS).picture(0, 390)
    assert (picture.width, picture.height, picture.image.size) == (1600, 1200, (400, 300))
    assert working_pixels(data, 0, LIMITS, 390).pixels.shape == ((292, 390) if mode == "L" else (292, 390, 3))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_and_digest_are_upright(orientation):
    turns = [None, 0, 3, 1, 5, 2, 6, 4]  # Image.Transpose that an orientation's pixels were stored with
    turn = turns[orientation - 1]
    stored = SMALL if turn is None else SMALL.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    for file_format in ("PNG", "TIFF"):
        data = encoded(stored, file_format, exif=exif)
        seen = working_pixels(data, 0, LIMITS, 100)
        assert (seen.width, seen.height) == SMALL.size
        assert np.array_equal(seen.pixels, PIXELS)
        assert pixel_digest(data, 0, LIMITS) == digest(SMALL)


def test_a_large_picture_in_bands_is_what_it_is_at_once(monkeypatch):
    pictures = [MODES[name](PHOTO) for name in ("opaque alpha", "CMYK TIFF", "LAB TIFF", "palette")]

    def all_of_it():
        return [
            (open_image(data, LIMITS).page(0).grey.tobytes(), working_pixels(data, 0, LIMITS, 100).pixels.tobytes())
            for data in pictures
        ]

    at_once = all_of_it()
    monkeypatch.setattr(grey, "_BAND_PIXELS", 640 * 50)
    assert all_of_it() == at_once


# Digests


def test_equal_pixels_in_any_format_have_one_digest():
    true = digest(PHOTO)
    for file_format, options in (
        ("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("PPM", {}), ("WEBP", {"lossless": True}),
        ("JPEG2000", {}),
    ):  # fmt: skip
        assert digest(PHOTO, file_format, **options) == true, file_format
    assert digest(PHOTO.convert("RGBA")) == true
    drawn = PHOTO.quantize(16)
    assert digest(drawn) == digest(drawn.convert("RGB"), "BMP")
    plain = PHOTO.convert("L")
    assert digest(plain) == digest(plain.convert("RGB"), "TIFF") != true
    ink = PHOTO.convert("1")
    assert digest(ink, "TIFF", compression="group4") == digest(ink.convert("L"), "BMP")
    assert digest(PHOTO, "JPEG") != true


PIXEL = st.tuples(st.integers(0, 29), st.integers(0, 39), st.integers(0, 2))


@given(place=PIXEL, by=st.integers(1, 255), file_format=st.sampled_from(["PNG", "BMP", "TIFF"]))
@settings(max_examples=40, deadline=None)
def test_one_changed_pixel_is_another_digest(place, by, file_format):
    changed = PIXELS.copy()
    changed[place] ^= np.uint8(by)
    assert digest(Image.fromarray(changed), file_format) != digest(SMALL)


@pytest.mark.parametrize(
    ("kind", "formats"),
    [(np.uint16, ("PNG", "TIFF")), (np.float32, ("TIFF", "PPM")), (np.int32, ("TIFF", "TIFF"))],
)
def test_numbers_are_compared_as_they_are(kind, formats):
    pixels = np.arange(1200).reshape(30, 40).astype(kind) + (70_000 if kind is np.int32 else 300)
    true = digest(Image.fromarray(pixels), formats[0])
    assert digest(Image.fromarray(pixels), formats[1]) == true
    pixels[7, 9] += 1  # less than one of 256 levels
    assert digest(Image.fromarray(pixels), formats[0]) != true


def test_a_picture_of_numbers_may_hold_bytes_or_shorts():
    pixels = np.asarray(SMALL.convert("L"))
    assert digest(Image.fromarray(pixels.astype(np.int32)), "TIFF") == digest(Image.fromarray(pixels))
    deep = pixels.astype(np.uint16) * 257
    assert digest(Image.fromarray(deep.astype(np.int32)), "TIFF") == digest(Image.fromarray(deep), "PNG")


def test_the_same_bytes_in_another_shape_or_class_are_another_picture():
    values = np.arange(1200, dtype=np.uint8)
    shapes = {digest(Image.fromarray(values.reshape(shape))) for shape in ((30, 40), (40, 30), (10, 120))}
    assert len(shapes) == 3
    assert digest(SMALL.convert("CMYK"), "TIFF") != digest(SMALL.convert("CMYK").convert("RGB"), "TIFF")


def plan(word):
    sheet = Image.new("L", (1275, 1650), 255)
    ImageDraw.Draw(sheet).text((400, 900), word, fill=0)
    return encoded(sheet, "PDF", resolution=150)


def test_a_page_of_a_document_is_drawn():
    seen = working_pixels(encoded(PHOTO, "PDF", resolution=72), 0, LIMITS, 320)
    assert (seen.width, seen.height, seen.pixels.shape) == (640, 480, (240, 320, 3))
    true = np.asarray(PHOTO.resize((320, 240), Image.Resampling.BOX), np.float64)
    assert np.abs(seen.pixels - true).mean() < 4
    one, same, other = (pixel_digest(plan(word), 0, LIMITS) for word in ("No. 1", "No. 1", "No. 7"))
    assert one == same != other


def test_each_page_has_its_pixels():
    others = [photograph(2, 40, 30).convert("L"), photograph(3, 30, 30)]
    data = encoded(SMALL, "TIFF", save_all=True, append_images=others)
    for number, true in enumerate([SMALL, *others]):
        assert np.array_equal(working_pixels(data, number, LIMITS, 100).pixels, np.asarray(true))
        assert pixel_digest(data, number, LIMITS) == digest(true)


@pytest.mark.parametrize(
    "look",
    [
        lambda data, page: working_pixels(data, page, Limits(max_pixels=1200), 20),
        lambda data, page: pixel_digest(data, page, Limits(max_pixels=1200)),
    ],
)
def test_what_cannot_be_read_has_a_reason(look):
    good = encoded(SMALL, "PNG")
    look(good, 0)
    for data, page, reason in (
        (b"", 0, "empty_file"),
        (b"no picture", 0, "not_an_image"),
        (good[:900], 0, "truncated"),
        (good, 1, "corrupt"),
        (encoded(PHOTO, "JPEG"), 0, "too_many_pixels"),
        (encoded(SMALL, "PDF")[:-200], 5, None),
    ):
        with pytest.raises(UnreadableError) as error:
            look(data, page)
        assert error.value.reason == reason or reason is None
