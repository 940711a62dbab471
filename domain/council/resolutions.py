"""What the Council resolved, for whoever must rest on it in another log.

A decision that needs a resolution asks with `register=(Resolutions,)`; its command says which by `resolution_id`. The
same resolution is read as often as it is named: whoever may act on it once remembers that they did.
"""

from uuid import UUID

from domain.council import citations
from domain.council.events.meeting import ResolutionAdopted, resolution_tag
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.errors import Finding, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_


class Resolutions(Boundary):
    """The resolution that a command names, if it names one and the Council adopted it."""

    def __init__(self) -> None:
        self.adopted: ResolutionAdopted | None = None

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundary of the resolution; of none where the command names none."""
        del stream_id
        named: UUID | None = getattr(command, "resolution_id")  # noqa: B009 - of whichever command names one
        return () if named is None else (resolution_tag(named),)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Its adoption; what refers to it carries the tag, too."""
        del stream_id
        if isinstance(event, ResolutionAdopted):
            self.adopted = event

    def require_adopted(self) -> ResolutionAdopted:
        """The resolution, whatever it is about. Raises: RuleViolated when none was adopted."""
        if self.adopted is None:
            raise RuleViolated(
                "council.resolution",
                N_("This needs a resolution that the Council adopted."),
                citation=citations.COUNCIL,
            )
        return self.adopted

    def require(self, kind: ResolutionKind, tenant: str, stream_id: UUID, part: str | None = None) -> ResolutionAdopted:
        """The resolution that decides this about that stream of the institution's log.

        Raises: RuleViolated when none was adopted, or the one that is named is about something else.
        """
        adopted = self.require_adopted()
        wanted = ResolutionSubject(kind=kind, tenant=tenant, stream_id=stream_id, part=part)
        if adopted.subject != wanted:
            raise RuleViolated(
                "council.resolution",
                N_("Resolution {number} is about something else."),
                citation=citations.COUNCIL,
                number=adopted.number,
            )
        return adopted

    def require_unless_history(
        self, ctx: Context, kind: ResolutionKind, stream_id: UUID, part: str | None = None
    ) -> tuple[Finding, ...]:
        """As `require`, in the log at hand; told of the past, a resolution that nobody knows is a finding instead.

        Raises: RuleViolated.
        """
        if self.adopted is None and ctx.imported:
            return (
                finding(
                    "resolution-unknown",
                    N_("No resolution of the Council on it is known."),
                    citation=citations.COUNCIL,
                    rule="council.resolution",
                    pointer="/resolution_id",
                    severity=WARNING,
                ),
            )
        self.require(kind, ctx.tenant.slug, stream_id, part)
        return ()
