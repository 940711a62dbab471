"""Overrides: an institution's own value of a rule. Every override is a stream; the newest of a rule counts."""

from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.rules.commands import LiftOverride, OverrideRule
from domain.rules.events import OverrideLifted, RuleOverridden
from domain.rules.values import check_value

SHORTENED = "rule_pack.override.decision"


class OverrideState(StrEnum):
    """States of an override."""

    IN_FORCE = "in_force"
    LIFTED = "lifted"


class RuleOverride(Aggregate):
    """One override: of which `rule`, and its `state`."""

    initial = RuleOverridden

    @classmethod
    @creates(OverrideRule)
    def override(cls, command: OverrideRule, ctx: Context, stream_id: UUID) -> Self:
        """Lengthening what protects the public is free; anything else rests on a decision with a number."""
        rule = ctx.rules[command.rule]
        check_value(command.value, rule.unit, "/value")
        if command.value == rule.value:
            raise RuleViolated(
                "rule_pack.override.same", N_("{rule} has this value already."), citation=rule.citation, rule=rule.key
            )
        _demand_decision(rule, command.value, command.decision_no)
        event = RuleOverridden(
            rule.key, command.value, rule.value, rule.pack, command.reason, command.decision_no.strip()
        )
        return cls.begin(ctx, stream_id, event)

    @decides(LiftOverride)
    def lift(self, command: LiftOverride, ctx: Context) -> None:
        """Going back to less than was promised needs a decision as well."""
        if self.state is OverrideState.LIFTED:
            raise IllegalTransition(state=self.state, command=command.name)
        rule = ctx.rules[self.rule]
        if rule.national is not None:
            _demand_decision(rule, rule.national, command.decision_no)
        self.trigger(ctx, OverrideLifted(self.rule, command.reason, command.decision_no.strip()))

    @applies(RuleOverridden)
    def _overridden(self, event: RuleOverridden) -> None:
        self.rule, self.value, self.decision_no = event.rule, event.value, event.decision_no
        self.state = OverrideState.IN_FORCE

    @applies(OverrideLifted)
    def _lifted(self, _event: OverrideLifted) -> None:
        self.state = OverrideState.LIFTED


def _demand_decision(rule: Rule, value: int | str, decision_no: str) -> None:
    if rule.weakened_by(value) and not decision_no.strip():
        raise RuleViolated(
            SHORTENED,
            N_("Setting {rule} to {value} protects the public less than {now} and needs a decision number."),
            citation=rule.citation,
            rule=rule.key,
            value=value,
            now=rule.value,
        )
