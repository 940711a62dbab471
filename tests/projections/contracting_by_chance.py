"""Random but plausible lives of a bought service, from need to final acceptance; the same seed tells the same ones."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as c
from domain.contracts.events import need as n
from domain.contracts.facts import BidContent, CallFacts, NeededUnits, NeedFacts
from domain.contracts.vocabulary import (
    BidStage,
    CriterionKind,
    DirectAward,
    ListedProvider,
    PricedLine,
    ProcurementMode,
    RankedBid,
    ServiceCriterion,
    ServiceLine,
    ServiceUnit,
    UnitPrice,
)
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from domain.organisations.vocabulary import Identifier, Scheme
from tests.projections.contracts_by_chance import BEGAN, FIRST, REASON, ContractByChance, deadline
from tests.projections.interleaved import Interleaved, Turn

CONTACT = Contact(office="Zyra e prokurimit", email="prokurimi@example.org", phone="+383 38 000 000")


class LifeByChance:
    """One life: what is needed, asked for, bid, awarded, agreed, delivered and paid, and what may go wrong on the way."""

    def __init__(self, seed: int, number: int = 0) -> None:
        self.random = random.Random(f"{seed}:{number}")
        self.key = f"{seed}:{number}"
        self.need, self.call = self.new_id("need"), self.new_id("call")
        self.lines: tuple[ServiceLine, ...] = ()
        self.facts = CallFacts()
        self.at = BEGAN

    def new_id(self, kind: str) -> UUID:
        return derived_id("chance", kind, self.key)

    def turns(self) -> Iterator[Turn]:
        """What happens, command by command."""
        self._plan(self.random.choice(list(ProcurementMode)))
        approved = yield from self._need()
        if approved:
            yield from self._call()

    def contract(self) -> Iterator[Turn]:
        """What becomes of its contract alone, as if the call were another's."""
        self._plan(ProcurementMode.OPEN)
        turns = ContractByChance(self, self._organisation(1)).turns()
        return (turn for turn in turns if turn[0] != self.call)

    def _plan(self, mode: ProcurementMode) -> None:
        units = self.random.sample(list(ServiceUnit), self.random.randint(1, 3))
        self.lines = tuple(self._line(n, unit) for n, unit in enumerate(units))
        self.facts = self._facts(mode)

    def _may(self, chance: float) -> bool:
        return self.random.random() < chance

    def _line(self, number: int, unit: ServiceUnit) -> ServiceLine:
        ceiling = Money(self.random.randint(100, 9_000)) if self._may(0.5) else None
        words = title(sq=f"Shërbimi {number}", sr=f"Usluga {number}")
        return ServiceLine(
            code=f"line_{number}", title=words, unit=unit, quantity=self.random.randint(1, 5_000), ceiling=ceiling
        )

    def _need(self) -> Iterator[Turn]:
        facts = NeedFacts(
            title=title(sq="Qendra ditore", sr="Dnevni centar"),
            description=text(sq="Nevojitet qendra.", sr="Centar je potreban."),
            service="day_care",
            places=("prizren",),
            year=2026,
            beneficiaries=self.random.randint(5, 90),
            lines=tuple(
                NeededUnits(code=one.code, title=one.title, unit=one.unit, quantity=one.quantity) for one in self.lines
            ),
            estimate=Money(self.random.randint(100, 10**9)),
            budget_code="13000",
        )
        yield self.need, (n.NeedAssessed(facts=facts),)
        if self._may(0.05):
            yield self.need, (n.NeedWithdrawn(reason=REASON),)
            return False
        yield self.need, (n.NeedApproved(decision_no="1/2026", budget=facts.estimate),)
        if self._may(0.05):
            yield self.need, (n.NeedWithdrawn(reason=REASON),)
        return True

    def _call(self) -> Iterator[Turn]:
        yield self.call, (c.CallPlanned(facts=self.facts),)
        closes_at = BEGAN + timedelta(days=30)
        yield (
            self.call,
            (c.CallPublished(facts=self.facts, closes_at=closes_at, languages=("sq", "sr"), need_id=self.need),),
        )
        for number in range(self.random.randint(0, 2)):
            asked = derived_id("clarification", self.key, number)
            yield self.call, (c.ClarificationIssued(clarification_id=asked, question=REASON, answer=REASON),)
        if self._may(0.2):
            moved = deadline(closes_at + timedelta(days=1))
            yield self.call, (c.CallDeadlineMoved(previous=deadline(closes_at), deadline=moved),)
        if self._may(0.1):
            yield self.call, (c.CallCancelled(need_id=self.need, reason=REASON),)
            return
        opened = yield from self._bids()
        if not opened:
            yield self.call, (c.CallUnsuccessful(need_id=self.need, reason=REASON),)
        elif self.facts.makes_list:
            listed = tuple(ListedProvider(organisation_id=one, bid_id=self._bid(one)) for one in opened)
            yield self.call, (c.QualifiedListPublished(providers=listed, valid_until=date(2028, 12, 31)),)
        else:
            yield from self._award(opened)

    def _facts(self, mode: ProcurementMode) -> CallFacts:
        price = ServiceCriterion(
            code="price", title=title(sq="Çmimi", sr="Cena"), weight=1_000_000, max_points=100, kind=CriterionKind.PRICE
        )
        quality = replace(price, code="quality", title=title(sq="Cilësia"), weight=375_500, kind=CriterionKind.QUALITY)
        scored = (replace(price, weight=624_500), quality) if self._may(0.7) else (price,)
        listed = mode is ProcurementMode.QUALIFIED_LIST and self._may(0.5)
        justified = DirectAward(organisation_id=self._organisation(0), decision_no="2/2026", justification=REASON)
        call = LanguageFile(language="sq", file=self._file("call"))
        return CallFacts(
            title=title(sq="Thirrje për qendër ditore", sr="Poziv za dnevni centar", en="Call for a day centre"),
            summary=text(sq="Një qendër\nditore.", sr="Jedan centar."),
            need_id=self.need,
            mode=mode,
            service="day_care",
            places=("prizren",),
            first_day=FIRST,
            last_day=date(2026, 12, 31),
            lines=self.lines,
            budget=Money(self.random.randint(10**6, 10**9)),
            criteria=scored,
            documents=(call,) if self._may(0.5) else None,
            contact=CONTACT if self._may(0.8) else None,
            list_id=derived_id("list", self.key) if listed else None,
            direct=justified if mode is ProcurementMode.DIRECT else None,
        )

    def _bids(self) -> Iterator[Turn]:
        direct = self.facts.mode is ProcurementMode.DIRECT
        bidders = [self._organisation(m) for m in range(1 if direct else self.random.randint(0, 4))]
        for number, one in enumerate(bidders):
            yield self._bid(one), (self._sealed(number, one),)
            if self._may(0.2):
                sealed = self._sealed(number, one)
                told = {name: getattr(sealed, name) for name in b.BidResealed.__struct_fields__}
                yield self._bid(one), (b.BidResealed(**told | {"revision": 2}),)
            if self._may(0.1):
                yield self._bid(one), (b.BidWithdrawn(call_id=self.call, organisation_id=one, before=BidStage.SEALED),)
                bidders[number] = None  # type: ignore[call-overload]
        closes_at = BEGAN + timedelta(days=30)
        yield self.call, (c.CallClosed(closes_at=closes_at, opening=deadline(closes_at + timedelta(days=3))),)
        if self._may(0.1):
            ends = closes_at + timedelta(days=3)
            yield (
                self.call,
                (c.CallDeadlineMoved(previous=deadline(ends), deadline=deadline(ends + timedelta(days=1))),),
            )
        opened = []
        for one in filter(None, bidders):
            own: dict[str, Any] = {"call_id": self.call, "organisation_id": one}
            if self._may(0.1):
                yield self._bid(one), (b.BidDisregarded(**own),)
                continue
            prices = tuple(UnitPrice(code=line.code, price=self.random.randint(1, 9_000)) for line in self.lines)
            content = BidContent(prices=prices, statement="Ofertë")
            total = content.total(self.lines, "EUR")
            yield self._bid(one), (b.BidOpened(**own, content=content, salt="0" * 32, total=total),)
            opened.append(one)
        yield self.call, (c.QualificationBegun(bids=len(opened)),)
        return opened

    def _award(self, opened: list[UUID]) -> Iterator[Turn]:
        yield self.call, (c.EvaluationBegun(qualified=len(opened)),)
        proposed: list[UUID] = []
        for number in range(1, 4):
            one = self.random.choice(opened)
            yield self.call, (self._proposed(number, one, again=one in proposed),)
            proposed.append(one)
            if self._may(0.2):
                aside = c.AwardSetAside(
                    complaint_id=self.new_id("complaint"), bid_id=self._bid(one), organisation_id=one
                )
                yield self.call, (aside,)
                continue
            if self._may(0.1):
                yield self.call, (c.CallCancelled(need_id=self.need, reason=REASON, organisation_id=one),)
                return
            yield self.call, (self._confirmed(one),)
            if self._may(0.2):
                yield self.call, (c.AwardLapsed(organisation_id=one, bid_id=self._bid(one), reason=REASON),)
                continue
            yield from ContractByChance(self, one).turns()
            return
        yield self.call, (c.CallUnsuccessful(need_id=self.need, reason=REASON),)

    def priced(self) -> tuple[PricedLine, ...]:
        """The lines with prices of units."""
        return tuple(
            PricedLine(
                code=one.code,
                title=one.title,
                unit=one.unit,
                quantity=one.quantity,
                unit_price=Money(self.random.randint(1, 9_000)),
            )
            for one in self.lines
        )

    def _proposed(self, number: int, one: UUID, *, again: bool) -> c.AwardProposed:
        lines = self.priced()
        total = Money(sum(line.amount.amount for line in lines))
        ranked = RankedBid(self._bid(one), one, 1, 900_000, 300_000, total, acceptable=True)
        return c.AwardProposed(
            number=number,
            evaluation_id=self.new_id("evaluation"),
            ranking=(ranked,),
            bid_id=self._bid(one),
            organisation_id=one,
            contract_id=c.contract_id(self.call, one),
            lines=lines,
            total=total,
            standstill=deadline(BEGAN + timedelta(days=50 + number)),
            complaints_until=deadline(BEGAN + timedelta(days=50 + number)),
            title=self.facts.title,
            summary=self.facts.summary,
            first_day=FIRST,
            last_day=date(2026, 12, 31),
            again=again,
        )

    def _confirmed(self, one: UUID) -> c.AwardConfirmed:
        lines = self.priced()
        return c.AwardConfirmed(
            need_id=self.need,
            bid_id=self._bid(one),
            organisation_id=one,
            contract_id=c.contract_id(self.call, one),
            decision_no="3/2026",
            lines=lines,
            total=Money(sum(line.amount.amount for line in lines)),
            licence_entry_id=self.new_id("licence"),
            licence_origin="3:1:7",
        )

    def _organisation(self, number: int) -> UUID:
        return derived_id("organisation", self.key, number)

    def identifiers(self, number: int) -> tuple[Identifier, ...]:
        ngo, fiscal = Identifier(Scheme.NGO, f"51{number:05d}-1"), Identifier(Scheme.FISCAL, f"6000000{number:02d}")
        return ((), (ngo,), (ngo, fiscal))[number % 3]

    def _bid(self, one: UUID) -> UUID:
        return b.bid_id(self.call, one)

    def _sealed(self, number: int, one: UUID) -> b.BidSealed:
        return b.BidSealed(
            call_id=self.call,
            organisation_id=one,
            commitment=self.random.randbytes(32).hex(),
            received_at=BEGAN + timedelta(days=29),
            receipt=f"RECEIPT-{one}",
            revision=1,
            organisation_name=title(sq=f"Shoqata {number}", sr=f"Udruženje {number}"),
            municipality="prizren",
            identifiers=self.identifiers(number),
            language="sq",
        )

    def _file(self, name: str) -> File:
        digest = derived_id("file", self.key, name).hex * 2
        return File(sha256=digest, media_type=MediaType.PDF, size=10, file_name=f"{name}.pdf")


class ServiceContractsByChance(Interleaved):
    """Contracts on services."""

    kind = "service contract"
    at_once = 3

    def begun(self) -> Iterator[Turn]:
        self.number += 1
        return LifeByChance(self.seed, self.number).contract()
