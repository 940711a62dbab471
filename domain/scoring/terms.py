"""How a domain says what its judges are refused."""

from collections.abc import Mapping

import msgspec

from domain.scoring.composition import Lack


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Rules are `<rule>.interest.once`, `<panel>.silence` and so on; texts are templates.

    What is judged is a `noun`: commands name it by `<noun>_id`, and texts about its judges, `lacks`, as `{<noun>}`.
    Judging takes the `role`. A judge's time is counted from `opened_by`.
    """

    rule: str
    panel: str
    citation: str
    noun: str
    role: str
    opened_by: str
    unknown: str
    foreign: str
    declared_once: str
    declare_first: str
    committed_once: str
    waiting: str
    known_once: str
    recused: str
    replaced: str
    own: str
    undoubted: str
    owes_nothing: str
    has_time: str
    named_already: str
    lacks: Mapping[Lack, str]

    @property
    def pointer(self) -> str:
        """Where a command names what is judged."""
        return f"/{self.noun}_id"
