"""Whom a record names: the organisation of the national register that holds the identifier, never a guess by name."""

from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.organisations.events import identifier_tags
from domain.organisations.identifiers import IdentifierHolders
from domain.organisations.vocabulary import Identifier, Scheme

_OF_NO_LIST = "identifier:"
"""A tag that no event has: the identifier is of a list that the register does not keep."""


class NamedHolders(IdentifierHolders):
    """Which organisation of the national register has the one identifier that a command names."""

    @classmethod
    def named(cls, command: Command) -> str:
        """The identifier as the command writes it; '' where it names none or several, for then none is the one."""
        raise NotImplementedError

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundary of that identifier in the national log."""
        return (cls.tag(stream_id, command),)

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of that identifier in the national log."""
        del stream_id
        found = listed_identifier(cls.named(command))
        return identifier_tags((found,))[0] if found else _OF_NO_LIST

    def holding(self, identifier: str) -> UUID | None:
        """The verified organisation that has it; None where none has, and where its list is not the register's."""
        found = listed_identifier(identifier)
        return self.holder(found) if found else None


def listed_identifier(identifier: str) -> Identifier | None:
    """An identifier `<scheme>-<number>` of a list that the national register keeps."""
    for scheme in Scheme:
        number = identifier.removeprefix(f"{scheme}-")
        if number != identifier:
            try:
                return msgspec.convert({"scheme": scheme, "value": number}, Identifier)
            except msgspec.ValidationError:
                return None
    return None
