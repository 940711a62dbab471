"""Texts in several languages, and the two scripts of Serbian."""

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel.text import Email, Line, Prose, Reference, Slug, Status, Text, Title, Wording, text, title
from domain.kernel.transliteration import to_cyrillic, to_latin
from domain.kernel.vocabulary import DecisionNo


def test_languages_in_order() -> None:
    assert title(en="a", sq="b").languages == ("sq", "en")


def test_missing_languages() -> None:
    words = Text(sq=Wording("a"), sr=Wording("b", Status.MACHINE), en=Wording("c", Status.TRANSLATION))

    assert words.missing(("sq", "sr", "en", "tr", "xx")) == ("sr", "tr", "xx")


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("sq", "Përshëndetje"),
        ("sr", "Pozdrav, Njegoš"),
        ("sr-Latn", "Pozdrav, Njegoš"),
        ("sr-Cyrl", "Поздрав, Његош"),
        ("en", "Përshëndetje"),
        ("xx", "Përshëndetje"),
        ("sq-XK", "Përshëndetje"),
    ],
)
def test_in_language(language: str, found: str) -> None:
    assert text(sq="Përshëndetje", sr="Pozdrav, Njegoš").in_language(language) == found


def test_a_source_in_cyrillic_is_read_in_latin() -> None:
    assert title(sr="Његош").in_language("sr-Latn") == "Njegoš"
    assert title(sr="Његош").in_language("sr") == "Његош"
    assert Title().in_language("sq") == ""


def test_on_the_wire_it_is_a_map() -> None:
    assert msgspec.json.encode(title(sq="a")) == b'{"sq":{"text":"a","status":"authentic"}}'


@pytest.mark.parametrize(
    "bad",
    [
        b'{"de":{"text":"a"}}',
        b'{"sq":{"text":""}}',
        b'{"sq":{"text":"  "}}',
        b'{"sq":{"text":"a\\u0000b"}}',
        b'{"sq":{"text":"a\\nb"}}',
        b'{"sq":{"text":"a\\n"}}',
        b'{"sq":{"text":"a","x":1}}',
        b'{"sq":{"text":"a","status":"final"}}',
    ],
)
def test_what_is_no_title(bad: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(bad, type=Title)


def test_a_title_is_short_and_a_text_has_a_limit() -> None:
    long = msgspec.json.encode({"sq": {"text": "a" * 301}})

    assert msgspec.json.decode(long, type=Text).languages == ("sq",)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(long, type=Title)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"sq": {"text": "a" * 100_001}}), type=Text)


@pytest.mark.parametrize(
    ("of", "good", "bad"),
    [
        (Line, "Një rresht", "dy\nrreshta"),
        (Slug, "mitrovice-e-veriut", "Mitrovicë"),
        (Email, "arta@example.org", "arta at example"),
        (Email, "arta@example.org", "arta@example.org\n"),
        (Prose, "a\n\nb\n", "\n\n"),
        (Prose, "a\n", "a\0"),
        (Reference, "", "1/2026\n"),
        (DecisionNo, "01/2026", "01/2026\x1b[2J"),
        (DecisionNo, "Nr. 1", "\0"),
    ],
)
def test_constrained_strings(of: object, good: str, bad: str) -> None:
    assert msgspec.convert(good, of) == good
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, of)


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Ljubav i Njegoš, džep i čaj", "Љубав и Његош, џеп и чај"),
        ("LJUBLJANA", "ЉУБЉАНА"),
        ("Južna Mitrovica, Đakovica, Štrpce", "Јужна Митровица, Ђаковица, Штрпце"),
        ("injekcija, konjunktura, nadživeti", "инјекција, конјунктура, надживети"),
        ("{command} nije moguće u stanju {state}", "{command} није могуће у стању {state}"),
        (
            "Pošaljite `If-Match` na https://pakt.example/v1 ili info@pakt.example",
            "Пошаљите `If-Match` на https://pakt.example/v1 или info@pakt.example",
        ),
        ("Član XIV, Prishtinë, 2x", "Члан XIV, Prishtinë, 2x"),
        ("Zaglavlje Idempotency-Key i JSON", "Заглавље Idempotency-Key и JSON"),
    ],
)
def test_latin_to_cyrillic_and_back(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


def test_cyrillic_stays_cyrillic() -> None:
    assert to_cyrillic("Поздрав") == "Поздрав"


@for_all(st.text("абвгдђежзијклљмнњопрстћуфхцчџш ,.", min_size=1))
def test_what_was_cyrillic_comes_back(words: str) -> None:
    """Except for the rare words in which н meets ј or д meets ж without being one letter."""
    if any(pair in words for pair in ("нј", "лј", "дж")):
        return
    latin = to_latin(words)

    assert to_latin(to_cyrillic(latin)) == latin
