"""The catalogues hold every text the system says, in every language, with the same places for values."""

import re
from pathlib import Path
from string import Formatter

import pytest

from domain.kernel.transliteration import to_cyrillic
from domain.rules.shipped import default_pack
from services.language.catalogues import CODE, LANGUAGES, path_of, read
from services.language.extraction import codes, merged, needed, templates, untranslated, written

ROOT = Path()
WANTED = needed(ROOT)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def places(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


def translations(language: str) -> dict[tuple[str | None, str], str]:
    return {(message.context, str(message.id)): str(message.string) for message in read(language) if message.id}


@every_language
def test_nothing_is_missing(language: str) -> None:
    known = translations(language)
    missing = {text: place for (context, text), place in WANTED.items() if not known.get((context, text))}

    assert missing == {}, "run: python -m services.language.extraction"


@every_language
def test_nothing_is_left_over(language: str) -> None:
    assert set(translations(language)) <= set(WANTED)


@every_language
def test_values_have_the_same_places(language: str) -> None:
    said = {text: said for (_, text), said in translations(language).items() if said}
    wrong = {text: words for text, words in said.items() if places(text) != places(words)}

    assert wrong == {}


@every_language
def test_a_translation_is_not_the_original(language: str) -> None:
    """Words that are the same in both languages are few and known."""
    same = {text for (context, text), said in translations(language).items() if text == said}

    assert same <= {"Status", "api", "administrator", "auditor", "annex", "euro", "medium", "paper"}


@every_language
def test_the_files_are_as_the_program_writes_them(language: str) -> None:
    assert path_of(language).read_bytes() == written(merged(read(language), language, WANTED))


def test_cyrillic_leaves_no_latin_word_behind() -> None:
    """Places for values, code in backticks and technical names stay; everything else is a word."""
    technical = re.compile(
        r"\{[^}]*\}|`[^`]*`|\b(?:Idempotency-Key|Pakt|JSON|UUID|ASCII|API|RFC|NUL|HTTP|UTC|MM-DD|UTF-8)\b"
    )
    left = {
        said: re.findall(r"[A-Za-z]{2,}", technical.sub("", to_cyrillic(said)))
        for said in translations("sr").values()
        if re.search(r"[A-Za-z]{2,}", technical.sub("", to_cyrillic(said)))
    }

    assert left == {}


def test_rules_and_codes_are_named() -> None:
    assert all({"sq", "sr", "en"} <= set(entry.name) for entry in default_pack().rules)
    assert {"drafting_officer", "open", "working_days", "under_18", "estimated"} <= set(codes())
    assert (CODE, "open") in WANTED


def test_a_template_that_nobody_can_extract_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "domain"
    folder.mkdir()
    (folder / "bad.py").write_text('from x import N_\nN_("a" + b)\n')

    with pytest.raises(TypeError, match=r"bad\.py:2"):
        templates(tmp_path)


def test_a_template_is_found_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "deep"
    folder.mkdir(parents=True)
    (folder / "good.py").write_text('import message\nsay(message.N_("Good {day}"), other(1))\n')

    assert templates(tmp_path) == {"Good {day}": "services/deep/good.py:2"}


def test_what_is_new_is_asked_for_and_what_is_gone_is_dropped() -> None:
    wanted = {(None, "Quite new: {a}"): "here", (CODE, "open"): "there"}

    catalogue = merged(read("sq"), "sq", wanted)

    assert untranslated(catalogue) == ["Quite new: {a}"]
    assert {str(message.id) for message in catalogue if message.id} == {"Quite new: {a}", "open"}
