"""Texts in the languages of Kosovo, and the two scripts of Serbian.

On the wire a text is `{"sq": {"text": "...", "status": "authentic"}, "sr": {...}}`: languages are a closed list.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.transliteration import to_cyrillic, to_latin

END = r"$(?!\n)"  # `$` alone also matches before a last line feed; other languages' engines read this too
_CONTROL = r"\x00-\x1f\x7f\u2028\u2029"
_LINE = rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*{END}"
_PROSE = r"^[^\x00]*[^\s\x00][^\x00]*(?![\s\S])"
_MAIL = rf"^[^@\s{_CONTROL}]{{1,64}}@[^@\s.{_CONTROL}]+(\.[^@\s.{_CONTROL}]+)+{END}"

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=_LINE, description="One line of text")]
Prose = Annotated[
    str, msgspec.Meta(min_length=1, max_length=100_000, pattern=_PROSE, description="Text with paragraphs")
]
Reference = Annotated[
    str, msgspec.Meta(max_length=120, pattern=rf"^[^{_CONTROL}]*{END}", description="Number of a decision or act")
]
Slug = Annotated[str, msgspec.Meta(pattern=rf"^[a-z][a-z0-9-]{{1,40}}{END}", description="Short name in addresses")]
Email = Annotated[str, msgspec.Meta(max_length=254, pattern=_MAIL, description="Address of electronic mail")]


class Language(StrEnum):
    """Languages a text may exist in. `sr` is stored in Latin script or Cyrillic as it was written."""

    ALBANIAN = "sq"
    SERBIAN = "sr"
    ENGLISH = "en"
    TURKISH = "tr"
    BOSNIAN = "bs"
    ROMANI = "rom"


class Status(StrEnum):
    """How binding a wording is: laws are authentic in sq and sr, English is courtesy."""

    AUTHENTIC = "authentic"
    TRANSLATION = "translation"
    MACHINE = "machine"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in one language."""

    text: Prose
    status: Status = Status.AUTHENTIC


class ShortWording(Wording, frozen=True):
    """A title or name in one language: one line."""

    text: Line


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The same text in one or more languages; what must exist in which is a rule of the tenant."""

    sq: Wording | None = None
    sr: Wording | None = None
    en: Wording | None = None
    tr: Wording | None = None
    bs: Wording | None = None
    rom: Wording | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages it exists in, in the order of the fields."""
        return tuple(code for code in self.__struct_fields__ if getattr(self, code) is not None)

    def missing(self, required: Iterable[str]) -> tuple[str, ...]:
        """The required languages it does not exist in; a machine translation does not count."""
        return tuple(
            code
            for code in required
            if (wording := getattr(self, code, None)) is None or wording.status is Status.MACHINE
        )

    def in_language(self, lang: str) -> str:
        """The wording for a reader of `lang` (sq, sr, sr-Latn, sr-Cyrl, en, tr, bs, rom).

        Falls back to English, Albanian, Serbian, then any; '' when there is none. `sr-Cyrl` and `sr-Latn` are written
        in that script whichever the source is in.
        """
        code, _, script = lang.partition("-")
        for candidate in (code, "en", "sq", "sr", *self.languages):
            wording: Wording | None = getattr(self, candidate, None) if candidate in self.__struct_fields__ else None
            if wording is not None:
                return _in_script(wording.text, script) if candidate == "sr" else wording.text
        return ""


class Title(Text, frozen=True, kw_only=True):
    """A title or name in one or more languages: one line each."""

    sq: ShortWording | None = None
    sr: ShortWording | None = None
    en: ShortWording | None = None
    tr: ShortWording | None = None
    bs: ShortWording | None = None
    rom: ShortWording | None = None


def _in_script(text: str, script: str) -> str:
    match script:
        case "Cyrl":
            return to_cyrillic(text)
        case "Latn":
            return to_latin(text)
        case _:
            return text


def title(**wordings: str) -> Title:
    """A title from plain texts by language code, all authentic: `title(sq="...", sr="...")`."""
    return Title(**{code: ShortWording(text) for code, text in wordings.items()})


def text(**wordings: str) -> Text:
    """A text from plain texts by language code, all authentic."""
    return Text(**{code: Wording(words) for code, words in wordings.items()})
