"""The message catalogues: one gettext file per language, read as it is written."""

from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po

LANGUAGES = ("sq", "sr")
"""Languages with a catalogue; English is the key and Serbian is in Latin script."""

CODE = "code"
"""Context of enumeration codes, so that the code `open` is not taken for a sentence."""

Key = tuple[str | None, str]
"""Context and text, as a catalogue finds them."""

_FOLDER = Path(__file__).parent / "texts"


def path_of(language: str) -> Path:
    """The catalogue's file."""
    return _FOLDER / language / "LC_MESSAGES" / "pakt.po"


def read(language: str) -> Catalog:
    """The catalogue of one of LANGUAGES."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)
