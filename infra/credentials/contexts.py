"""JSON-LD contexts by their addresses, from copies that ship with Pakt (`contexts/LICENCES.md`); nothing is fetched."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FOLDER = Path(__file__).with_name("contexts")
_FILES: Mapping[str, str] = {
    CREDENTIALS: "credentials-v2.jsonld",
    BADGES: "ob-v3p0-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "ob-v3p0-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
    "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.jsonld",
    "https://w3id.org/security/suites/ed25519-2020/v1": "suites-ed25519-2020.jsonld",
    "https://www.w3.org/ns/did/v1": "did-v1.jsonld",
}
Contexts = Mapping[str, Sequence[Any]]
"""By address, the parts of a context in their order."""


class UnknownContext(Exception):
    """A document names a context that is not kept here: what its words mean cannot be known."""


@cache
def kept() -> Contexts:
    """The contexts that ship with Pakt."""
    return {address: context_of((_FOLDER / name).read_bytes()) for address, name in _FILES.items()}


def context_of(file: bytes) -> Sequence[Any]:
    """The parts of the context in a file of JSON-LD."""
    held = json.loads(file)["@context"]
    return held if isinstance(held, list) else [held]


def inlined(document: object, contexts: Contexts) -> Any:
    """The document with every context written out. Raises: UnknownContext, also for one that the document brings."""
    match document:
        case dict():
            return {
                key: _written(value, contexts) if key == "@context" else inlined(value, contexts)
                for key, value in document.items()
            }
        case list():
            return [inlined(one, contexts) for one in document]
        case _:
            return document


def _written(named: object, contexts: Contexts) -> list[Any]:
    found: list[Any] = []
    for address in named if isinstance(named, list) else [named]:
        if not isinstance(address, str) or address not in contexts:
            raise UnknownContext(str(address)[:200])
        found += contexts[address]
    return found
