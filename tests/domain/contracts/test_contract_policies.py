"""What contracts tell the call, the ledger and the licences, and what licences tell contracts."""

from datetime import date

from msgspec.structs import replace

from domain.contracts.commands.call import RecordServiceContract
from domain.contracts.commands.contract import NoteLicence
from domain.contracts.events import contract as e
from domain.contracts.policies.contract import POLICIES
from domain.funding_claims import commands as c
from domain.funding_claims.events import claim_id
from domain.kernel.deadline import last_day
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Reaction
from domain.licences.commands import RelyOnLicence
from domain.licences.events import LicenceEntryChanged, LicenceReliedOn
from domain.licences.vocabulary import LicenceStage, Reliance
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.examples import contract as examples
from tests.domain.contracts.service_contracts import CONTRACT, ENTRY, ORGANISATION, REASON, euro
from tests.support.given import MUNICIPALITY, NATIONAL, told

CLAIM = claim_id(MUNICIPALITY.tenant_id, CONTRACT)
HERE = Reliance(tenant_id=MUNICIPALITY.tenant_id, stream_id=CONTRACT)


def follows(event: Event) -> list[Reaction]:
    """What an event of the contract leads to."""
    return list(POLICIES[type(event)](told(event, CONTRACT, tenant=MUNICIPALITY)))


def test_a_signature_is_told_to_call_licence_and_ledger() -> None:
    assert follows(s.SIGNED) == [
        Reaction(s.CALL, RecordServiceContract(contract_id=CONTRACT)),
        Reaction(ENTRY, RelyOnLicence(reliance=HERE), NATIONAL_TENANT),
        Reaction(
            CLAIM,
            c.ConfirmClaim(organisation_id=ORGANISATION, contract_id=CONTRACT, amount=euro(360_000)),
            NATIONAL_TENANT,
        ),
    ]


def test_the_ledger_learns_of_overdue_deliveries_and_of_the_end() -> None:
    (flag,) = follows(s.OVERDUE)
    (came,) = follows(s.reported(late=True, was_overdue=True))
    waived = e.DeliveryWaived(
        number=1, organisation_id=ORGANISATION, decision_no="30/2026", reason=REASON, was_overdue=True
    )
    (gone,) = follows(waived)
    assert isinstance(flag.command, c.FlagOverdueReport)
    assert flag.command.due_on == last_day(s.PERIODS[0].due_at)
    assert came.command == gone.command == c.ClearOverdueReport(report_id=flag.command.report_id)
    assert {one.stream_id for one in (flag, came, gone)} == {CLAIM}
    assert follows(s.reported()) == []
    assert follows(replace(waived, was_overdue=False)) == []
    whole = examples.EXAMPLES[-1]
    assert isinstance(whole, e.ContractAccepted)
    assert follows(whole) == [Reaction(CLAIM, c.CloseClaim(unpaid=whole.unpaid), NATIONAL_TENANT)]


def test_news_of_a_licence_goes_to_every_contract_that_relies_on_it() -> None:
    elsewhere = Reliance(tenant_id=40, stream_id=s.NEED)
    changed = LicenceEntryChanged(
        organisation_id=ORGANISATION,
        status=LicenceStage.SUSPENDED,
        since=date(2026, 8, 4),
        event_id=derived_id("test", "licence suspended"),
        origin="12:1:77",
        relied_on_by=(HERE, elsewhere),
    )
    note = NoteLicence(entry_id=ENTRY, status=LicenceStage.SUSPENDED, since=date(2026, 8, 4), origin="12:1:77")
    assert list(POLICIES[LicenceEntryChanged](told(changed, ENTRY, tenant=NATIONAL))) == [
        Reaction(CONTRACT, note, MUNICIPALITY.tenant_id),
        Reaction(s.NEED, note, 40),
    ]
    relied = LicenceReliedOn(
        organisation_id=ORGANISATION,
        reliance=HERE,
        status=LicenceStage.SUSPENDED,
        since=date(2026, 8, 4),
        origin="12:1:77",
    )
    assert list(POLICIES[LicenceReliedOn](told(relied, ENTRY, tenant=NATIONAL))) == [
        Reaction(CONTRACT, note, MUNICIPALITY.tenant_id)
    ]
