"""The register of providers: for whom people volunteer, verified by whom decided, and until when they are insured."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Contact
from domain.volunteering.events import provider as e
from domain.volunteering.vocabulary import Insurance, ProviderStage
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class ProviderDecision(msgspec.Struct, frozen=True):
    """What was decided: `made` it verified, refused, suspended or reinstated."""

    made: str
    decision_no: str
    at: datetime
    reason: Text | None = None


class ProviderFacts(msgspec.Struct, frozen=True):
    """What everybody may know of a provider. `state` is applied, refused, verified, active or suspended.

    `organisation_id` is None where the institution itself provides; `insured_until` is the last day of its policies.
    """

    tenant_id: int
    provider_id: UUID
    organisation_id: UUID | None
    title: Title
    summary: Text
    municipality: str
    contact: Contact
    state: str
    version: int
    applied_at: datetime
    changed_at: datetime
    verified_at: datetime | None = None
    insured_until: date | None = None
    insurances: tuple[Insurance, ...] = ()
    charter: Text | None = None
    decisions: tuple[ProviderDecision, ...] = ()


class VolunteerProviderRow(ProviderFacts, frozen=True):
    """A provider as the institution sees it; `public` once it was verified."""

    searched: str = ""
    public: bool = False


Row = VolunteerProviderRow


class VolunteerProviderRegister(ReadModel[VolunteerProviderRow]):
    """Folds the providers of an institution."""

    name = "volunteer_provider_register"
    table = "volunteer_provider_register"
    row = VolunteerProviderRow
    key = ("provider_id",)

    @folds(e.ProviderApplied, begins=True)
    def applied(self, _row: None, event: Stored, told: e.ProviderApplied) -> Row:
        """Asked for; nobody's business yet but the institution's and the provider's."""
        return Row(
            tenant_id=event.tenant_id,
            provider_id=event.stream_id,
            organisation_id=told.organisation_id,
            title=told.title,
            summary=told.summary,
            municipality=told.municipality,
            contact=told.contact,
            state=ProviderStage.APPLIED.value,
            version=event.version,
            applied_at=event.occurred_at,
            changed_at=event.occurred_at,
            searched=searchable(told.title, told.summary, told.municipality),
        )

    @folds(e.ProviderVerified)
    def verified(self, row: Row, event: Stored, told: e.ProviderVerified) -> Row:
        """People may volunteer there, for everybody to see."""
        known = replace(row, state=ProviderStage.VERIFIED.value, verified_at=event.occurred_at, public=True)
        return _decided(known, "verified", event, told.decision_no)

    @folds(e.ProviderRefused)
    def refused(self, row: Row, event: Stored, told: e.ProviderRefused) -> Row:
        """Nobody volunteers there."""
        over = replace(row, state=ProviderStage.REFUSED.value)
        return _decided(over, "refused", event, told.decision_no, told.reason)

    @folds(e.ProviderActivated)
    def activated(self, row: Row, _event: Stored, told: e.ProviderActivated) -> Row:
        """It began."""
        return _insured(replace(row, state=ProviderStage.ACTIVE.value, charter=told.charter), told.insurance)

    @folds(e.InsuranceRenewed)
    def insured(self, row: Row, _event: Stored, told: e.InsuranceRenewed) -> Row:
        """One policy more."""
        return _insured(row, told.insurance)

    @folds(e.ProviderSuspended)
    def suspended(self, row: Row, event: Stored, told: e.ProviderSuspended) -> Row:
        """Nothing new begins there."""
        cut = replace(row, state=ProviderStage.SUSPENDED.value)
        return _decided(cut, "suspended", event, told.decision_no, told.reason)

    @folds(e.ProviderReinstated)
    def reinstated(self, row: Row, event: Stored, told: e.ProviderReinstated) -> Row:
        """It goes on."""
        again = replace(row, state=ProviderStage.ACTIVE.value)
        return _decided(again, "reinstated", event, told.decision_no, told.reason)


def _insured(row: Row, insurance: Insurance) -> Row:
    until = max(insurance.valid_until, row.insured_until or insurance.valid_until)
    return replace(row, insured_until=until, insurances=(*row.insurances, insurance))


def _decided(row: Row, made: str, event: Stored, decision_no: str, reason: Text | None = None) -> Row:
    decision = ProviderDecision(made, decision_no, event.occurred_at, reason)
    return replace(row, decisions=(*row.decisions, decision))
