"""Commands on nominations: the institution's that asks, and the platforms' that answer."""

from datetime import date
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Email, Line, Prose, Text, Title
from domain.platforms.vocabulary import NominationPurpose, Places


class AskForNominations(Command, frozen=True, kw_only=True):
    """Ask platforms of civil society to name people for something, up to and including a day."""

    purpose: NominationPurpose
    title: Title
    task: Text
    places: Places
    until: date
    concerns: UUID | None = None


class EndNominations(Command, frozen=True, kw_only=True):
    """Take and decide on no more nominations, and say why."""

    reason: Text


class NominatePerson(Command, frozen=True, kw_only=True):
    """Name somebody who agreed to it, for a member organisation or for the platform itself.

    `full_name`, `email` and `statement` are sealed; only the institution that asked reads them.
    """

    call_id: UUID
    full_name: Line
    email: Email | None = None
    statement: Prose | None = None
    organisation_id: UUID | None = None


class AcceptNominee(Command, frozen=True, kw_only=True):
    """Take a nominee, as long as there is room."""

    call_id: UUID


class DeclineNominee(Command, frozen=True, kw_only=True):
    """Do not take a nominee; the platform is told so, and reads the reason."""

    call_id: UUID
    reason: Prose


class WithdrawNomination(Command, frozen=True, kw_only=True):
    """Nominate the person no more."""

    call_id: UUID
