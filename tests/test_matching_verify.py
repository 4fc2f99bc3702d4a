"""Verification on planted truth: drawn scenes and documents, what is done to copies, and what only looks like one."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from dedup_assets.matching import calibrate_made as made
from dedup_assets.matching.verify.difference import difference_picture
from dedup_assets.matching.verify.judge import verify
from dedup_assets.matching.verify.picture import Picture, of_pixels
from dedup_assets.sample.pictures.building import KINDS, design
from dedup_assets.sample.pictures.person import person
from dedup_assets.sample.pictures.photograph import photograph
from dedup_assets.sample.pictures.portrait import portrait

if TYPE_CHECKING:
    from numpy.typing import NDArray

VALUES = {"PERMIT NO.": "21016-30518-40077", "ADDRESS": "4821 N SPRING ST", "VALUATION": "$ 318,650", "UNITS": "14"}
NOT_A_COPY = {"same_template_or_scene", "same_image_local_change", "undecided"}


@cache
def scene(number: int, seed: str = "a") -> NDArray[np.uint8]:
    return photograph(design(f"verify{number}", sorted(KINDS)), f"{number}{seed}")


@cache
def working(number: int) -> Picture:
    return of_pixels(scene(number))


def said(first: NDArray[np.uint8], second: NDArray[np.uint8], form: int = 0) -> str:
    return verify(of_pixels(first), of_pixels(second), None, form=form).verdict


@pytest.mark.parametrize("label", [each for each in made.COPIES if each != "mirrored"])
def test_copies_of_a_photograph_are_the_same_image(label: str) -> None:
    number = len(label) % 3
    copy = of_pixels(made.COPIES[label](scene(number), np.random.default_rng(1)))
    judged = verify(working(number), copy, None)
    assert judged.verdict == "same_image", judged.evidence


@pytest.mark.parametrize("label", made.OVERLAID)
def test_what_is_laid_over_a_photograph_goes_to_people(label: str) -> None:
    copy = of_pixels(made.OVERLAID[label](scene(1), np.random.default_rng(1)))
    judged = verify(working(1), copy, None)
    assert judged.verdict == "same_image_local_change", judged.evidence


def test_the_box_is_around_what_changed() -> None:
    pixels = scene(0).copy()
    height, width = pixels.shape[:2]
    cv2.circle(pixels, (int(0.8 * width), int(0.2 * height)), height // 14, (220, 30, 30), -1)
    evidence = verify(working(0), of_pixels(pixels), None).evidence
    left, top, right, bottom = evidence["coarse"]["where"]
    assert left < 0.8 < right and top < 0.2 < bottom  # noqa: PT018  # one place
    assert right - left < 0.4
    assert evidence["reason"] == "differs_in_places"


@pytest.mark.parametrize("form", range(1, 8))
def test_turned_copies_under_their_form(form: int) -> None:
    pixels = scene(2)
    mirrored = pixels[:, ::-1] if form >= 4 else pixels
    there = np.ascontiguousarray(np.rot90(mirrored, form % 4))
    back = form if form >= 4 else -form % 4
    assert said(pixels, there, form=back) == "same_image"
    if form >= 4:  # features find turns by themselves, but nothing mirrored
        assert said(pixels, there, form=0) != "same_image"


def test_equal_pixels_need_equal_digests() -> None:
    digests = [lambda: hashlib.sha256(b"a").hexdigest(), lambda: hashlib.sha256(b"b").hexdigest()]
    first, same, other = (of_pixels(scene(0), digest=digests[each]) for each in (0, 0, 1))
    assert verify(first, same, 0).verdict == "exact_pixels"
    assert verify(first, other, 0).verdict == "same_image"


@pytest.mark.parametrize("number", range(3))
def test_another_photograph_of_one_building_is_another(number: int) -> None:
    assert said(scene(number), scene(number, "b")) == "same_template_or_scene"


def test_another_portrait_before_the_same_wall_is_another() -> None:
    who = [person("p1"), person("p2")]
    faces = [portrait(who[0], "a", "100200"), portrait(who[0], "b", "100201"), portrait(who[1], "c", "100200")]
    assert said(faces[0], faces[1]) in NOT_A_COPY
    assert said(faces[0], faces[2]) in NOT_A_COPY


def test_the_next_frame_of_a_burst_is_no_automatic_duplicate() -> None:
    for seed in range(3):
        assert said(scene(seed), made.walked_by(scene(seed), np.random.default_rng(seed))) in NOT_A_COPY


@pytest.mark.parametrize("digit", [("PERMIT NO.", "21016-30513-40077"), ("UNITS", "11"), ("VALUATION", "$ 318,850")])
def test_one_other_digit_makes_another_form(digit: tuple[str, str]) -> None:
    name, value = digit
    sheet, other = made.form(1, VALUES), made.form(1, {**VALUES, name: value})
    assert said(sheet, other) == "same_template_or_scene"
    scans = [made.scanned(each, np.random.default_rng(seed)) for seed, each in enumerate((sheet, other))]
    assert said(*scans) in {"same_template_or_scene", "undecided"}
    for factor in (0.5, 0.15):
        small = [made.scaled(each, factor, factor) for each in (sheet, other)]
        assert said(*small) in {"same_template_or_scene", "undecided"}


def test_a_form_scanned_twice_is_the_same_image() -> None:
    scans = [made.scanned(made.form(2, VALUES), np.random.default_rng(seed)) for seed in (3, 4)]
    assert said(*scans) == "same_image"
    assert said(made.form(2, VALUES), made.jpeg(made.form(2, VALUES), 30)) == "same_image"


def test_a_thumbnail_of_a_form_cannot_be_told_from_another_form() -> None:
    small = of_pixels(made.at_most(made.form(2, VALUES), 160))
    judged = verify(small, of_pixels(made.form(2, VALUES)), None)
    assert (judged.verdict, judged.evidence["reason"]) == ("undecided", "not_legible")


def test_another_outlined_parcel_makes_another_map() -> None:
    here, there = made.zoning_map(1, 3), made.zoning_map(1, 30)
    assert said(here, there) in NOT_A_COPY
    scans = [made.scanned(each, np.random.default_rng(seed)) for seed, each in enumerate((here, there))]
    assert said(*scans) in NOT_A_COPY
    assert said(here, made.jpeg(here, 50)) == "same_image"


def test_a_sheet_that_holds_two_photographs_is_no_copy_of_one() -> None:
    height = min(scene(0).shape[0], scene(1).shape[0])
    sheet = np.concatenate([scene(0)[:height], scene(1)[:height]], axis=1)
    assert said(scene(0)[:height], sheet) in {"undecided", "same_template_or_scene"}


def test_blank_pages_say_nothing() -> None:
    pages = [made.noisy(np.full((300, 220, 3), 246, np.uint8), 2, np.random.default_rng(seed)) for seed in (1, 2)]
    assert said(*pages) == "low_information"


def test_two_clear_skies_are_no_copies_of_one_another() -> None:
    skies = []
    for seed, bottom in ((1, 140), (2, 150)):
        light = np.linspace(230, bottom, 300)[:, None, None] * np.array([0.8, 0.9, 1.0])
        grain = np.random.default_rng(seed).normal(0, 2, (300, 400, 3))
        skies.append(np.clip(light + grain, 0, 255).astype(np.uint8))
    assert said(*skies) == "low_information"


def test_what_cannot_be_aligned_is_shown_to_people_only_where_hashes_are_near() -> None:
    rng = np.random.default_rng(5)
    noise = [
        of_pixels(rng.integers(0, 256, (40, 400)).astype(np.uint8)),
        of_pixels(rng.integers(0, 256, (400, 40)).astype(np.uint8)),
    ]
    assert verify(*noise, 10).verdict == "undecided"
    assert verify(*noise, 120).verdict == "same_template_or_scene"


def test_the_difference_is_drawn_where_it_is() -> None:
    pixels = scene(0).copy()
    height, width = pixels.shape[:2]
    cv2.circle(pixels, (width // 4, height // 2), height // 12, (220, 30, 30), -1)
    shown = difference_picture(working(0), of_pixels(pixels))
    assert shown is not None
    redness = shown[..., 0].astype(int) - shown[..., 1]
    row, column = np.unravel_index(int(cv2.blur(redness.astype(np.float32), (9, 9)).argmax()), redness.shape)
    assert abs(row / shown.shape[0] - 0.5) < 0.1 and abs(column / shown.shape[1] - 0.25) < 0.1  # noqa: PT018  # one place
