"""One example of every event of an agreement, all fields filled."""

from datetime import date

from msgspec.structs import replace

from domain.grants.events import agreement as e
from domain.kernel.event import Event
from tests.domain.grants import agreements as g
from tests.domain.grants import commissions as k
from tests.domain.grants.applications import ORGANISATION
from tests.domain.grants.stories import CALL, FILE, REASON, euro

EXAMPLES: tuple[Event, ...] = (
    g.AGREED,
    replace(g.SIGNED, signed_by=k.ONE),
    g.SCHEDULED[1],
    g.AMENDED,
    e.AgreementSuspended(reason=REASON),
    e.AgreementResumed(reason=REASON),
    e.AgreementTerminated(
        call_id=CALL,
        organisation_id=ORGANISATION,
        decision_no="12/2026",
        reason=REASON,
        unpaid=euro(150_000),
        reports=2,
        ended_by=k.ONE,
    ),
    e.AgreementCompleted(call_id=CALL, organisation_id=ORGANISATION, paid=euro(450_000), unpaid=euro(0)),
    g.REQUESTED,
    e.InstalmentChecked(number=1, note=REASON, checked_by=k.ONE),
    g.PAID,
    e.InstalmentWithheld(number=2, amount=euro(150_000), reason=REASON),
    e.ReportSubmitted(
        number=1,
        organisation_id=ORGANISATION,
        narrative="U mbajtën dy koncerte.",
        late=True,
        was_overdue=True,
        expenses=(g.EXPENSE,),
        files=(FILE,),
        submitted_by=k.ONE,
    ),
    e.ReportReturned(number=1, reason=REASON, due_at=g.INTERIM_DUE),
    g.accepted(),
    g.OVERDUE,
    e.ReportWaived(number=1, organisation_id=ORGANISATION, decision_no="15/2026", reason=REASON),
    e.RecoveryOrdered(decision_no="14/2026", amount=euro(100_000), reason=REASON),
    e.RecoveryReceived(amount=euro(60_000), received_on=date(2026, 10, 12), reference="TRX-9"),
)
