"""What the gateway itself refuses, before any command or query is reached."""

from typing import ClassVar

from domain.kernel.errors import PaktError, Unavailable
from domain.kernel.message import N_, Message, Value
from domain.tenants.quotas import Resource


class RequestRefused(PaktError):
    """The request as such cannot be served; nothing was looked up and nothing was changed."""

    code = "bad-request"
    title = N_("The request is not valid")


class MalformedBody(RequestRefused):
    """The body is not JSON as Pakt accepts it (RFC 8259 and RFC 7493: UTF-8, no doubled names, no NUL)."""

    code = "malformed-body"
    title = N_("The body is not valid JSON")


class InvalidHeader(RequestRefused):
    """A header is missing or cannot be read; `header` names it."""

    code = "invalid-header"
    title = N_("A header is not valid")

    def __init__(self, header: str, template: str, /, **values: Value) -> None:
        super().__init__(template, **values)
        self.header = header

    def facts(self) -> dict[str, object]:
        """The header's name."""
        return {"header": self.header}


class KeyRequired(RequestRefused):
    """Every command carries an Idempotency-Key, so that it can be repeated without being done twice."""

    code = "idempotency-key-required"
    title = N_("Idempotency-Key is missing")

    def __init__(self) -> None:
        super().__init__(N_("Send a header Idempotency-Key: a UUID or a text of 1 to 255 visible ASCII characters."))


class InvalidParameter(RequestRefused):
    """A query parameter is unknown, repeated or has a value that cannot be meant; `parameter` names it."""

    code = "invalid-parameter"
    title = N_("A parameter is not valid")

    def __init__(self, parameter: str, template: str, /, **values: Value) -> None:
        super().__init__(template, **values)
        self.parameter = parameter

    def facts(self) -> dict[str, object]:
        """The parameter's name and what is wrong with it."""
        return {"errors": [{"parameter": self.parameter, "message": self.message}]}


class Unauthenticated(RequestRefused):
    """There is no bearer token, or it is not valid (RFC 6750)."""

    code = "unauthenticated"
    title = N_("Not signed in")

    def __init__(self, reason: str, issuer: str, key_id: str) -> None:
        told = _REMEDIES.get(reason, N_("Send a valid token in the header Authorization: Bearer. Reason: {reason}."))
        super().__init__(told, reason=reason, issuer=issuer, key_id=key_id)
        self.reason = reason

    def facts(self) -> dict[str, object]:
        """Why, and which issuer's tokens are taken: `key_id` is its public key's thumbprint (RFC 7638)."""
        return dict(self.message.values)


class QuotaExceeded(RequestRefused):
    """The API client has made more requests this minute than its quota allows (RFC 6585, section 4)."""

    code = "quota-exceeded"
    title = N_("Too many requests")

    def __init__(self, quota: int, retry_after: int) -> None:
        super().__init__(
            N_("The client may make {quota} requests a minute. The next minute begins in {seconds} seconds."),
            quota=quota,
            seconds=retry_after,
        )
        self.retry_after = retry_after

    def facts(self) -> dict[str, object]:
        """Requests a minute, and seconds until the next one begins."""
        return dict(self.message.values)


class InstitutionQuotaExceeded(RequestRefused):
    """The institution has used what it may use in this time (RFC 6585, section 4); others have theirs."""

    code = "institution-quota-exceeded"
    title = N_("The institution's quota is used up")

    def __init__(self, resource: Resource, limit: int, retry_after: int) -> None:
        super().__init__(_USED_UP[resource], limit=limit, seconds=retry_after)
        self.resource, self.retry_after = resource, retry_after

    def facts(self) -> dict[str, object]:
        """What it is a quota of, how much, and seconds until there is more."""
        return {"resource": self.resource} | dict(self.message.values)


class InstitutionQuotaFull(RequestRefused):
    """The institution holds all that it may hold at a time: something has to go, or the quota to be raised."""

    code = "institution-quota-full"
    title = N_("The institution's quota is full")

    def __init__(self, resource: Resource, limit: int) -> None:
        super().__init__(_FULL[resource], limit=limit)
        self.resource = resource

    def facts(self) -> dict[str, object]:
        """What it is a quota of, and how much."""
        return {"resource": self.resource} | dict(self.message.values)


class PersonNeeded(RequestRefused):
    """The token is an API client's, and this is a person's own business."""

    code = "person-needed"
    title = N_("Only for persons")

    def __init__(self) -> None:
        super().__init__(N_("The token is that of an API client. Only a person's token is taken here."))


