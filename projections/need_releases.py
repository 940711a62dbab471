"""Releases about needs: what a municipality plans to buy, once that is decided."""

from collections.abc import Iterable

from domain.contracts.events import need as e
from domain.contracts.facts import NeedFacts
from projections.read_model import Key, Stored, folds
from projections.release_parts import (
    ENTITY,
    Budget,
    Content,
    Item,
    Planning,
    Tag,
    Tender,
    language_of,
    unit,
    value,
    words,
)
from projections.release_rows import KnownNeed, Row, amendment, begun, releasing


def _need(event: Stored, _told: e.NeedAssessed) -> Iterable[Key]:
    return ((event.stream_id,),)


class NeedReleases:
    """A need is a process of its own: several calls may come of it, each a process that names it."""

    @folds(e.NeedAssessed, keys=_need, begins=True)
    def need_assessed(self, _row: None, event: Stored, told: e.NeedAssessed) -> Row:
        """Not public yet."""
        return begun(event, event.stream_id, KnownNeed(facts=told.facts))

    @folds(e.NeedApproved, keys=_need)
    def need_approved(self, row: Row, event: Stored, told: e.NeedApproved) -> Row:
        """It will be bought, for at most so much."""
        facts = _facts(row)
        content = Content(
            language=language_of(facts.title),
            planning=Planning(
                rationale=facts.description,
                budget=Budget(id=facts.budget_code, amount=value(told.budget)),
            ),
            tender=Tender(
                id=str(event.stream_id),
                title=words(facts.title),
                status="planned",
                procuring_entity=ENTITY,
                items=tuple(
                    Item(id=one.code, description=words(one.title), quantity=one.quantity, unit=unit(one.unit))
                    for one in facts.lines
                ),
                value=value(facts.estimate),
                main_procurement_category="services",
            ),
        )
        return releasing(row, event, (Tag.PLANNING,), content)

    @folds(e.NeedWithdrawn, keys=_need)
    def need_withdrawn(self, row: Row, event: Stored, told: e.NeedWithdrawn) -> Row:
        """It will not be bought; nobody is told of what nobody knew of."""
        if not row.released:
            return row
        tender = Tender(id=str(event.stream_id), status="withdrawn", amendments=(amendment(row, event, told.reason),))
        content = Content(language=language_of(_facts(row).title), tender=tender)
        return releasing(row, event, (Tag.PLANNING_UPDATE,), content)


def _facts(row: Row) -> NeedFacts:
    if not isinstance(row.known, KnownNeed):
        raise TypeError(row.known)
    return row.known.facts
