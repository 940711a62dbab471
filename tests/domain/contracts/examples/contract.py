"""One example of every event of a contract, all fields filled."""

from datetime import date

from msgspec.structs import replace

from domain.contracts.events import contract as e
from domain.kernel.event import Event
from domain.licences.vocabulary import LicenceStage
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.service_contracts import ENTRY, FILE, ORGANISATION, REASON, euro

MORE = (replace(s.VISITS, quantity=131), s.HOURS)

EXAMPLES: tuple[Event, ...] = (
    s.DRAFTED,
    s.SIGNED,
    s.ACTIVATED,
    s.SCHEDULED[0],
    e.AmendmentProposed(
        number=1,
        lines=MORE,
        last_day=s.LAST_DAY,
        deliveries=s.PERIODS,
        value=euro(397_200),
        change=103_334,
        reason=REASON,
        proposed_by=s.ACTOR,
    ),
    e.AmendmentRejected(number=1, reason=REASON),
    e.ContractAmended(
        number=2,
        organisation_id=ORGANISATION,
        lines=MORE,
        last_day=s.LAST_DAY,
        deliveries=s.PERIODS,
        value=euro(397_200),
        previous_value=euro(360_000),
        change=103_334,
        reason=REASON,
        entry_ids=(ENTRY,),
        decision_no="33/2026",
    ),
    s.reported(late=True, was_overdue=True, files=(FILE,)),
    replace(s.INSPECTED, files=(FILE,)),
    e.DeliveryReturned(number=1, reason=REASON, due_at=s.PERIODS[0].due_at),
    s.PENALTY,
    s.accepted(),
    s.paid(),
    s.OVERDUE,
    e.DeliveryWaived(number=3, organisation_id=ORGANISATION, decision_no="30/2026", reason=REASON, was_overdue=True),
    e.LicenceNoted(entry_id=ENTRY, status=LicenceStage.SUSPENDED, since=date(2026, 8, 4), origin="12:1:77"),
    e.ContractTerminated(
        organisation_id=ORGANISATION,
        decision_no="31/2026",
        reason=REASON,
        last_day=date(2026, 8, 31),
        dropped=(3,),
    ),
    e.ContractCompleted(organisation_id=ORGANISATION, paid=s.WORTH),
    e.ContractAccepted(
        organisation_id=ORGANISATION,
        paid=s.WORTH,
        unpaid=euro(360_000) - s.WORTH,
        decision_no="40/2026",
        note=REASON,
    ),
)
