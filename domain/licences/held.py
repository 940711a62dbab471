"""What others' decisions ask of an organisation's licences: whether one is valid for a service, a place and each day.

A fold over the tag `organisation:<id>` of the national log; decisions in other logs read it fresh (`register=`).
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_, Value
from domain.licences import citations
from domain.licences.entry import LicenceEntry
from domain.licences.events import LicenceEntered, LicenceEntryEvent
from domain.licences.vocabulary import LicenceStage, Term
from domain.organisations.merging import OfOrganisation


class HeldLicence(msgspec.Struct, frozen=True, kw_only=True):
    """A licence by which a service may be provided: `entry_id` is its stream in the national log.

    `licence_id` is that of the log of its issuer, `institution`; `origin` is the last event of that log about it, and
    `term` the one that the day lies in for which it was asked.
    """

    entry_id: UUID
    institution: str
    tenant_id: int
    licence_id: UUID
    service: str
    term: Term
    valid_until: date
    origin: str


class NotLicensed(RuleViolated):
    """A day, at a place, on which no licence is valid; `licence` tells which one fails and by which event."""

    def __init__(self, rule: str, template: str, licence: dict[str, Value], /, **values: Value) -> None:
        super().__init__(rule, template, citation=citations.SOCIAL_SERVICES, **values)
        self.licence = licence

    def facts(self) -> dict[str, object]:
        """Rule and citation; the licence's id, its issuer, the event of the issuer's log that ended it, and the day."""
        return super().facts() | {"licence": self.licence}


class Licences(OfOrganisation):
    """Every licence of one organisation, by the id of its entry, in the order in which they were entered."""

    def __init__(self) -> None:
        self.entries: dict[UUID, LicenceEntry] = {}

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of entries; others carry the tag, too."""
        if isinstance(event, LicenceEntered | LicenceEntryEvent):
            self.entries[stream_id] = event.mutate(self.entries.get(stream_id))

    def valid(self, service: str, places: Iterable[str], first_day: date, last_day: date) -> HeldLicence | None:
        """The licence of the last day, where each day of the period has a valid one for each place; else None."""
        held = self.holding(service, places, first_day, last_day)
        return held[-1] if held else None

    def holding(self, service: str, places: Iterable[str], first_day: date, last_day: date) -> tuple[HeldLicence, ...]:
        """The licences on which the period rests, by the last day each is needed; () where any day has none."""
        asked = tuple(places)
        found: dict[UUID, HeldLicence] = {}
        for day in self._days(service, first_day, last_day):
            for place in asked:
                entry = self._valid_on(service, place, day)
                if entry is None:
                    return ()
                found.pop(entry.id, None)
                found[entry.id] = _held(entry, day)
        return tuple(found.values())

    def require(self, service: str, places: Iterable[str], first_day: date, last_day: date) -> HeldLicence:
        """The licence of the last day.

        Raises: NotLicensed for the first day of the period that has no valid licence at one of the places, with the
        event of the issuer's log because of which; InvalidValue for a period without days or places.
        """
        return self.require_all(service, places, first_day, last_day)[-1]

    def require_all(
        self, service: str, places: Iterable[str], first_day: date, last_day: date
    ) -> tuple[HeldLicence, ...]:
        """Every licence on which the period rests.

        Raises: as `require`.
        """
        asked = tuple(places)
        if last_day < first_day:
            raise InvalidValue("", N_("The period ends before it begins."))
        if not asked:
            raise InvalidValue("", N_("No place is named."))
        held = self.holding(service, asked, first_day, last_day)
        if held:
            return held
        raise next(
            self._refusal(service, place, day)
            for day in self._days(service, first_day, last_day)
            for place in asked
            if self._valid_on(service, place, day) is None
        )

    def holds_others(self, entry_ids: Iterable[UUID], service: str, places: Iterable[str], day: date) -> bool:
        """Whether each place has a licence on that day that is none of these: a new one, or one beside them."""
        without = frozenset(entry_ids)
        others = [entry.validity for entry in self._of(service) if entry.id not in without]
        return all(any(one.valid_on(day, place) for one in others) for place in places)

    def require_not_withdrawn(self, entry_ids: Iterable[UUID], day: date) -> None:
        """Whether nothing takes the day out of licences; that their terms are over does not matter here.

        Raises: NotLicensed for a licence that is suspended or revoked on that day.
        """
        for entry_id in entry_ids:
            entry = self.entries.get(entry_id)
            cut = None if entry is None else entry.validity.interruption_on(day)
            if entry is not None and cut is not None:
                rule, template = next((rule, template) for kind, rule, template in _DECIDED if kind is cut.kind)
                told: dict[str, Value] = {"service": entry.service, "day": day.isoformat()}
                raise _not_licensed(rule, template, entry, cut.origin, told)

    def _of(self, service: str) -> list[LicenceEntry]:
        return [entry for entry in self.entries.values() if entry.service == service]

    def _days(self, service: str, first_day: date, last_day: date) -> list[date]:
        """The days of the period on which anything may change, and its first: all others are like the one before."""
        turns = {day for entry in self._of(service) for day in entry.validity.turns() if first_day < day <= last_day}
        return [first_day, *sorted(turns)] if first_day <= last_day else []

    def _valid_on(self, service: str, place: str, day: date) -> LicenceEntry | None:
        """Of several the one that lasts longest."""
        valid = (entry for entry in self._of(service) if entry.validity.valid_on(day, place))
        return max(valid, key=lambda entry: entry.validity.valid_until, default=None)

    def _refusal(self, service: str, place: str, day: date) -> NotLicensed:
        """Why no licence is valid there on that day: what was decided, before what merely ended."""
        told: dict[str, Value] = {"service": service, "place": place, "day": day.isoformat()}
        for kind, rule, template in _DECIDED:
            for entry in self._of(service):
                term = entry.validity.term_on(day) or entry.validity.terms[-1]
                cut = entry.validity.interruption_on(day)
                if cut is not None and cut.kind is kind and place in term.places:
                    return _not_licensed(rule, template, entry, cut.origin, told)
        for entry in self._of(service):
            if entry.validity.valid_until < day and place in entry.validity.terms[-1].places:
                until = entry.validity.valid_until.isoformat()
                return _not_licensed("licence.expired", _EXPIRED, entry, entry.origin, told | {"until": until})
        return NotLicensed(
            "licence.valid",
            N_("The organisation has no licence for {service} that is valid in {place} on {day}."),
            {"day": told["day"]},
            **told,
        )


