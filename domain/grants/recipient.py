"""Who a recorded recipient is: the organisation of the national register that holds its identifier, never a guess."""

from domain.grants.commands.recorded_grant import RecordGrant, ResolveRecipient
from domain.kernel.command import Command
from domain.recorded.holders import NamedHolders


class RecipientHolders(NamedHolders):
    """Which organisation of the national register has the identifier of the only recipient that a command names."""

    @classmethod
    def named(cls, command: Command) -> str:
        """The identifier of the only recipient; '' where there are several, for then none of them is the one."""
        match command:
            case RecordGrant():
                return command.facts.recipients[0].identifier if len(command.facts.recipients) == 1 else ""
            case ResolveRecipient():
                return command.identifier
            case _:
                raise TypeError(command)
