"""Certificates of one volunteer in any order of totals, corrections, issues and ends: nothing counts twice or unproved."""

from collections import deque
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.volunteering.certificate import CertificateStage, VolunteerCertificate
from domain.volunteering.certificate_policies import POLICIES
from domain.volunteering.certified import CertifiedHours
from domain.volunteering.commands import certificate as c
from domain.volunteering.events import certificate as e
from domain.volunteering.hours_parts import ledger_id
from tests.domain.volunteering import certifying as x
from tests.domain.volunteering.examples import CLOCK
from tests.support.given import told
from tests.support.world import MACHINE, World

AGREEMENTS = (x.KITCHEN, x.LIBRARY, derived_id("test", "third agreement"))


class CertificateMachine(RuleBasedStateMachine):
    """Drives the ledgers' totals by hand and certificates by command; what follows comes in order, some time, maybe twice."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.waiting, self.numbers = World(), deque[Reaction](), 0
        self.current: dict[UUID, tuple[int, str]] = {}

    def certificates(self) -> dict[UUID, VolunteerCertificate]:
        held = self.world.aggregates.items()
        return {stream: one for stream, one in held if isinstance(one, VolunteerCertificate)}

    def counting(self) -> dict[UUID, VolunteerCertificate]:
        return {at: one for at, one in self.certificates().items() if one.stage is CertificateStage.ISSUED}

    def tell(self, agreement: UUID, event: Event) -> None:
        """Into a ledger's log."""
        self.numbers += 1
        self.world.log.append((ledger_id(agreement), event.stamp(ledger_id(agreement), self.numbers, self.world.now)))

    @rule(agreement=st.sampled_from(AGREEMENTS), minutes=st.integers(1, 3_000))
    def state_total(self, agreement: UUID, minutes: int) -> None:
        self.numbers += 1
        digest = f"{self.numbers:064x}"
        self.current[agreement] = (minutes, digest)
        self.tell(agreement, x.totalled(agreement, minutes, digest))

    @rule(agreement=st.sampled_from(AGREEMENTS), confirmed=st.booleans())
    def correct(self, agreement: UUID, confirmed: bool) -> None:
        if confirmed:
            self.current.pop(agreement, None)
        self.tell(agreement, x.corrected(agreement, confirmed=confirmed))

    @rule(named=st.sets(st.sampled_from(AGREEMENTS), min_size=1))
    def issue(self, named: set[UUID]) -> None:
        self.numbers += 1
        stream, agreements = derived_id("machine", "certificate", self.numbers), tuple(sorted(named))
        command = c.IssueVolunteerCertificate(
            person_id=x.PERSON, holder=x.NAME, programme_id=x.PROGRAMME, agreement_ids=agreements
        )
        known = x.facts(boundary=self.world.folded(CertifiedHours, stream, command))
        events = self.world.send(command, stream, VolunteerCertificate, **known)
        if events:
            made, held = events
            assert isinstance(made, e.CertificateIssued)
            assert made.minutes == sum(self.current[one][0] for one in agreements)
            assert sorted(made.totals) == sorted(self.current[one][1] for one in agreements)
            self.waiting += POLICIES[e.CertificateHeld](told(held, stream))
        elif all(one in self.current for one in agreements):
            shared = [one for one in self.counting().values() if named & set(one.agreement_ids)]
            assert shared or sum(self.current[one][0] for one in agreements) < x.FACTS.min_minutes

    @precondition(lambda self: self.counting())
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        stream = data.draw(st.sampled_from(sorted(self.counting())))
        command = c.RevokeVolunteerCertificate(decision_no="1/2026", ground=c.RevocationGround.ISSUED_IN_ERROR)
        assert self.world.send(command, stream, VolunteerCertificate)

    @precondition(lambda self: self.waiting)
    @rule(twice=st.booleans())
    def follow(self, twice: bool) -> None:
        reaction = self.waiting.popleft()
        for _ in range(1 + twice):
            self.world.send(reaction.command, reaction.stream_id, VolunteerCertificate, mandate=CLOCK)

    @invariant()
    def nothing_counts_twice(self) -> None:
        superseded = {one.stream_id for one in self.waiting}
        counting = [one for at, one in self.counting().items() if at not in superseded]
        named = [agreement for one in counting for agreement in one.agreement_ids]
        assert len(named) == len(set(named))


TestCertificates = CertificateMachine.TestCase
TestCertificates.settings = MACHINE
