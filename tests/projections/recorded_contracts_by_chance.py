"""Random but plausible contracts recorded elsewhere; the same seed tells the same ones."""

import random
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from domain.contracts.events import recorded_contract as e
from domain.contracts.recorded_facts import Amount, amount_of
from domain.kernel.ids import derived_id
from tests.domain.contracts.examples import recorded_contract as x
from tests.projections.interleaved import Turn


class RecordedContractsByChance:
    """What one institution takes over from a register, and what it corrects or strikes later."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.told = 0
        self.contracts: list[UUID] = []

    def next(self) -> Turn:
        """A new contract, or what else the source tells of one that counts."""
        self.told += 1
        if len(self.contracts) < 2 or self.random.random() < 0.3:
            stream = derived_id("chance", "recorded contract", self.seed, self.told)
            self.contracts.append(stream)
            given = x.facts(contract_id=str(stream), price=self._amount() if self.random.random() < 0.9 else None)
            return stream, (e.ContractRecorded(facts=given),)
        stream = self.random.choice(self.contracts)
        match self.random.randrange(6):
            case 0:
                return stream, (e.AnnexRecorded(annex=replace(x.ANNEX, number=self.told, price=self._amount())),)
            case 1:
                return stream, (replace(x.CORRECTED, price=self._amount()),)
            case 2 if len(self.contracts) > 2:
                self.contracts.remove(stream)
                return stream, (e.RecordedContractStruck(reason=x.REASON),)
            case 3:
                return stream, (e.SupplierResolved(organisation_id=x.ORGANISATION),)
            case _:
                paid = replace(x.PAYMENT, number=self.told, amount=self._amount())
                return stream, (e.PaymentRecorded(payment=paid),)

    def _amount(self) -> Amount:
        return amount_of(Decimal(self.random.randrange(1, 10**9)).scaleb(-self.random.randrange(5)), "EUR")
