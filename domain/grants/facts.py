"""What a call says of itself: what for, for whom, how much, and how it is judged."""

from typing import Annotated

import msgspec

from domain.grants.vocabulary import ApplicantKind, Experts, HardGate, PlanFunding, Purpose, RequiredCertificate
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Contact, PerMillion, WindowDays
from domain.scoring.vocabulary import Aggregation, Criterion, TieRule


class CallFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything but the form. None: not said yet; in an amendment: unchanged.

    `plan` names the lines that pay and what each pays; `budget` is their sum. A grant lies between `award_min` and
    `award_max`. `open_days` count as the rule on the shortest opening does; without them its minimum is taken.
    `target_group` is said in words, and a gate on it makes it binding. `indirect_cost_cap` is the most that an
    applicant may plan for costs that no activity causes, in millionths of the grant. `tie_rules` are asked in order.
    """

    title: Title | None = None
    summary: Text | None = None
    purpose: Purpose | None = None
    plan: PlanFunding | None = None
    budget: Money | None = None
    award_min: Money | None = None
    award_max: Money | None = None
    open_days: WindowDays | None = None
    eligible: Annotated[tuple[ApplicantKind, ...], msgspec.Meta(max_length=4)] | None = None
    target_group: Text | None = None
    criteria: Annotated[tuple[Criterion, ...], msgspec.Meta(max_length=30)] | None = None
    gates: Annotated[tuple[HardGate, ...], msgspec.Meta(max_length=30)] | None = None
    certificates: Annotated[tuple[RequiredCertificate, ...], msgspec.Meta(max_length=2)] | None = None
    indirect_cost_cap: PerMillion | None = None
    co_financing: bool | None = None
    external_experts: Experts | None = None
    aggregation: Aggregation | None = None
    tie_rules: Annotated[tuple[TieRule, ...], msgspec.Meta(max_length=4)] | None = None
    contact: Contact | None = None

    def changed_by(self, changes: "CallFacts") -> "CallFacts":
        """These facts with everything that the changes say."""
        told = {name: value for name in CallFacts.__struct_fields__ if (value := getattr(changes, name)) is not None}
        return msgspec.structs.replace(self, **told)
