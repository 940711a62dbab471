"""What others' decisions ask of an organisation: whether it is in good standing, and what it can show on a day.

A fold over the tag `organisation:<id>` of the national log; decisions in other logs read it fresh (`register=`).
What was merged into another entry is that one from then on: it leads to the other's tag, and the other one answers.
"""

from datetime import date, datetime
from uuid import UUID

from domain.kernel.deadline import local_day
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Title
from domain.organisations import citations
from domain.organisations.events import OrganisationClaimed, OrganisationEvent
from domain.organisations.merging import OfOrganisation
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Certificate, CertificateKind, Identifier, Officer, Stage


class Standing(OfOrganisation):
    """One organisation as the register knows it, under all entries that were merged.

    Days are Kosovo's. Asked about an earlier day, it answers by the stage in which the organisation stood at its end.
    """

    def __init__(self) -> None:
        self._entries: dict[UUID, Organisation] = {}

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of organisations' own streams; others carry the tag, too."""
        if isinstance(event, OrganisationClaimed | OrganisationEvent):
            self._entries[stream_id] = event.mutate(self._entries.get(stream_id))

    @property
    def organisation(self) -> Organisation | None:
        """The entry that goes on; None where there is none of that id."""
        return next((one for one in self._entries.values() if one.merged_into not in self._entries), None)

    @property
    def entries(self) -> frozenset[UUID]:
        """Every entry that is this organisation, or was."""
        return frozenset(self._entries) | frozenset(self.absorbed)

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

    def offices_of(self, person_id: UUID) -> tuple[tuple[UUID, datetime], ...]:
        """Each office and mandate the person holds or held: the entry's id, and when the register came to hold it."""
        known = sorted(
            (since, entry_id)
            for entry in self._entries.values()
            for entry_id, whose, since in entry.ties()
            if whose == person_id
        )
        return tuple({entry_id: (entry_id, since) for since, entry_id in reversed(known)}.values())

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

    def require_own_entry(self, organisation_id: UUID) -> None:
        """Raises: RuleViolated for an entry that was merged: what is new is begun under the one that goes on."""
        entry = self._entries.get(organisation_id)
        if entry is not None and entry.merged_into is not None:
            raise _merged(entry.merged_into)

    def require_in_good_standing(self, at: date, organisation_id: UUID | None = None) -> None:
        """Raises: RuleViolated unless at the end of that day it was verified, and not suspended or removed.

        Of a named entry that was merged after that day its own stage counts, and else that of the one that goes on.
        """
        match self._stage_on(at, organisation_id):
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
                raise _merged(self.merged_into)
            case _:
                raise RuleViolated(
                    "organisation.verified",
                    N_("Only an organisation of the register, verified by proof, may be a beneficiary."),
                    citation=citations.PUBLIC_FINANCING,
                )

    def require_uninvolved(self, person_id: UUID, rule: str, citation: str) -> None:
        """Nobody decides about an organisation that is their own.

        Raises: RuleViolated, by the deciding domain's own name of the rule, for whoever is `involved`.
        """
        if person_id in self.involved:
            raise RuleViolated(
                rule,
                N_("Whoever holds or held an office of the organisation, or acts for it, decides nothing about it."),
                citation=citation,
            )

    def _stage_on(self, day: date, organisation_id: UUID | None) -> Stage | None:
        entry = self.organisation if organisation_id is None else self._entries.get(organisation_id)
        stage: Stage | None = None
        while entry is not None:
            stood = [stage for at, stage in entry.stood if local_day(at) <= day]
            stage = stood[-1] if stood else None
            entry = self._entries.get(entry.merged_into) if stage is Stage.MERGED and entry.merged_into else None
        return stage

    def _known(self) -> Organisation:
        if self.organisation is None:
            raise RuleViolated(
                "organisation.known",
                N_("The register has no such organisation."),
                citation=citations.PUBLIC_FINANCING,
            )
        return self.organisation


def _merged(into: UUID | None) -> RuleViolated:
    return RuleViolated(
        "organisation.merged",
        N_("The organisation was merged into another one: {into}."),
        citation=citations.NGO_LAW,
        into=str(into),
    )
