"""What a reader sees in each language."""

import pytest

from domain.kernel.errors import IllegalTransition, NotPermitted, RuleViolated, StreamNotFound
from domain.kernel.message import Message
from services.language import rule_name, translate, translate_code, warm


def test_a_sentence_in_four_tongues() -> None:
    message = StreamNotFound().message
    warm()

    assert translate(message, "en") == "There is nothing here under this address."
    assert translate(message, "sq") == "Nën këtë adresë nuk ka asgjë."
    assert translate(message, "sr") == translate(message, "sr-Latn") == "Na ovoj adresi nema ničega."
    assert translate(message, "sr-Cyrl") == "На овој адреси нема ничега."


def test_codes_among_the_values_are_words() -> None:
    message = IllegalTransition(state="closed", command="OpenConsultation").message

    assert translate(message, "sq") == "OpenConsultation nuk është i mundur në gjendjen 'i mbyllur'."
    assert translate(message, "sr-Cyrl") == "OpenConsultation није могуће у стању 'затворено'."


def test_lists_of_codes() -> None:
    message = NotPermitted("LintDraft", ("auditor", "legal_officer")).message

    assert translate(message, "sr").endswith("revizor, pravni službenik.")
    assert translate(Message("A name is missing in: {languages}.", {"languages": "sq, tr"}), "sq").endswith(
        "shqip, turqisht."
    )


def test_values_of_people_stay_as_they_are() -> None:
    message = Message("'{value}' is not a date or time.", {"value": "sutra, možda"})

    assert translate(message, "sr-Cyrl") == "'sutra, možda' није датум ни време."
    assert translate(Message("{rule} sets no period.", {"rule": "a, zzz"}), "sq") == "a, zzz nuk cakton afat."


def test_numbers_stay_numbers() -> None:
    message = Message("The working calendar of {year} is not published.", {"year": 2031})

    assert translate(message, "sq") == "Kalendari i punës për vitin 2031 nuk është publikuar."


@pytest.mark.parametrize(
    ("reason", "language", "said"),
    [
        ("weekend", "sq", "fundjavë"),
        ("Constitution Day", "sr", "Dan Ustava Republike Kosova"),
        ("Constitution Day", "sr-Cyrl", "Дан Устава Републике Косова"),
        ("Eid al-Fitr (estimated)", "sr", "Fiter Bajram, prvi dan (procenjeno)"),
        ("Catholic Easter (observed)", "sq", "Pashkët Katolike (ditë pushimi e shtyrë)"),
        ("Catholic Easter (observed) (03/2026)", "sq", "Pashkët Katolike (ditë pushimi e shtyrë) (03/2026)"),
        ("Day of mourning (02/2026)", "sq", "Day of mourning (02/2026)"),
    ],
)
def test_reasons_of_skipped_days(reason: str, language: str, said: str) -> None:
    message = Message("{day} is no working day already: {reason}.", {"day": "2026-04-09", "reason": reason})

    assert said in translate(message, language)


def test_citations() -> None:
    citation = "Law No. 04/L-042 on Public Procurement"

    assert translate(citation, "sq") == "Ligji Nr. 04/L-042 për Prokurimin Publik"
    assert translate(citation, "en") == citation


def test_what_no_catalogue_knows_stays() -> None:
    assert translate("Nobody wrote this {down}", "sq") == "Nobody wrote this {down}"
    assert translate(Message("{a} and {b}", {"a": 1, "b": "x"}), "sr-Cyrl") == "1 and x"
    assert translate(RuleViolated("r", "Quite new: {a}", a=1).message, "xx") == "Quite new: 1"


def test_codes() -> None:
    assert translate_code("drafting_officer", "en") == "drafting officer"
    assert translate_code("drafting_officer", "sq") == "zyrtar hartues"
    assert translate_code("working_days", "sr-Cyrl") == "радних дана"
    assert translate_code("no_such_code", "sr-Cyrl") == "no_such_code"


def test_rule_names() -> None:
    key = "council.notice"

    assert rule_name(key, "en") == "Notice before a meeting of the Council"
    assert rule_name(key, "sr") == "Prethodni poziv na sednicu Saveta"
    assert rule_name(key, "sr-Cyrl") == "Претходни позив на седницу Савета"
    assert rule_name(key, "de") == "Notice before a meeting of the Council"
    assert rule_name("no.such", "sr-Cyrl") == "no.such"
