"""Commands on programmes of volunteering."""

from domain.kernel.command import Command
from domain.kernel.vocabulary import DecisionNo
from domain.volunteering.programme_facts import ProgrammeFacts


class AdoptProgramme(ProgrammeFacts, Command, frozen=True, kw_only=True):
    """Decide what the institution certifies: what was done, for at least how long."""

    decision_no: DecisionNo


class RetireProgramme(Command, frozen=True, kw_only=True):
    """Decide that nothing more is certified by the programme; what was stays."""

    decision_no: DecisionNo
