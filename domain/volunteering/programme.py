"""A programme of volunteering: what an institution certifies, adopted by a decision and retired by one."""

from typing import Self
from uuid import UUID

from msgspec.structs import fields

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.languages import require_said
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.commands.programme import AdoptProgramme, RetireProgramme
from domain.volunteering.events.programme import ProgrammeAdopted, ProgrammeRetired
from domain.volunteering.programme_facts import ProgrammeFacts


class VolunteerProgramme(Aggregate):
    """adopted, then retired."""

    initial = ProgrammeAdopted
    REFERENCED = True

    @classmethod
    @creates(AdoptProgramme)
    def adopt(cls, command: AdoptProgramme, ctx: Context, stream_id: UUID) -> Self:
        """In every language that the institution owes: a certificate says it in all of them."""
        ctx.tenant.require_active()
        for said, pointer in ((command.title, "/title"), (command.criteria, "/criteria")):
            require_said(said, pointer, ctx, "volunteer.languages")
        require_once(command.skills, "/skills")
        facts = ProgrammeFacts(**{one.name: getattr(command, one.name) for one in fields(ProgrammeFacts)})
        return cls.begin(ctx, stream_id, ProgrammeAdopted(facts=facts, decision_no=command.decision_no))

    @decides(RetireProgramme)
    def retire(self, command: RetireProgramme, ctx: Context) -> None:
        """Once; its certificates stay what they are."""
        if self.retired:
            raise IllegalTransition(state="retired", command=command.name)
        self.trigger(ctx, ProgrammeRetired(decision_no=command.decision_no))

    @applies(ProgrammeAdopted)
    def _adopted(self, event: ProgrammeAdopted) -> None:
        self.facts: ProgrammeFacts = event.facts
        self.retired = False

    @applies(ProgrammeRetired)
    def _retired(self, _event: ProgrammeRetired) -> None:
        self.retired = True

    def require_open(self) -> None:
        """Raises: RuleViolated when nothing is certified by it any more."""
        if self.retired:
            raise RuleViolated(
                "volunteer.programme.open",
                N_("The programme is retired: no certificate is issued by it any more."),
                citation=citations.VOLUNTARY_WORK,
            )
