"""The error tree. HTTP knows these classes; none of them knows HTTP.

PaktError(code, title)             facts() -> members of the problem document
├─ CommandRefused                  the domain said no
│  ├─ IllegalTransition            not in this state
│  ├─ RuleViolated                 a rule or law says no: rule id and citation as facts
│  ├─ NotLawful                    the linter found errors: findings as facts
│  ├─ InvalidValue                 a value that cannot be meant: pointer as fact
│  └─ NotPermitted                 the actor's mandates do not allow it
│     ├─ ScopeNeeded               an API client's token or grant lacks the scope: those that would do as facts
│     └─ MandateNotInForce         an auditor's mandate is over, revoked or still to come: its dates as facts
├─ StreamNotFound                  also for another tenant's stream
├─ ConcurrencyConflict             the stream is at another version
├─ RequestKeyReused                same command id, other request
├─ RequestStillRuns                same command id, and the first request has no answer yet
├─ HistoryCorrupt                  unknown type, gap, undecodable payload: never skipped
└─ Unavailable                     try again with the same command id
   ├─ Overloaded                   too much is waiting
   └─ Contended                    others were faster each time it was decided
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.kernel.message import N_, Message, Value


class PaktError(Exception):
    """Root of everything Pakt refuses or fails with. `title` never varies, `message` tells of this case."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = N_("Error")

    def __init__(self, template: str, /, **values: Value) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))

    def facts(self) -> dict[str, object]:
        """Members that a program may read beside the texts; JSON values only."""
        return {}


class CommandRefused(PaktError):
    """The domain said no; nothing was changed."""

    code = "refused"
    title = N_("The command was refused")


class IllegalTransition(CommandRefused):
    """The aggregate's state does not allow the command."""

    code = "illegal-transition"
    title = N_("Not possible in this state")

    def __init__(self, *, state: str, command: str) -> None:
        super().__init__(N_("{command} is not possible in state '{state}'."), state=state, command=command)

    def facts(self) -> dict[str, object]:
        """State the aggregate is in and command that was sent."""
        return {"state": self.message.values["state"], "command": self.message.values["command"]}


class RuleViolated(CommandRefused):
    """A rule of the law, of the rule pack or of the process forbids it."""

    code = "rule-violated"
    title = N_("A rule forbids this")

    def __init__(self, rule: str, template: str, /, *, citation: str = "", **values: Value) -> None:
        super().__init__(template, **values)
        self.rule = rule
        self.citation = citation

    def facts(self) -> dict[str, object]:
        """Id of the rule, and the article it rests on where there is one."""
        facts: dict[str, object] = {"rule": self.rule}
        return facts | {"citation": self.citation} if self.citation else facts


class Finding(msgspec.Struct, frozen=True):
    """What the legality linter found: an `error` blocks, a `warning` does not. `pointer` names the field."""

    code: str
    severity: str
    message: Message
    citation: str
    rule: str = ""
    pointer: str = ""


class NotLawful(CommandRefused):
    """The legality linter found at least one error."""

    code = "not-lawful"
    title = N_("The draft breaks the rules")

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        errors = sum(f.severity == "error" for f in findings)
        super().__init__(N_("The linter found {errors} error(s); each names its article."), errors=errors)
        self.findings = findings

    def facts(self) -> dict[str, object]:
        """The findings, errors and warnings; the gateway says their messages in the reader's language."""
        return {"findings": self.findings}


class InvalidValue(CommandRefused):
    """A value of the command cannot be meant; `pointer` is a JSON Pointer into the request body."""

    code = "invalid-value"
    title = N_("A value is not valid")

    def __init__(self, pointer: str, template: str, /, **values: Value) -> None:
        super().__init__(template, **values)
        self.pointer = pointer

    def facts(self) -> dict[str, object]:
        """Where the value stands."""
        return {"errors": [{"pointer": self.pointer, "message": self.message}]}


class NotPermitted(CommandRefused):
    """No mandate of the actor in this tenant allows the command now."""

    code = "not-permitted"
    title = N_("Not permitted")

    def __init__(self, command: str, roles: tuple[str, ...]) -> None:
        super().__init__(
            N_("{command} needs a mandate with one of these roles: {roles}."), command=command, roles=", ".join(roles)
        )
        self.roles = roles

    def facts(self) -> dict[str, object]:
        """Roles of which one would do."""
        return {"roles": list(self.roles)}


class ScopeNeeded(NotPermitted):
    """An API client has not, by its token and its grant together, the scope that names this (RFC 6750, section 3.1)."""

    code = "insufficient-scope"
    title = N_("The scope is missing")

    def __init__(self, command: str, scopes: tuple[str, ...], *, granted: bool) -> None:
        told = _NOT_IN_TOKEN if granted else _NOT_GRANTED
        super(NotPermitted, self).__init__(told, command=command, scopes=" ".join(scopes))
        self.scopes, self.roles = scopes, ()

    def facts(self) -> dict[str, object]:
        """Scopes of which one would do."""
        return {"scopes": list(self.scopes)}


