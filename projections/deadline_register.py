"""Every deadline with its proof: what is due when, by which rule, and how the day was counted."""

from typing import Any

from domain.kernel.event import Event
from projections.consultation_deadlines import ConsultationDeadlines
from projections.council_deadlines import CouncilDeadlines
from projections.council_election_deadlines import CouncilElectionDeadlines
from projections.deadline_rows import DeadlineRow
from projections.funding_plan_deadlines import FundingPlanDeadlines
from projections.grant_agreement_deadlines import GrantAgreementDeadlines
from projections.grant_awarding_deadlines import GrantAwardingDeadlines
from projections.grant_call_deadlines import GrantCallDeadlines
from projections.licence_deadlines import LicenceDeadlines
from projections.measure_deadlines import MeasureDeadlines
from projections.memorandum_deadlines import MemorandumDeadlines
from projections.monitoring_report_deadlines import MonitoringReportDeadlines
from projections.read_model import Handler, Key, ReadModel, Stored
from projections.service_call_deadlines import ServiceCallDeadlines
from projections.service_contract_deadlines import ServiceContractDeadlines
from projections.volunteer_agreement_deadlines import VolunteerAgreementDeadlines

Row = DeadlineRow


class DeadlineRegister(
    ConsultationDeadlines,
    FundingPlanDeadlines,
    GrantCallDeadlines,
    GrantAwardingDeadlines,
    GrantAgreementDeadlines,
    LicenceDeadlines,
    ServiceContractDeadlines,
    ServiceCallDeadlines,
    VolunteerAgreementDeadlines,
    CouncilElectionDeadlines,
    CouncilDeadlines,
    MemorandumDeadlines,
    MonitoringReportDeadlines,
    MeasureDeadlines,
    ReadModel[DeadlineRow],
):
    """The deadlines of all domains; each has a module of its own that says what sets, moves and settles them."""

    name = "deadline_register"
    table = "deadline_register"
    row = DeadlineRow
    key = ("deadline_id",)
    version = 11
    kept = True

    def apply(self, handler: Handler, key: Key, row: Row | None, event: Stored, told: Event) -> Row | None:
        """The row after the event; a new one belongs under its own key only, also of several that an event sets."""
        changed: Any = super().apply(handler, key, row, event, told)
        if isinstance(changed, tuple):
            changed = next((one for one in changed if one.deadline_id == key[0]), None)
        return None if changed is None or changed.deadline_id != key[0] else changed
