"""Releases about calls for services: what is asked for, who bid once bids are open, and who is awarded."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as e
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import CriterionKind, ProcurementMode
from domain.kernel.text import Text, Wording
from domain.kernel.vocabulary import LanguageFile
from projections.read_model import Key, Stored, folds
from projections.release_parts import (
    ENTITY,
    Award,
    Content,
    Days,
    Document,
    Item,
    Party,
    RelatedProcess,
    Tag,
    Tender,
    Window,
    identified,
    items,
    language_of,
    unit,
    value,
    words,
)
from projections.release_rows import KnownCall, Row, amendment, begun, knowing, releasing

TENDERER, SUPPLIER = "tenderer", "supplier"
_METHODS = {
    ProcurementMode.OPEN: "open",
    ProcurementMode.QUALIFIED_LIST: "selective",
    ProcurementMode.DIRECT: "direct",
}
_PER_CENT = 10_000
"""Millionths."""


def _call(event: Stored, _told: Any) -> Iterable[Key]:
    return ((event.stream_id,),)


def _of_bid(_event: Stored, told: b.BidEvent) -> Iterable[Key]:
    return ((told.call_id,),)


class CallReleases:
    """A call is a process from its publication to its contract, which is told by `ContractReleases`."""

    @folds(e.CallPublished, keys=_call, begins=True)
    def call_published(self, _row: None, event: Stored, told: e.CallPublished) -> Row:
        """Everything that the call says."""
        facts = told.facts
        content = Content(
            language=_language(facts),
            contact=facts.contact,
            tender=_tender(event, told),
            related_processes=_related(facts),
        )
        row = begun(event, event.stream_id, KnownCall(facts=facts))
        return releasing(row, event, (Tag.TENDER,), content)

    @folds(e.ClarificationIssued, keys=_call)
    def call_clarified(self, row: Row, event: Stored, told: e.ClarificationIssued) -> Row:
        """A question and its answer."""
        document = Document(
            id=str(told.clarification_id),
            document_type="clarifications",
            title=told.question,
            description=told.answer,
            date_published=event.occurred_at,
        )
        tender = Tender(id=str(row.about_id), has_enquiries=True, documents=(document,))
        return releasing(row, event, (Tag.TENDER_UPDATE,), _content(row, tender=tender))

    @folds(e.CallDeadlineMoved, keys=_call)
    def call_deadline_moved(self, row: Row, event: Stored, told: e.CallDeadlineMoved) -> Row:
        """Bids are taken for longer. By when they have to be opened is told to nobody."""
        if _known(row).closed:
            return row
        period = Window(end_date=told.deadline.due_at)
        tender = Tender(id=str(row.about_id), tender_period=period, amendments=(amendment(row, event),))
        return releasing(row, event, (Tag.TENDER_AMENDMENT,), _content(row, tender=tender))

    @folds(e.CallClosed, keys=_call)
    def call_closed(self, row: Row, _event: Stored, _told: e.CallClosed) -> Row:
        """Nobody can bid any more, as was said before."""
        return knowing(row, replace(_known(row), closed=True))

    @folds(b.BidSealed, keys=_of_bid)
    def call_bid_sealed(self, row: Row, _event: Stored, told: b.BidSealed) -> Row:
        """Who it is, in case the bid is opened; nothing is released."""
        call, key = _known(row), str(told.organisation_id)
        party = Party(
            id=key, name=words(told.organisation_name), roles=(TENDERER,), identifiers=identified(told.identifiers)
        )
        return knowing(row, replace(call, bidders=call.bidders | {key: party}))

    @folds(b.BidOpened, keys=_of_bid)
    def call_bid_opened(self, row: Row, _event: Stored, told: b.BidOpened) -> Row:
        """One more; they are told together, when opening is over."""
        known = _known(row)
        return knowing(row, replace(known, opened=(*known.opened, str(told.organisation_id))))

    @folds(e.QualificationBegun, keys=_call)
    def call_bids_opened(self, row: Row, event: Stored, told: e.QualificationBegun) -> Row:
        """Who bid."""
        known = _known(row)
        parties = tuple(known.bidders[key] for key in known.opened)
        tender = Tender(
            id=str(row.about_id), number_of_tenderers=told.bids, tenderers=tuple(one.mention for one in parties)
        )
        return releasing(row, event, (Tag.TENDER_UPDATE,), _content(row, parties=parties, tender=tender))

    @folds(e.QualifiedListPublished, keys=_call)
    def call_list_published(self, row: Row, event: Stored, told: e.QualifiedListPublished) -> Row:
        """Who will be invited: as the standard has it, an award without a price to several suppliers."""
        parties = tuple(_supplier(row, str(one.organisation_id)) for one in told.providers)
        award = Award(
            id=str(row.about_id),
            title=words(_known(row).facts.title),
            status="active",
            date=event.occurred_at,
            suppliers=tuple(one.mention for one in parties),
            contract_period=Days(end_date=told.valid_until),
        )
        tender = Tender(id=str(row.about_id), status="complete")
        content = _content(row, parties=parties, tender=tender, awards=(award,))
        return releasing(row, event, (Tag.AWARD, Tag.TENDER_UPDATE), content)

    @folds(e.AwardProposed, keys=_call)
    def call_award_proposed(self, row: Row, event: Stored, told: e.AwardProposed) -> Row:
        """Pending while the standstill lasts; an organisation may be proposed again after a complaint."""
        known, key = _known(row), str(told.organisation_id)
        party = _supplier(row, key)
        award = Award(
            id=str(told.bid_id),
            title=words(told.title),
            description=told.summary,
            status="pending",
            date=event.occurred_at,
            value=value(told.total),
            suppliers=(party.mention,),
            items=items(told.lines),
            contract_period=Days(start_date=told.first_day, end_date=told.last_day),
        )
        tender = Tender(id=str(row.about_id), award_period=Window(end_date=told.standstill.due_at))
        tag = Tag.AWARD_UPDATE if award.id in known.awards else Tag.AWARD
        known = replace(known, awards=tuple(dict.fromkeys((*known.awards, award.id))))
        content = _content(row, parties=(party,), tender=tender, awards=(award,))
        return releasing(row, event, (tag,), content, known)

    @folds(e.AwardConfirmed, keys=_call)
    def call_award_confirmed(self, row: Row, event: Stored, told: e.AwardConfirmed) -> Row:
        """It stands."""
        award = Award(
            id=str(told.bid_id),
            status="active",
            date=event.occurred_at,
            value=value(told.total),
            items=items(told.lines),
        )
        return releasing(row, event, (Tag.AWARD_UPDATE,), _content(row, awards=(award,)))

    @folds(e.AwardSetAside, keys=_call)
    def call_award_set_aside(self, row: Row, event: Stored, told: e.AwardSetAside) -> Row:
        """A complaint was upheld: whoever was proposed is so no longer."""
        if told.organisation_id is None:
            return row
        return _cancelled(row, event, b.bid_id(row.about_id, told.organisation_id))

    @folds(e.AwardLapsed, keys=_call)
    def call_award_lapsed(self, row: Row, event: Stored, told: e.AwardLapsed) -> Row:
        """No contract came of it."""
        return _cancelled(row, event, told.bid_id, told.reason)

    @folds(e.CallContracted, keys=_call)
    def call_contracted(self, row: Row, event: Stored, _told: e.CallContracted) -> Row:
        """The procedure is over."""
        tender = Tender(id=str(row.about_id), status="complete")
        return releasing(row, event, (Tag.TENDER_UPDATE,), _content(row, tender=tender))

    @folds(e.CallUnsuccessful, keys=_call)
    def call_unsuccessful(self, row: Row, event: Stored, told: e.CallUnsuccessful) -> Row:
        """Nothing can be awarded."""
        return _ended(row, event, "unsuccessful", told.reason, Tag.TENDER_UPDATE)

    @folds(e.CallCancelled, keys=_call)
    def call_cancelled(self, row: Row, event: Stored, told: e.CallCancelled) -> Row:
        """Given up, and with it the award that was proposed."""
        if told.organisation_id is None:
            return _ended(row, event, "cancelled", told.reason, Tag.TENDER_CANCELLATION)
        award = Award(id=str(b.bid_id(row.about_id, told.organisation_id)), status="cancelled")
        tags = (Tag.TENDER_CANCELLATION, Tag.AWARD_CANCELLATION)
        return _ended(row, event, "cancelled", told.reason, *tags, awards=(award,))


def _tender(event: Stored, told: e.CallPublished) -> Tender:
    facts = told.facts
    return Tender(
        id=str(event.stream_id),
        title=words(facts.title),
        description=facts.summary or "",
        status="active",
        procuring_entity=ENTITY,
        items=_asked(facts),
        value=None if facts.budget is None else value(facts.budget),
        main_procurement_category="services",
        procurement_method="open" if facts.makes_list else _METHODS[facts.mode or ProcurementMode.OPEN],
        procurement_method_details="qualified list" if facts.makes_list else "",
        procurement_method_rationale="" if facts.direct is None else facts.direct.justification,
        award_criteria=_criteria(facts),
        award_criteria_details=_weights(facts),
        submission_method=("electronicSubmission",),
        tender_period=Window(start_date=event.occurred_at, end_date=told.closes_at),
        contract_period=Days(start_date=facts.first_day, end_date=facts.last_day),
        documents=tuple(_document(one, event) for one in facts.documents or ()),
    )


def _asked(facts: CallFacts) -> tuple[Item, ...]:
    """The lines of a call; the price of a unit is the most that it may cost."""
    return tuple(
        Item(id=one.code, description=words(one.title), quantity=one.quantity, unit=unit(one.unit, one.ceiling))
        for one in facts.lines or ()
    )


def _criteria(facts: CallFacts) -> str:
    if not facts.criteria:
        return ""
    prices = all(one.kind is CriterionKind.PRICE for one in facts.criteria)
    return "priceOnly" if prices else "ratedCriteria"


def _weights(facts: CallFacts) -> Text:
    """Each criterion with its weight in per cent, in the languages in which all of them have a title."""
    criteria = facts.criteria or ()
    spoken = [code for code in Text.__struct_fields__ if criteria and all(getattr(c.title, code) for c in criteria)]
    told = {
        code: "; ".join(f"{getattr(one.title, code).text}: {_per_cent(one.weight)} %" for one in criteria)
        for code in spoken
    }
    return Text(**{code: Wording(words) for code, words in told.items()})


def _per_cent(millionths: int) -> str:
    whole, rest = divmod(millionths, _PER_CENT)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def _document(one: LanguageFile, event: Stored) -> Document:
    return Document(
        id=one.file.sha256,
        document_type="biddingDocuments",
        title=one.file.file_name,
        date_published=event.occurred_at,
        format=one.file.media_type,
        language=one.language,
        file=one.file.sha256,
    )


def _related(facts: CallFacts) -> tuple[RelatedProcess, ...]:
    found = {"planning": facts.need_id, "framework": facts.list_id}
    return tuple(
        RelatedProcess(id=name, relationship=(name,), process_id=one) for name, one in found.items() if one is not None
    )


def _cancelled(row: Row, event: Stored, award: UUID, reason: Text | None = None) -> Row:
    told = Award(id=str(award), status="cancelled", amendments=(amendment(row, event, reason or ""),))
    return releasing(row, event, (Tag.AWARD_CANCELLATION,), _content(row, awards=(told,)))


def _ended(row: Row, event: Stored, status: str, reason: Text, *tags: Tag, awards: tuple[Award, ...] = ()) -> Row:
    tender = Tender(id=str(row.about_id), status=status, amendments=(amendment(row, event, reason),))
    return releasing(row, event, tags, _content(row, tender=tender, awards=awards))


def _content(row: Row, **members: Any) -> Content:
    return Content(language=_language(_known(row).facts), **members)


def _language(facts: CallFacts) -> str:
    return "sq" if facts.title is None else language_of(facts.title)


def _supplier(row: Row, key: str) -> Party:
    return replace(_known(row).bidders[key], roles=(TENDERER, SUPPLIER))


def _known(row: Row) -> KnownCall:
    if not isinstance(row.known, KnownCall):
        raise TypeError(row.known)
    return row.known