_NOT_IN_TOKEN = N_("{command} needs a token with one of these scopes: {scopes}. The client may ask for one.")
_NOT_GRANTED = N_("{command} needs a grant with one of these scopes: {scopes}. The client has no such grant.")


class MandateNotInForce(NotPermitted):
    """The auditor's mandate does not hold today: `state` is not_yet, expired or revoked; its days are told."""

    code = "mandate-not-in-force"
    title = N_("The mandate is not in force")

    def __init__(
        self,
        roles: tuple[str, ...],
        *,
        mandate_id: UUID,
        basis: str,
        valid_from: date,
        valid_to: date | None,
        state: str,
    ) -> None:
        self.mandate: dict[str, Value] = {
            "mandate_id": str(mandate_id),
            "basis": basis,
            "valid_from": valid_from.isoformat(),
            "valid_to": None if valid_to is None else valid_to.isoformat(),
            "state": state,
        }
        told = self.mandate | {"valid_to": self.mandate["valid_to"] or "–"}
        super(NotPermitted, self).__init__(_NOT_IN_FORCE[state], **told)
        self.roles = roles

    def facts(self) -> dict[str, object]:
        """Roles of which one would do, and the mandate with its days."""
        return super().facts() | {"mandate": self.mandate}


_NOT_IN_FORCE = {
    "not_yet": N_("The auditor's mandate {mandate_id} ({basis}) begins on {valid_from} and ends on {valid_to}."),
    "expired": N_("The auditor's mandate {mandate_id} ({basis}) began on {valid_from} and ended on {valid_to}."),
    "revoked": N_("The auditor's mandate {mandate_id} ({basis}), from {valid_from} to {valid_to}, was revoked."),
}


class StreamNotFound(PaktError):
    """No such thing in this tenant; said in the same words when it belongs to another tenant."""

    code = "not-found"
    title = N_("Not found")

    def __init__(self) -> None:
        super().__init__(N_("There is nothing here under this address."))


class ConcurrencyConflict(PaktError):
    """Somebody else changed the stream first; read it again."""

    code = "version-conflict"
    title = N_("Changed by somebody else")

    def __init__(self, stream_id: UUID, expected: int | None = None, actual: int | None = None) -> None:
        super().__init__(N_("The state you saw is no longer the newest; read it again and decide anew."))
        self.stream_id, self.expected, self.actual = stream_id, expected, actual

    def facts(self) -> dict[str, object]:
        """Version that was expected and version found, where known."""
        return {k: v for k, v in (("expected", self.expected), ("actual", self.actual)) if v is not None}


class RequestKeyReused(PaktError):
    """The command id was used before for another request."""

    code = "idempotency-key-reused"
    title = N_("Idempotency-Key was used for another request")

    def __init__(self) -> None:
        super().__init__(N_("Take a new key for a new request; the same key repeats the same request."))


class RequestStillRuns(PaktError):
    """A request with the same command id is being carried out and has no answer yet; repeat it for that answer."""

    code = "request-still-running"
    title = N_("The first request still runs")
    retry_after: ClassVar[int] = 1

    def __init__(self) -> None:
        super().__init__(
            N_("A request with this Idempotency-Key is still being carried out; repeat it later for its answer.")
        )


class HistoryCorrupt(PaktError):
    """The log holds what no rule of this version understands; work on it stops rather than skip it."""

    code = "history-corrupt"
    title = N_("The history cannot be read")


class Unavailable(PaktError):
    """A part cannot be reached, or the outcome is unknown: repeat with the same command id."""

    code = "unavailable"
    title = N_("Temporarily unavailable")
    retry_after: ClassVar[int] = 1

    def __init__(self, part: str) -> None:
        super().__init__(N_("{part} cannot be reached; repeat with the same Idempotency-Key."), part=part)
        self.to_readers = Message(N_("{part} cannot be reached; ask again."), {"part": part})
        """The message for a question, which has no command id."""


class Overloaded(Unavailable):
    """More is waiting than will be served in time; nothing was stored."""

    code = "overloaded"
    title = N_("Too much is waiting")


class Contended(Unavailable):
    """Whatever was decided, others had stored what changed its grounds by then; nothing was stored."""

    code = "contended"
    title = N_("Too many at once")

    def __init__(self) -> None:
        super().__init__("")
        self.message = Message(
            N_("Others changed each time what this rests on; repeat with the same Idempotency-Key."), {}
        )
        self.to_readers = Message(N_("Others changed each time what this rests on; ask again."), {})
