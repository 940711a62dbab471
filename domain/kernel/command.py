"""Commands: imperative, frozen, payload only. The stream they aim at is named beside them, not in them."""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar
from uuid import UUID

import msgspec


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all commands; its fields are what a caller sends as the request body.

    `name` is the command's own name, so no field may be called that.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)  # type: ignore[arg-type]
        cls.name = cls.__name__


def by_name(commands: Iterable[type[Command]]) -> dict[str, type[Command]]:
    """Every command by its name, as a stored deadline says which is due; TypeError where two share a name."""
    named: dict[str, type[Command]] = {}
    for command in commands:
        if named.setdefault(command.name, command) is not command:
            msg = f"{command.name} names two commands: of {named[command.name].__module__} and {command.__module__}"
            raise TypeError(msg)
    return named


class Boundary:
    """A fold over every event that carries one tag: facts a decision needs that no single stream holds.

    The append is conditioned on the tag, so a decision can only rest on a complete fold. A fold that needs several tags
    names them all by `tags`; it gets each event once.
    """

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The tag whose events are folded for this command."""
        raise NotImplementedError

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """All tags whose events are folded for this command; most folds need one."""
        return (cls.tag(stream_id, command),)

    @classmethod
    def tags_of_actor(cls, actor: UUID) -> tuple[str, ...]:
        """Further tags whose events are folded because of who sends the command; most folds ask for none."""
        del actor
        return ()

    @classmethod
    def leads_to(cls, event: object) -> tuple[str, ...]:
        """Further tags whose events are folded, too, because an event of a tag says so; most folds know of none."""
        del event
        return ()

    @classmethod
    def register_tags(cls, stream_id: UUID, command: Command, boundary: "Boundary | None") -> tuple[str, ...]:
        """All tags of the national log that it folds as a register; `boundary` is the decision's own, folded before.

        Whom a decision is about may stand in its own log and not in the command.
        """
        del boundary
        return cls.tags(stream_id, command)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Take one event of the tags into the fold, in order of position."""
        raise NotImplementedError


class Once(Boundary):
    """Whether something has begun already of which there may be one: what each event of the tag begins."""

    def __init__(self) -> None:
        self.begun = False

    def apply(self, stream_id: UUID, event: object) -> None:  # noqa: ARG002 - whatever it is, it has begun
        """It has."""
        self.begun = True


ReferenceId = Callable[[Command], UUID | None]
References = Mapping[str, tuple[type, ReferenceId]]
"""Name -> (aggregate class, how the command names its stream; None when it names none)."""
Register = tuple[type[Boundary], ...]
"""Folds of the national log that a decision rests on, in whatever log it is taken; each over all of their tags.

Where the national log decides for itself the append is conditioned on them, as on a boundary. Elsewhere no append
can prove it (`infra/adr/0016`): the folds are read anew for each decision, and how far is kept in the metadata.
"""
