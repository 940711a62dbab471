"""Commands on volunteers; all of them in the national log. `person_id` is whom they are about."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import END, Email, Line, Slug
from domain.volunteering.vocabulary import Availability, Gender, Languages, Purpose, Skills

Phone = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=rf"^[0-9+ ()/-]*{END}")]
Consents = Annotated[tuple[Purpose, ...], msgspec.Meta(max_length=len(Purpose))]


class RegisterVolunteer(Command, frozen=True, kw_only=True):
    """Become a volunteer. Name, addresses and birth date are sealed under one's own key.

    `gender` is taken with consent to statistics only. `municipality` is the slug of where one lives.
    """

    person_id: UUID
    full_name: Line
    email: Email
    phone: Phone | None = None
    birth_date: date
    municipality: Slug
    gender: Gender | None = None
    skills: Skills = ()
    languages: Languages = ()
    availability: Availability = Availability()
    consents: Consents = ()


class ReviseVolunteer(Command, frozen=True, kw_only=True):
    """Say anew what has changed; None leaves it. Saying the birth date again brings the age up to date."""

    full_name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    birth_date: date | None = None
    municipality: Slug | None = None
    skills: Skills | None = None
    languages: Languages | None = None
    availability: Availability | None = None


class GiveConsent(Command, frozen=True, kw_only=True):
    """Consent to a purpose; with that to statistics `gender` may be said."""

    purpose: Purpose
    gender: Gender | None = None


class WithdrawConsent(Command, frozen=True, kw_only=True):
    """Take a consent back."""

    purpose: Purpose


class RenewCalendar(Command, frozen=True, kw_only=True):
    """Get another secret address for one's calendar; the one before answers no more."""


class RecordGuardian(Command, frozen=True, kw_only=True):
    """Record who is responsible for a minor, as the proof showed; the name is sealed under the guardian's own key."""

    guardian_id: UUID
    full_name: Line
    proof: Annotated[Line, msgspec.Meta(description="Which document showed it, by its kind: names are not taken")]


class ForgetVolunteer(Command, frozen=True, kw_only=True):
    """Say that the person was erased; sent by the clock."""


class EndGuardian(Command, frozen=True, kw_only=True):
    """Say that somebody is not responsible any more."""

    guardian_id: UUID