_USED_UP = {
    Resource.REQUESTS: N_(
        "This institution may be asked {limit} times a minute, evenly. Ask again in {seconds} seconds."
    ),
    Resource.EXPORTS: N_(
        "This institution's lists may be taken whole {limit} times an hour. The next hour begins in {seconds} seconds."
    ),
}
_FULL = {
    Resource.STORAGE: N_(
        "The files of this institution may have {limit} megabytes. The national administrator sets how many."
    ),
    Resource.WEBHOOKS: N_(
        "So many endpoints may name this institution: {limit}. The national administrator sets how many."
    ),
}
_OF_ANOTHER_KEY = N_(
    "The token is not signed by the key of this installation ({key_id}, issuer {issuer}): another one made it, or "
    "the key was replaced. Get a new token from whoever runs it; those of demo people stand in credentials.json of "
    "its data folder."
)
_REMEDIES = {
    "bad_signature": _OF_ANOTHER_KEY,
    "unknown_key": _OF_ANOTHER_KEY,
    "replaced_key": _OF_ANOTHER_KEY,
    "revoked": N_("The token was revoked, or the client whose it is."),
    "expired": N_("The token has expired. Get a new one from the issuer {issuer}."),
}


class MethodNotAllowed(RequestRefused):
    """The address exists, but not for this method; the header Allow names those it has."""

    code = "method-not-allowed"
    title = N_("Method not allowed")

    def __init__(self, allowed: str) -> None:
        super().__init__(N_("This address answers: {allowed}."), allowed=allowed)
        self.allowed = allowed


class BodyTooLarge(RequestRefused):
    """The body is larger than this address takes."""

    code = "body-too-large"
    title = N_("The body is too large")

    def __init__(self, limit: int) -> None:
        super().__init__(N_("At most {limit} bytes are accepted here."), limit=limit)


class UnsupportedType(RequestRefused):
    """The body is of a type this address does not take."""

    code = "unsupported-media-type"
    title = N_("Unsupported media type")

    def __init__(self, accepted: str) -> None:
        super().__init__(N_("Accepted here: {accepted}."), accepted=accepted)


class NotYetVisible(Unavailable):
    """The read models have not reached the position that was asked for; ask again."""

    code = "not-yet-visible"
    title = N_("Not visible yet")

    def __init__(self, position: int) -> None:
        super().__init__("")
        self.message = Message(N_("What is shown has not reached position {position} yet."), {"position": position})
        self.to_readers = self.message

    def facts(self) -> dict[str, object]:
        """The position asked for."""
        return dict(self.message.values)


class Overdue(Unavailable):
    """No answer began within the time that a request has. Of a command the outcome is unknown: its key tells."""

    code = "overdue"
    title = N_("No answer in time")

    def __init__(self, seconds: float) -> None:
        super().__init__("")
        self.message = Message(
            N_("No answer began within {seconds} seconds; repeat with the same Idempotency-Key."),
            {"seconds": int(seconds)},
        )
        self.to_readers = Message(N_("No answer began within {seconds} seconds; ask again."), {"seconds": int(seconds)})


class InternalError(PaktError):
    """Something failed that should not have; it is in the log under the request's id."""

    code = "internal"
    title = N_("Internal error")
    retry_after: ClassVar[int] = 1

    def __init__(self) -> None:
        super().__init__(N_("Pakt failed to answer. Repeating with the same Idempotency-Key is safe."))
        self.to_readers = Message(N_("Pakt failed to answer."))


class NotWhatItSays(RequestRefused):
    """The file's bytes are not of the type that its Content-Type names; nothing was stored."""

    code = "file-type-mismatch"
    title = N_("The file is not what it says")

    def __init__(self, declared: str) -> None:
        super().__init__(N_("The bytes are not those of a file of type {declared}."), declared=declared)


class CosignatureRefused(RequestRefused):
    """What was handed in is no cosignature of this log by a witness of this installation; `rule` says what is wrong."""

    code = "cosignature-refused"
    title = N_("The cosignature is not taken")

    def __init__(self, rule: str, template: str, /, **values: Value) -> None:
        super().__init__(template, **values)
        self.rule = rule

    def facts(self) -> dict[str, object]:
        """What was not kept."""
        return {"rule": self.rule}


class EntriesNotPublic(RequestRefused):
    """A log's entries hold sealed personal data and may be longer than an entry bundle takes (65,535 bytes)."""

    code = "entries-not-public"
    title = N_("Entries are not public")

    def __init__(self) -> None:
        super().__init__(
            N_("Everybody may fetch the log's hashes. What its entries say comes in a receipt or in an auditor's kit.")
        )


class RangeNotSatisfiable(RequestRefused):
    """The file has none of the bytes that Range asks for (RFC 9110, 15.5.17); Content-Range says how many it has."""

    code = "range-not-satisfiable"
    title = N_("There are no such bytes")

    def __init__(self, size: int) -> None:
        super().__init__(N_("The file has {size} bytes."), size=size)
        self.size = size


class DumpGone(RequestRefused):
    """The dump of that day was taken away for good; that of the newest day is there."""

    code = "dump-gone"
    title = N_("The dump is gone")


class FormNotOffered(RequestRefused):
    """This installation cannot make files of that form; `reason` says what it lacks."""

    code = "form-not-offered"
    title = N_("The form is not offered")

    def __init__(self, form: str, reason: str) -> None:
        super().__init__(N_("There are no files of the form {form} here: {reason}."), form=form, reason=reason)
