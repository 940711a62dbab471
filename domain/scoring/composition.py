"""Who may judge together: how many, how many of them from outside, and whether their number must be odd."""

from collections.abc import Mapping
from enum import Enum

import msgspec

from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.rules import Rules


class Lack(Enum):
    """What is amiss with so many judges; each has a rule of that name, `<panel>.size` and so on."""

    SIZE = "size"
    PARITY = "parity"
    EXTERNAL = "external"


class Composition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least `least` judges, `external` of them experts from outside; an odd number of them where `odd`."""

    least: int
    external: int
    odd: bool

    def lack(self, size: int, experts: int) -> Lack | None:
        """What is amiss with so many judges, `experts` of them from outside; None where they may judge."""
        if size < self.least:
            return Lack.SIZE
        if self.odd and size % 2 == 0:
            return Lack.PARITY
        return Lack.EXTERNAL if experts < self.external else None

    def require(
        self, size: int, experts: int, *, panel: str, texts: Mapping[Lack, str], ctx: Context, **about: str
    ) -> None:
        """Refuse so many judges, `experts` of them from outside, where they may not judge.

        `texts` say it of `size` and `least`, or of `experts` and `needed`, and of what else it is `about`.

        Raises: RuleViolated.
        """
        lack = self.lack(size, experts)
        if lack is None:
            return
        said = {"experts": experts, "needed": self.external} if lack is Lack.EXTERNAL else {"size": size}
        if lack is Lack.SIZE:
            said["least"] = self.least
        rule = ctx.rules[f"{panel}.{lack.value}"]
        raise RuleViolated(rule.key, texts[lack], citation=rule.citation, **about, **said)


def composition(panel: str, rules: Rules, external: int = 0) -> Composition:
    """What the rules of the panel ask, where `external` experts are asked for."""
    return Composition(
        rules.number(f"{panel}.{Lack.SIZE.value}"), external, rules[f"{panel}.{Lack.PARITY.value}"].value == "odd"
    )
