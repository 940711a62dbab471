"""The language-parity clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.consultations.parity import complete_at, missing_languages, window_start
from domain.consultations.parts import Document
from domain.consultations.vocabulary import DocumentKind
from tests.domain.consultations.stories import DRAFT_ID, MEMORANDUM_ID, in_languages

START = datetime(2026, 3, 1, tzinfo=UTC)
LANGUAGES = ("sq", "sr", "tr")
DELAYS = st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 30))


def document(kind: DocumentKind, days: dict[str, int]) -> Document:
    made = Document(DRAFT_ID if kind is DocumentKind.DRAFT else MEMORANDUM_ID, kind, 0, None, {})
    for version, (code, day) in enumerate(days.items(), 1):
        made = made.taking(in_languages(code), version, START + timedelta(days=day))
    return made


@given(draft=DELAYS, memorandum=DELAYS, required=st.sets(st.sampled_from(LANGUAGES), min_size=1))
def test_it_starts_with_the_last_required_language(
    draft: dict[str, int], memorandum: dict[str, int], required: set[str]
) -> None:
    documents = (document(DocumentKind.DRAFT, draft), document(DocumentKind.EXPLANATORY_MEMORANDUM, memorandum))
    at = complete_at(documents, required)

    if required <= set(draft) and required <= set(memorandum):
        last = max(days[code] for days in (draft, memorandum) for code in required)
        assert at == START + timedelta(days=last)
        assert window_start(documents, required, START) == at
    else:
        assert at is None
        assert window_start(documents, required, START) == START


def test_what_was_laid_ready_is_published_by_the_opening() -> None:
    ready = Document(DRAFT_ID, DocumentKind.DRAFT, 1, None, {}).taking(in_languages("sq"), 1, None)
    memorandum = Document(MEMORANDUM_ID, DocumentKind.EXPLANATORY_MEMORANDUM, 1, None, {}).taking(
        in_languages("sq"), 1, None
    )

    assert complete_at((ready, memorandum), ("sq",)) is None
    assert window_start((ready, memorandum), ("sq",), START) == START


def test_a_new_version_does_not_change_when_a_language_was_first_published() -> None:
    first = document(DocumentKind.DRAFT, {"sq": 1})
    again = first.taking(in_languages("sq"), 2, START + timedelta(days=9))

    assert again.languages["sq"].published_at == START + timedelta(days=1)


def test_a_document_that_is_not_there_lacks_every_language() -> None:
    assert missing_languages((), DocumentKind.DRAFT, LANGUAGES) == LANGUAGES
    assert missing_languages((document(DocumentKind.DRAFT, {"sr": 0}),), DocumentKind.DRAFT, LANGUAGES) == ("sq", "tr")
