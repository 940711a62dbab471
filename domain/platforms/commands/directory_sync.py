"""Commands by which a file of a platform's directory is put on record, and what became of it."""

from domain.kernel.command import Command
from domain.kernel.vocabulary import Count, Sha256
from domain.platforms.vocabulary import LineOutcome, MemberNumber, RefusedLine


class BeginDirectorySync(Command, frozen=True, kw_only=True):
    """Put on record that a file came in."""

    digest: Sha256
    lines: Count
    complete: bool


class FinishDirectorySync(Command, frozen=True, kw_only=True):
    """Put on record what became of every line."""

    outcomes: tuple[LineOutcome, ...]
    refused: tuple[RefusedLine, ...]
    delisted: tuple[MemberNumber, ...]
    held_back: bool
