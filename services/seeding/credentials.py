"""Tokens of the demo people, written to the data folder: for trying Pakt out, never for production."""

import os
from pathlib import Path

import msgspec

from domain.organisations.seed import representatives
from domain.tenants.seed import demo_people
from infra.identity.tokens import TokenIssuer

LASTS = 90 * 86_400
"""Seconds a demo token is good for; each start of the system writes new ones."""


class Credential(msgspec.Struct, frozen=True):
    """Somebody to sign in as; `tenant` is '' for a citizen, who holds no mandate, and for an organisation's own people.

    Of those, `role` names the demo organisation for which they act in every institution. `expert_1` and others are
    commissioners, too.
    """

    tenant: str
    role: str
    name: str
    token: str


def write_credentials(path: Path, tokens: TokenIssuer) -> list[Credential]:
    """Write one credential per demo person and role to `path`, readable by its owner only."""
    credentials = [
        Credential(person.tenant, person.signs_in_as, person.name, tokens.issue(person.person_id, person.name, LASTS))
        for person in (*demo_people(), *representatives())
    ]
    encoded = msgspec.json.format(msgspec.json.encode(credentials))
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(encoded + b"\n")
    aside.replace(path)
    return credentials
