"""The operations of Pakt that this client uses, by method and path as `/openapi.json` has them."""

import msgspec


class Operation(msgspec.Struct, frozen=True):
    """Method, and path with its parameters in braces."""

    method: str
    path: str


TOKEN = Operation("POST", "/oauth/token")
SIGNING_KEYS = Operation("GET", "/v1/public/signing-keys")
LOGS = Operation("GET", "/v1/public/log")
CHECKPOINT = Operation("GET", "/v1/public/log/{slug}/{epoch}/checkpoint")
TILE = Operation("GET", "/v1/public/log/{slug}/{epoch}/tile/{path}")
CONTRIBUTE = Operation("POST", "/v1/tenants/{tenant}/contributions")
CONSULTATION = Operation("GET", "/v1/public/consultations/{id}")


def used() -> list[Operation]:
    """All of them that are described there; the token address is RFC 6749's."""
    return [one for name, one in globals().items() if isinstance(one, Operation) and name != "TOKEN"]
