"""A receipt on paper: what it says in the reader's language, a code for the camera, and the whole receipt attached.

PDF/A-3a and PDF/UA-1: to be kept for long, and to be read aloud. Nothing of it depends on when or where it is made, so
the same receipt gives the same bytes. The fonts come with the typesetter (Libertinus and DejaVu, free licences).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from domain.kernel.message import N_, Message
from domain.kernel.transliteration import to_cyrillic
from services.language import translate
from services.receipts.receipt import PROMISED, Receipt

LANGUAGES = ("sq", "sr", "sr-Cyrl", "en")
LONGEST_PRINTED = 2_600
"""Characters of a receipt that are printed; the attachment is always whole."""
_PROOF = N_(
    "The receipt is attached to this file. The program {program} checks it with the public key of the log, without "
    "Pakt and without the network. Its newest form is always found at this address:"
)
_OF_EVENT = N_("Receipt of an event")
_TITLES = {
    "consultations.ContributionSubmitted.v1": N_("Receipt of a contribution"),
    "grants.ApplicationSubmitted.v1": N_("Receipt of an application"),
}
_TEMPLATE = Path(__file__).with_name("receipt.typ")


class NotInstalled(Exception):
    """The packages that print are not there: the extra `reports` brings them."""


class Paper(msgspec.Struct, frozen=True):
    """What goes onto the paper: a receipt, whose institution's, and the address that it is found at.

    `scan` is what a camera reads; `code` is that of what was submitted, '' on other receipts.
    """

    receipt: Receipt
    institution: Mapping[str, str]
    address: str
    scan: str
    language: str
    code: str = ""


def render(paper: Paper) -> bytes:
    """The PDF. Raises: NotInstalled."""
    return typeset(_template(), _said(paper))


def typeset(template: bytes, said: Mapping[str, Any]) -> bytes:
    """The PDF that a template makes of what is to be said, as PDF/A-3a and PDF/UA-1. Raises: NotInstalled."""
    try:
        import typst  # noqa: PLC0415 - an extra brings it
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    data = {"data": msgspec.json.encode(said).decode()}
    made: bytes = typst.compile(
        template, format="pdf", sys_inputs=data, pdf_standards=["a-3a", "ua-1"], ignore_system_fonts=True
    )
    return made


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _said(paper: Paper) -> dict[str, Any]:
    receipt, language = paper.receipt, paper.language
    promised = receipt.state == PROMISED

    def say(template: str) -> str:
        return translate(Message(template), language)

    base, _, script = language.partition("-")
    at = receipt.recorded_at
    return {
        "lang": base,
        "script": "cyrl" if script == "Cyrl" else "latn",
        "date": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "institution": named(paper.institution, language),
        "title": say(_TITLES.get(receipt.type, _OF_EVENT) if paper.code else _OF_EVENT),
        "about": say(N_("It shows that what is named here came in, and that nobody can take it back unseen.")),
        "code": paper.code,
        "code_label": say(N_("Your code. Whoever holds it can follow what was submitted.")),
        "qr": qr_svg(paper.scan),
        "qr_alt": f"{say(N_('Address to scan'))}: {paper.scan}",
        "qr_says": say(N_("Scan to see what became of it")),
        "state": say(N_("Promised, not sealed yet")) if promised else say(N_("Sealed")),
        "state_says": _state(receipt, language),
        "facts_title": say(N_("What is certified")),
        "head": [say(N_("Item")), say(N_("Value"))],
        "facts": _facts(receipt, language),
        "proof_title": say(N_("How to check it")),
        "proof_says": translate(Message(_PROOF, {"program": "verify_receipt.py"}), language),
        "address": paper.address,
        "text": receipt.text if len(receipt.text) <= LONGEST_PRINTED else "",
        "receipt": receipt.text,
        "attachment": "receipt.promise" if promised else "receipt.tlog-proof",
        "footer": receipt.event_id,
    }


def _state(receipt: Receipt, language: str) -> str:
    if receipt.state == PROMISED:
        template = N_("The log has promised, signed, that no checkpoint shown after {due} is without it.")
        return translate(Message(template, {"due": moment(receipt.due_by)}), language)
    said = translate(
        Message(
            N_("It stands in the signed tree of {size} events of {log}, sealed at {at}."),
            {"size": receipt.size or 0, "log": receipt.log, "at": moment(receipt.sealed_at or receipt.recorded_at)},
        ),
        language,
    )
    if not receipt.witnesses:
        return said
    names = ", ".join(receipt.witnesses)
    return f"{said} {translate(Message(N_('Seen and signed by: {names}.'), {'names': names}), language)}"


def _facts(receipt: Receipt, language: str) -> list[tuple[str, str, bool]]:
    """Rows of label, value, and whether the value is set as code."""

    def say(template: str) -> str:
        return translate(Message(template), language)

    return [
        (say(N_("Kind of event")), receipt.type, True),
        (say(N_("Happened at")), moment(receipt.occurred_at), False),
        (say(N_("Recorded at")), moment(receipt.recorded_at), False),
        (say(N_("Log")), receipt.log, True),
        (say(N_("Position in the log")), str(receipt.position), False),
        (say(N_("Id of the event")), receipt.event_id, True),
        (say(N_("Hash of the event")), receipt.leaf, True),
        (say(N_("Promised by")), moment(receipt.due_by), False),
    ]


def moment(at: datetime) -> str:
    """A time that reads the same in every language."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def named(names: Mapping[str, str], language: str) -> str:
    """An institution's name for a reader of that language."""
    base, _, script = language.partition("-")
    if base not in names:
        return names.get("en") or next(iter(names.values()), "")
    return to_cyrillic(names[base]) if script == "Cyrl" else names[base]


def qr_svg(text: str, *, border: int = 0) -> str:
    """The code for a camera, as SVG, with `border` modules of white around it. Raises: NotInstalled."""
    try:
        import segno  # noqa: PLC0415 - an extra brings it
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    drawn: str = segno.make(text, error="m").svg_inline(border=border, omitsize=True)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
