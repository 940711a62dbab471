"""What IATI calls narratives: words in every language that they exist in and that IATI has a code for."""

from domain.kernel.message import Message
from domain.kernel.text import Text
from services.language.translation import translate
from services.open_data.xml_document import Branch

LANGUAGES = ("sq", "sr", "en", "tr", "bs")
"""Languages of narratives: those of ours that IATI has a code for."""
_OURS = ("sq", "sr", "en")


def said(message: Message) -> list[Branch]:
    """Words of our own, in the official languages and English."""
    return [narrative(translate(message, language), language) for language in _OURS]


def told(text: Text) -> list[Branch]:
    """A text in each language that it exists in and IATI has a code for."""
    return [narrative(text.in_language(code), code) for code in text.languages if code in LANGUAGES]


def narrative(words: str, language: str | None = None) -> Branch:
    """Words in a language, or in one that is not known."""
    return Branch("narrative", {"lang": language}, text=words)
