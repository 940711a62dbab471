"""A certificate on paper: what it says in the reader's language, a code for the camera, and the credential attached.

PDF/A-3a and PDF/UA-1, as receipts are (`services/receipts/document.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.message import N_, Message
from domain.volunteering.events.certificate import CertificateIssued
from services.language import translate
from services.receipts.document import moment, named, qr_svg, typeset

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_HOUR = 60


class CertificatePaper(msgspec.Struct, frozen=True):
    """What goes onto the paper. `credential` is the JSON that is attached, `scan` what a camera reads."""

    institution: Mapping[str, str]
    certificate_id: UUID
    issued: CertificateIssued
    issued_at: datetime
    holder: str
    credential: str
    scan: str
    language: str


def render(paper: CertificatePaper) -> bytes:
    """The PDF. Raises: NotInstalled."""
    return typeset(_template(), _said(paper))


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _said(paper: CertificatePaper) -> dict[str, Any]:
    issued, language = paper.issued, paper.language

    def say(template: str, **values: str | int) -> str:
        return translate(Message(template, dict(values)), language)

    base, _, script = language.partition("-")
    at = paper.issued_at
    return {
        "lang": base,
        "script": "cyrl" if script == "Cyrl" else "latn",
        "date": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "institution": named(paper.institution, language),
        "title": say(N_("Certificate of voluntary work")),
        "about": say(N_("It certifies voluntary work whose hours were confirmed, and counts as work experience.")),
        "holder_label": say(N_("Certified for")),
        "holder": paper.holder,
        "achievement": issued.title.in_language(language),
        "criteria": issued.criteria.in_language(language),
        "qr": qr_svg(paper.scan),
        "qr_alt": f"{say(N_('Address to scan'))}: {paper.scan}",
        "qr_says": say(N_("Scan to see whether it still counts")),
        "facts_title": say(N_("What is certified")),
        "head": [say(N_("Item")), say(N_("Value"))],
        "facts": _facts(paper, say),
        "proof_title": say(N_("How to check it")),
        "proof_says": say(
            N_(
                "The credential is attached to this file. The program {program} checks it with the public key of the "
                "log and the list of issuers, without Pakt and without the network."
            ),
            program="verify_credential.py",
        ),
        "address": paper.scan,
        "credential": paper.credential,
        "footer": str(paper.certificate_id),
    }


def _facts(paper: CertificatePaper, say: Any) -> list[tuple[str, str]]:
    issued = paper.issued
    hours, minutes = divmod(issued.minutes, _HOUR)
    facts = [
        (say(N_("Confirmed hours")), say(N_("{hours} hours {minutes} minutes"), hours=hours, minutes=minutes)),
        (say(N_("Confirmed entries")), str(issued.entries)),
        (say(N_("From")), issued.first_day.isoformat()),
        (say(N_("To")), issued.last_day.isoformat()),
        (say(N_("Months of work experience")), str(issued.months)),
        (say(N_("Issued at")), moment(paper.issued_at)),
    ]
    if issued.skills:
        facts.append((say(N_("Skills")), ", ".join(issued.skills)))
    if issued.valid_until is not None:
        facts.append((say(N_("Valid until")), moment(issued.valid_until)))
    return facts
