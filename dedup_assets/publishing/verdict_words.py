"""The verdicts of the matching room in plain words: a title and what it means, what matters most first.

Put here words for verdicts. Keep out sentences about one pair (``pair_page``) or about the city (``sentences``).
"""

from __future__ import annotations

VERDICTS = {
    "exact_file": ("Same file", "Both files hold the same bytes."),
    "exact_pixels": ("Same pixels", "The files differ, what they show does not: every pixel is equal."),
    "same_image": (
        "Same image",
        "Laid on one another, the two agree everywhere: a copy, re-saved, resized, cut or turned.",
    ),
    "same_image_local_change": (
        "Same image with a change",
        "The same photograph, but for one place: a stamp, a caption, something painted over. A person decides.",
    ),
    "undecided": ("Undecided", "What there is to see does not tell. A person decides."),
    "same_template_or_scene": (
        "Alike, not the same",
        "Another document on the same form, or the same place photographed again. Not a duplicate.",
    ),
    "low_information": ("Too little to see", "Blank or nearly blank. Not a duplicate."),
}