_DECIDED = (
    (
        LicenceStage.REVOKED,
        "licence.revoked",
        N_("The licence {licence} for {service} by {institution} is revoked: not valid on {day} (event {event})."),
    ),
    (
        LicenceStage.SUSPENDED,
        "licence.suspended",
        N_("The licence {licence} for {service} by {institution} is suspended: not valid on {day} (event {event})."),
    ),
)
_EXPIRED = N_(
    "The licence {licence} for {service} by {institution} ran to {until}: not valid on {day} (event {event})."
)


def _held(entry: LicenceEntry, day: date) -> HeldLicence:
    term = entry.validity.term_on(day)
    if term is None:
        raise TypeError(day)
    return HeldLicence(
        entry_id=entry.id,
        institution=entry.institution,
        tenant_id=entry.tenant_id,
        licence_id=entry.licence_id,
        service=entry.service,
        term=term,
        valid_until=entry.validity.valid_until,
        origin=entry.origin,
    )


def _not_licensed(rule: str, template: str, entry: LicenceEntry, event: str, told: dict[str, Value]) -> NotLicensed:
    licence: dict[str, Value] = {
        "entry_id": str(entry.id),
        "licence_id": str(entry.licence_id),
        "institution": entry.institution,
        "event": event,
        "day": told["day"],
    }
    known = {"licence": str(entry.licence_id), "institution": entry.institution, "event": event}
    return NotLicensed(rule, template, licence, **known, **told)
