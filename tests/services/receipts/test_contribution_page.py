"""The page of a contribution: one field, then every step; nothing about who wrote it, and nothing from elsewhere."""

import re

import pytest

from domain.consultations import commands as c
from domain.consultations.vocabulary import Outcome, WithheldReason
from domain.kernel.text import text
from services.configuration.loading import load_settings
from services.settings import SettingsError, base_address
from tests.services.gateway.client import STRANGER
from tests.services.gateway.scenario import opened
from tests.support.system import send

OWN, PAGE = "mj", "/my-contribution"


@pytest.fixture
async def contribution(system, caller):
    """Code, consultation and stream of a contribution with a name."""
    consultation = await opened(system, OWN)
    body = {
        "consultation_id": str(consultation),
        "language": "sq",
        "body": "Neni 4 <b>duhet</b>",
        "contributor": {"name": "Agim Rexhepi", "email": "agim@example.org"},
    }
    answer = await caller.post(f"/v1/tenants/{OWN}/contributions", body, **caller.token())
    return answer.json()["receipt_code"], consultation, answer.json()["stream_id"]


async def seen(caller, code, language="en"):
    return await caller.get(f"{PAGE}?code={code}&lang={language}")


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("sq", "Kodi në dëshminë tuaj"),
        ("sr", "Šifra na vašoj potvrdi"),
        ("sr-Cyrl", "Шифра на вашој потврди"),
        ("en", "The code on your receipt"),
    ],
)
async def test_it_asks_for_the_code_in_every_language(caller, language, word):
    page = await caller.get(PAGE, **{"accept-language": language})

    assert page.status_code == 200
    assert word in page.text
    assert '<form method="get" action="/my-contribution">' in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "script" not in page.headers["content-security-policy"]


async def test_it_shows_each_step_and_nobodys_name(system, caller, contribution):
    code, consultation, stream = contribution
    answer = c.RecordPosition(
        consultation_id=consultation,
        outcome=Outcome.ACCEPTED,
        reason=text(sq="Pranohet <i>", en="Accepted"),
        article="3",
    )
    await send(system, OWN, "consultation_coordinator", answer, stream)

    page = await seen(caller, code.lower())
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    steps = [
        "Contribution submitted",
        "Contribution published",
        "Position of the institution recorded",
        "Changed article: 3",
    ]
    assert [step for step in steps if step not in page.text] == []
    for hidden in ("Agim", "agim@", str(STRANGER), stream):
        assert hidden not in page.text
    assert "Pranohet &lt;i&gt;" in (await seen(caller, code, "sq")).text
    links = re.findall(r'href="([^"]+)"', page.text)
    assert not [link for link in links if not link.startswith("/")]
    assert [(await caller.get(link.replace("&amp;", "&"))).status_code for link in links if code in link] == [200] * 7


async def test_what_is_withheld_shows_the_kind_of_reason_and_no_more(system, caller, contribution):
    code, consultation, stream = contribution
    command = c.WithholdContribution(
        consultation_id=consultation, reason_class=WithheldReason.SPAM, note=text(sq="Fyerje", sr="Uvreda")
    )
    await send(system, OWN, "consultation_coordinator", command, stream)

    page = await seen(caller, code, "sq")
    assert "Kontributi nuk shfaqet" in page.text
    assert "Fyerje" not in page.text


@pytest.mark.parametrize(
    "code", ["x", "ABCD-EFGH-IJKL-MNOP", "'><script>alert(1)</script>", "A" * 500, "%00", "Ë" * 28]
)
async def test_a_wrong_code_is_told_and_nothing_else(caller, code):
    page = await caller.client.get(PAGE, params={"code": code, "lang": "en"})

    assert page.status_code == 404
    assert "Nothing was submitted under this code" in page.text
    assert "<script>" not in page.text


def test_what_is_printed_names_the_address_that_people_use():
    assert base_address(load_settings({"PAKT_PUBLIC_URL": "https://pakt.example.org/"})) == "https://pakt.example.org"
    assert base_address(load_settings({}, port=8123)) == "http://127.0.0.1:8123"
    for wrong in ("ftp://pakt.example.org", "pakt.example.org", "https://", 'https://x"y'):
        with pytest.raises(SettingsError, match="PAKT_PUBLIC_URL"):
            load_settings({"PAKT_PUBLIC_URL": wrong})
    with pytest.raises(SettingsError, match="PAKT_SEAL_WITHIN"):
        load_settings({"PAKT_SEAL_WITHIN": "0"})
