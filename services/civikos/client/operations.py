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
CONTRIBUTE_MANY = Operation("POST", "/v1/tenants/{tenant}/contributions/batch")
NOMINATE_MANY = Operation("POST", "/v1/tenants/{tenant}/nominations/batch")
SCORE_MANY = Operation("POST", "/v1/tenants/{tenant}/measures/scores/batch")
FEED = Operation("GET", "/v1/feed")
SYNC_MEMBERS = Operation("POST", "/v1/tenants/{tenant}/member-directory/sync")
MEMBERS = Operation("GET", "/v1/tenants/{tenant}/member-directory")
ENDPOINTS = Operation("GET", "/v1/tenants/{tenant}/webhook-endpoints")
REGISTER_ENDPOINT = Operation("POST", "/v1/tenants/{tenant}/webhook-endpoints")
ENABLE_ENDPOINT = Operation("POST", "/v1/tenants/{tenant}/webhook-endpoints/{id}/enable")
ENDPOINT_SECRETS = Operation("GET", "/v1/tenants/{tenant}/webhook-endpoints/{id}/secrets")
HEAD = Operation("GET", "/v1/tenants/{tenant}/log/{epoch}/head")
COSIGN = Operation("POST", "/v1/tenants/{tenant}/log/{epoch}/cosignatures")


def used() -> list[Operation]:
    """All of them."""
    return [one for one in globals().values() if isinstance(one, Operation)]
