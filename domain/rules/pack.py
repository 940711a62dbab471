"""Rule packs: drafted, revised, published with a day from which they bind, superseded."""

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.rules.commands import DraftRulePack, PublishRulePack, ReviseRulePack, SupersedeRulePack
from domain.rules.events import RulePackDrafted, RulePackPublished, RulePackRevised, RulePackSuperseded
from domain.rules.values import RuleEntry, check_names, check_value


class PackState(StrEnum):
    """States of a rule pack."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


def national_only(ctx: Context) -> None:
    """Raises: RuleViolated when the log is not the national tenant's."""
    if ctx.tenant.kind != "national":
        raise RuleViolated("tenant.national", N_("Only the national tenant decides this for everybody."))


def _successor(command: Command) -> UUID | None:
    return command.successor if isinstance(command, SupersedeRulePack) else None


class RulePack(Aggregate):
    """One version of the rules. `rules` by key; `effective_from` once published."""

    initial = RulePackDrafted
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A pack's name is its address, so no name is drafted twice."""
        return derived_id("rule_pack", tenant_id, command.pack) if isinstance(command, DraftRulePack) else None

    @classmethod
    @creates(DraftRulePack)
    def draft(cls, command: DraftRulePack, ctx: Context, stream_id: UUID) -> Self:
        """Anything a reader of the law could later look up is checked: values fit their units, names are complete."""
        national_only(ctx)
        check_names(command.title, "/title")
        check_rules(command.rules)
        return cls.begin(ctx, stream_id, RulePackDrafted(command.pack, command.title, command.rules))

    @decides(ReviseRulePack)
    def revise(self, command: ReviseRulePack, ctx: Context) -> None:
        """Nothing to say when nothing changes."""
        self._must_be(PackState.DRAFT, command)
        check_rules(command.rules)
        changed = tuple(entry for entry in command.rules if self.rules.get(entry.key) != entry)
        removed = tuple(key for key in dict.fromkeys(command.removed) if key in self.rules)
        if len(removed) == len(self.rules) and not changed:
            raise InvalidValue("/removed", N_("A rule pack needs at least one rule."))
        if changed or removed:
            self.trigger(ctx, RulePackRevised(changed, removed))

    @decides(PublishRulePack)
    def publish(self, command: PublishRulePack, ctx: Context) -> None:
        """A pack that reaches back changes what was asked of people in the past: that needs a reason."""
        self._must_be(PackState.DRAFT, command)
        if command.effective_from < local_day(ctx.now) and not command.reason:
            raise RuleViolated(
                "rule_pack.retroactive",
                N_("A rule pack that binds from {day}, which lies back, needs a reason."),
                day=command.effective_from.isoformat(),
            )
        self.trigger(ctx, RulePackPublished(command.effective_from, command.decision_no, command.reason or ""))

    @decides(SupersedeRulePack, references={"successor": (Aggregate, _successor)})
    def supersede(self, command: SupersedeRulePack, ctx: Context) -> None:
        """The successor is published and does not begin earlier."""
        self._must_be(PackState.PUBLISHED, command)
        successor = ctx.reference("successor", RulePack)
        if successor.effective_from is None or self.effective_from is None:
            raise RuleViolated("rule_pack.successor", N_("The successor is not published."))
        if successor.id == self.id or successor.effective_from < self.effective_from:
            raise RuleViolated("rule_pack.successor", N_("The successor does not begin after this rule pack."))
        self.trigger(ctx, RulePackSuperseded(command.successor))

    @applies(RulePackDrafted)
    def _drafted(self, event: RulePackDrafted) -> None:
        self.pack, self.state = event.pack, PackState.DRAFT
        self.effective_from: date | None = None
        self.rules = {entry.key: entry for entry in event.rules}

    @applies(RulePackRevised)
    def _revised(self, event: RulePackRevised) -> None:
        kept = {key: entry for key, entry in self.rules.items() if key not in event.removed}
        self.rules = kept | {entry.key: entry for entry in event.rules}

    @applies(RulePackPublished)
    def _published(self, event: RulePackPublished) -> None:
        self.state, self.effective_from = PackState.PUBLISHED, event.effective_from

    @applies(RulePackSuperseded)
    def _superseded(self, _event: RulePackSuperseded) -> None:
        self.state = PackState.SUPERSEDED

    def _must_be(self, state: PackState, command: Command) -> None:
        if self.state != state:
            raise IllegalTransition(state=self.state, command=command.name)


def check_rules(rules: tuple[RuleEntry, ...]) -> None:
    """Raises: InvalidValue where a value does not fit its unit, a name is incomplete, or a rule is named twice."""
    keys: set[str] = set()
    for n, entry in enumerate(rules):
        check_value(entry.value, entry.unit, f"/rules/{n}/value")
        check_names(entry.name, f"/rules/{n}/name")
        if entry.key in keys:
            raise InvalidValue(f"/rules/{n}/key", N_("The rule {rule} is named twice."), rule=entry.key)
        keys.add(entry.key)
