"""The register of needs for services: what was found to be needed, and what was decided to be bought."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import need as e
from domain.contracts.facts import NeededUnits
from domain.contracts.vocabulary import NeedStage
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class ServiceNeedFacts(msgspec.Struct, frozen=True):
    """A need as everybody may see it from its approval on. `budget` is what was approved for all its calls."""

    tenant_id: int
    need_id: UUID
    state: str
    version: int
    year: int
    service: str
    places: tuple[str, ...]
    title: Title
    description: Text
    beneficiaries: int
    lines: tuple[NeededUnits, ...]
    estimate: Money
    budget_code: str
    assessed_at: datetime
    changed_at: datetime
    approved_at: datetime | None = None
    decision_no: str = ""
    budget: Money | None = None
    reason: Text | None = None


class ServiceNeedRow(ServiceNeedFacts, frozen=True):
    """A stored row: `searched` is what a search looks through, `public` from the approval on."""

    searched: str = ""
    public: bool = False


Row = ServiceNeedRow


class ServiceNeedRegister(ReadModel[ServiceNeedRow]):
    """Folds needs."""

    name = "service_need_register"
    table = "service_need_register"
    row = ServiceNeedRow
    key = ("need_id",)
    kept = True

    @folds(e.NeedAssessed, begins=True)
    def assessed(self, _row: None, event: Stored, told: e.NeedAssessed) -> Row:
        """A new need."""
        facts = told.facts
        return Row(
            tenant_id=event.tenant_id,
            need_id=event.stream_id,
            state=NeedStage.ASSESSED,
            version=event.version,
            year=facts.year,
            service=facts.service,
            places=facts.places,
            title=facts.title,
            description=facts.description,
            beneficiaries=facts.beneficiaries,
            lines=facts.lines,
            estimate=facts.estimate,
            budget_code=facts.budget_code,
            assessed_at=event.occurred_at,
            changed_at=event.occurred_at,
            searched=searchable(facts.title, facts.description, facts.service),
        )

    @folds(e.NeedApproved)
    def approved(self, row: Row, event: Stored, told: e.NeedApproved) -> Row:
        """To be bought, for everybody to see."""
        return replace(
            row,
            state=NeedStage.APPROVED,
            public=True,
            approved_at=event.occurred_at,
            decision_no=told.decision_no,
            budget=told.budget,
        )

    @folds(e.NeedWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.NeedWithdrawn) -> Row:
        """Not bought."""
        return replace(row, state=NeedStage.WITHDRAWN, reason=told.reason)
