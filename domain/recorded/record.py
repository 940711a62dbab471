"""A record of another system in the log: it comes in once, as history, and counts until it is struck."""

from domain.kernel.command import Command, Once
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_


class RecordsOf(Once):
    """Whether an institution has the record of one identifier already, whatever file it came from."""

    def require_none(self, rule: str, identifier: str) -> None:
        """Raises: RuleViolated when it is on record."""
        if self.begun:
            raise RuleViolated(
                rule,
                N_("{identifier} is on record here already; a second time it would be counted twice."),
                identifier=identifier,
            )


def require_counted(command: Command, *, struck: bool) -> None:
    """Raises: IllegalTransition for a record that was taken out."""
    if struck:
        raise IllegalTransition(state="struck", command=command.name)


def require_history(ctx: Context, rule: str) -> None:
    """Raises: RuleViolated when the command does not tell of the past."""
    if not ctx.imported:
        raise RuleViolated(
            rule, N_("What was recorded elsewhere comes in by an import, which says its source and its day.")
        )
