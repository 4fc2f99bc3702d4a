"""The verdicts of the matching room in plain words: a title and what it means, what matters most first.

Put here words for verdicts. Keep out sentences about one pair (``pair_page``) or about the city (``sentences``).
"""

from __future__ import annotations

from dedup_assets.publishing.language import mark, text

# In the language of the code; ``verdict_words`` says them.
VERDICTS = {
    "exact_file": (mark("Same file"), mark("Both files hold the same bytes.")),
    "exact_pixels": (mark("Same pixels"), mark("The files differ, what they show does not: every pixel is equal.")),
    "same_image": (
        mark("Same image"),
        mark("Laid on one another, the two agree everywhere: a copy, re-saved, resized, cut or turned."),
    ),
    "same_image_local_change": (
        mark("Same image with a change"),
        mark("The same photograph, but for one place: a stamp, a caption, something painted over. A person decides."),
    ),
    "undecided": (mark("Undecided"), mark("What there is to see does not tell. A person decides.")),
    "same_template_or_scene": (
        mark("Alike, not the same"),
        mark("Another document on the same form, or the same place photographed again. Not a duplicate."),
    ),
    "low_information": (mark("Too little to see"), mark("Blank or nearly blank. Not a duplicate.")),
}


def verdict_words(verdict: str) -> tuple[str, str]:
    """The title of a verdict and what it means, in the language in force. Raises KeyError for one without words."""
    title, meaning = VERDICTS[verdict]
    return text(title), text(meaning)
