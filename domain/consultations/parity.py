"""The language-parity clock: a window runs only from when everything required can be read in every language."""

from collections.abc import Iterable
from datetime import datetime

from domain.consultations.parts import SINGLE, Document
from domain.consultations.vocabulary import DocumentKind


def missing_languages(documents: Iterable[Document], kind: DocumentKind, required: Iterable[str]) -> tuple[str, ...]:
    """Required languages in which the document of `kind` does not exist; all of them when there is no such document."""
    there = {code for document in documents if document.kind is kind for code in document.languages}
    return tuple(code for code in required if code not in there)


def complete_at(documents: Iterable[Document], required: Iterable[str]) -> datetime | None:
    """When the last required language of draft and memorandum was published; None while one is missing."""
    languages = tuple(required)
    found: list[datetime] = []
    for kind in SINGLE:
        held = {code: version for d in documents if d.kind is kind for code, version in d.languages.items()}
        for code in languages:
            at = held[code].published_at if code in held else None
            if at is None:
                return None
            found.append(at)
    return max(found, default=None)


def window_start(documents: Iterable[Document], required: Iterable[str], opened_at: datetime) -> datetime:
    """From when the window counts: the opening, or later the moment of parity."""
    opened = tuple(document.published(opened_at) for document in documents)
    return max(opened_at, complete_at(opened, required) or opened_at)
