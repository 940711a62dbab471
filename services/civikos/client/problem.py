"""Problem documents (RFC 9457), as every error of Pakt is answered."""

from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """`type` says which kind, `detail` what it was this time; `rule` and `citation` are there when a rule refused."""

    status: int = 0
    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    instance: str = ""
    rule: str = ""
    citation: str = ""
    errors: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []


_decode = msgspec.json.Decoder(Problem).decode


def problem_of(status: int, body: bytes) -> Problem:
    """The problem of an answer; one that only has the status when a proxy or somebody else wrote the body."""
    try:
        return msgspec.structs.replace(_decode(body), status=status)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem(status, title=body[:200].decode(errors="replace"))
