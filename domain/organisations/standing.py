"""What others' decisions ask of an organisation: whether it is in good standing, and what it can show on a day.

A fold over the tag `organisation:<id>` of the national log; decisions in other logs read it fresh (`register=`).
"""

from datetime import date
from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.deadline import local_day
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Title
from domain.organisations import citations
from domain.organisations.events import OrganisationClaimed, OrganisationEvent, organisation_tag
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Certificate, CertificateKind, Identifier, Officer, Stage


class Standing(Boundary):
    """One organisation as the register knows it; `organisation` is None where there is none of that id.

    Days are Kosovo's. Asked about an earlier day, it answers by the stage in which the organisation stood at its end.
    """

    def __init__(self) -> None:
        self.organisation: Organisation | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the organisation that the command names by `organisation_id`."""
        del stream_id
        named: UUID = getattr(command, "organisation_id")  # noqa: B009 - commands of other domains
        return organisation_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of the organisation's own stream; others carry the tag, too."""
        del stream_id
        if isinstance(event, OrganisationClaimed | OrganisationEvent):
            self.organisation = event.mutate(self.organisation)

    @property
    def name(self) -> Title:
        """Its legal name by language."""
        return self._known().legal_name

    @property
    def municipality(self) -> str:
        """Slug of its seat."""
        return self._known().municipality

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """Those that were proved, of entries that were merged into it, too."""
        return self._known().identifiers

    @property
    def stage(self) -> Stage | None:
        """In which stage it stands now."""
        return None if self.organisation is None else self.organisation.stage

    @property
    def merged_into(self) -> UUID | None:
        """The organisation under which everything is found that stood here."""
        return None if self.organisation is None else self.organisation.merged_into

    @property
    def absorbed(self) -> tuple[UUID, ...]:
        """Entries that were merged into it, directly or by way of another."""
        return () if self.organisation is None else self.organisation.absorbed

    @property
    def officers(self) -> tuple[Officer, ...]:
        """Everybody who holds or held an office, by id."""
        return () if self.organisation is None else tuple(self.organisation.officers.values())

    @property
    def involved(self) -> frozenset[UUID]:
        """Everybody who holds or held an office, and whoever acts for it now, by id."""
        acting = () if self.organisation is None else self.organisation.representatives.values()
        return frozenset(one.person_id for one in (*self.officers, *acting))

    def officers_on(self, day: date) -> frozenset[UUID]:
        """The persons who held an office on that day."""
        return frozenset(one.person_id for one in self.officers if one.serves_on(day))

    def public_benefit_on(self, day: date) -> bool:
        """Whether it had public-benefit status on that day."""
        statuses = () if self.organisation is None else self.organisation.public_benefit.values()
        return any(one.holds_on(day) for one in statuses)

    def certificates(self, kind: CertificateKind) -> tuple[Certificate, ...]:
        """Every certificate of a kind that it showed."""
        held = () if self.organisation is None else self.organisation.certificates.values()
        return tuple(one for one in held if one.kind is kind)

    def valid_certificate(self, kind: CertificateKind, on: date) -> bool:
        """Whether it has a certificate of that kind which is valid on that day."""
        return any(one.valid_on(on) for one in self.certificates(kind))

    def require_certificate(self, kind: CertificateKind, on: date) -> None:
        """Raises: RuleViolated when no certificate of that kind is valid on that day."""
        if self.valid_certificate(kind, on):
            return
        ended = max((one.valid_until for one in self.certificates(kind) if one.valid_until), default=None)
        raise RuleViolated(
            "organisation.certificate",
            N_("No {kind} certificate of the organisation is valid on {day}; the last one runs to {ended}."),
            citation=citations.PUBLIC_FINANCING,
            kind=kind,
            day=on.isoformat(),
            ended="–" if ended is None else ended.isoformat(),
        )

    def require_in_good_standing(self, at: date) -> None:
        """Raises: RuleViolated unless at the end of that day it was verified, and not suspended, removed or merged."""
        match self._stage_on(at):
            case Stage.VERIFIED:
                return
            case Stage.SUSPENDED:
                raise RuleViolated(
                    "organisation.suspended",
                    N_("The organisation is suspended: no award and no payment until it is reinstated."),
                    citation=citations.NGO_LAW,
                )
            case Stage.REMOVED:
                raise RuleViolated(
                    "organisation.removed",
                    N_("The organisation was removed from the register."),
                    citation=citations.NGO_LAW,
                )
            case Stage.MERGED:
                raise RuleViolated(
                    "organisation.merged",
                    N_("The organisation was merged into another one: {into}."),
                    citation=citations.NGO_LAW,
                    into=str(self.merged_into),
                )
            case _:
                raise RuleViolated(
                    "organisation.verified",
                    N_("Only an organisation of the register, verified by proof, may be a beneficiary."),
                    citation=citations.PUBLIC_FINANCING,
                )

    def require_uninvolved(self, person_id: UUID, rule: str, citation: str) -> None:
        """Nobody decides about money for an organisation that is their own.

        Raises: RuleViolated, by the deciding domain's own name of the rule, for whoever is `involved`.
        """
        if person_id in self.involved:
            raise RuleViolated(
                rule,
                N_(
                    "Whoever holds or held an office of the organisation, or acts for it, "
                    "decides nothing about its money."
                ),
                citation=citation,
            )

    def _stage_on(self, day: date) -> Stage | None:
        if self.organisation is None:
            return None
        stood = [stage for at, stage in self.organisation.stood if local_day(at) <= day]
        return stood[-1] if stood else None

    def _known(self) -> Organisation:
        if self.organisation is None:
            raise RuleViolated(
                "organisation.known",
                N_("The register has no such organisation."),
                citation=citations.PUBLIC_FINANCING,
            )
        return self.organisation
