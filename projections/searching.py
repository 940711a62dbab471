"""Texts as they are searched: without case, accents or the difference between the scripts of Serbian."""

import unicodedata
from typing import Annotated

import msgspec

from domain.kernel.text import Text
from domain.kernel.transliteration import to_latin

Words = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Words that must occur")
]
"""What one searches for, in any language and script."""


def searchable(*texts: Text | str | None) -> str:
    """All wordings in one line, folded."""
    words: list[str] = []
    for text in texts:
        if isinstance(text, Text):
            words += [getattr(text, code).text for code in text.languages]
        elif text:
            words.append(text)
    return folded(" \n ".join(words))


def folded(words: str) -> str:
    """Lower case, Latin script, no marks above or below letters: `Ë` is found by `e`, `Ђ` by `d`."""
    plain = unicodedata.normalize("NFKD", to_latin(words).casefold()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
