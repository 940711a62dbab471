"""A proposed rule pack: read from a file of the shipped form, and what would bind an institution under it."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.rules import Rules
from domain.rules.commands import DraftRulePack
from domain.rules.pack import check_rules


class OwnValue(Protocol):
    """An institution's override of a rule."""

    @property
    def value(self) -> int | str:
        """The value."""
        ...

    @property
    def decision_no(self) -> str:
        """The decision it rests on; '' where the public loses nothing."""
        ...


def read_proposal(data: bytes) -> DraftRulePack:
    """The pack that a file proposes. Raises: InvalidValue for what could not be published."""
    try:
        proposal = msgspec.json.decode(data, type=DraftRulePack)
    except msgspec.DecodeError as error:
        raise InvalidValue("", N_("This is no rule pack: {error}."), error=str(error)) from error
    check_rules(proposal.rules)
    return proposal


def under(proposal: DraftRulePack, standing: Rules, overrides: Mapping[str, OwnValue], kind: str) -> Rules:
    """What would bind an institution of that kind: the proposed rules in the place of the standing ones.

    A rule that the proposal does not name stands. Overrides count as they would count: one that would protect the
    public less than the proposed rule, and rests on no decision, does not.
    """
    proposed = {
        entry.key: entry.rule(proposal.pack) for entry in proposal.rules if not entry.kinds or kind in entry.kinds
    }
    binding = {**standing.by_key, **proposed}
    for key, own in overrides.items():
        if key in binding:
            binding[key] = binding[key].overridden(own.value, own.decision_no)
    return Rules(proposal.pack, binding)
