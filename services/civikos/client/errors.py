"""What can go wrong between a program and Pakt.

ClientError
├─ Refused            the request was answered with a problem (RFC 9457); nothing changed
├─ NoToken            the authorization server gave no token (RFC 6749 section 5.2)
├─ Unreachable        no answer of use came in all tries; the request may have been carried out: repeat it with its key
├─ NotAnEvent         something that should be a CloudEvent is none
├─ WebhookRefused     a webhook that nobody should act on
│  └─ Replayed        the very same message came before
├─ EventsMissing      between two events of a log something was left out
└─ NotProved          what a log or a checkpoint says of itself does not hold
"""

from services.civikos.client.problem import Problem


class ClientError(Exception):
    """Whatever this client raises."""


class Refused(ClientError):
    """An answer with a problem document; `problem` says what was wrong and, where a rule refused, which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.type}: {problem.detail or problem.title}")
        self.problem = problem


class NoToken(ClientError):
    """No access token; `code` is the error code of RFC 6749, such as `invalid_client`."""

    def __init__(self, code: str, described: str = "") -> None:
        super().__init__(f"{code}: {described}" if described else code)
        self.code = code


class Unreachable(ClientError):
    """No answer of use, after all tries."""


class NotAnEvent(ClientError):
    """Not what CloudEvents 1.0 calls an event."""


class WebhookRefused(ClientError):
    """A webhook that is unsigned, altered, too old or dated ahead."""


class Replayed(WebhookRefused):
    """The same message with the same time was taken before."""


class EventsMissing(ClientError):
    """Events were left out: those of `tenant` in `epoch` after position `after` up to `upto`."""

    def __init__(self, tenant: str, epoch: int, after: int, upto: int) -> None:
        super().__init__(f"{tenant}, epoch {epoch}: what stands after position {after} up to {upto} was not told")
        self.tenant, self.epoch, self.after, self.upto = tenant, epoch, after, upto


class NotProved(ClientError):
    """A signature, a hash or a proof that does not hold."""
