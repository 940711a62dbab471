"""A measure, and the strategy that it is part of, as activities of IATI 2.03.

Milestones are a result with a qualitative indicator each. Where days were moved, those that count now stand in the
dates, and words beside them say which were planned first. Money that is planned for no more than a year is a budget;
for longer it is a planned disbursement, for how much of it falls in which year nobody has said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import msgspec

from domain.action_measures.vocabulary import BudgetSource, MeasureStage, Partner, Source
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.message import N_, Message
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.tenants.commands import Kind
from domain.tenants.register import Institution as Registered
from projections.indicator_register import IndicatorFacts
from projections.measure_register import BudgetState, MeasureFacts
from projections.measure_transactions import COMMITMENT, SPENDING, TransactionFacts
from projections.strategy_register import StrategyFacts
from services.open_data.iati_results import first_planned, milestones, outcomes
from services.open_data.iati_words import LANGUAGES, narrative, said, told
from services.open_data.xml_document import Branch
from services.settings import Settings

_DEFAULT = "sq"
_SECTOR = "15150"
"""Democratic participation and civil society, in the list of the OECD's Development Assistance Committee."""
_OWN = "99"
_STATUS = {
    MeasureStage.PLANNED: "1",
    MeasureStage.ACTIVE: "2",
    MeasureStage.AT_RISK: "2",
    MeasureStage.DELAYED: "2",
    MeasureStage.DONE: "4",
    MeasureStage.DROPPED: "5",
}
_GOVERNMENT, _LOCAL, _NGO = "10", "11", "22"
_NATIONAL, _MUNICIPAL = "4", "7"
_FUNDING, _ACCOUNTABLE, _IMPLEMENTING = "1", "2", "4"
_PLANNED_START, _ACTUAL_START, _PLANNED_END, _ACTUAL_END = "1", "2", "3", "4"


class Institution(msgspec.Struct, frozen=True):
    """An institution by the names that it has, by language."""

    names: Mapping[str, str]
    kind: Kind
    sandbox: bool = False


class Publisher(msgspec.Struct, frozen=True):
    """Who publishes: what identifiers begin with, the institutions by slug, and where people reach the gateway."""

    prefix: str
    institutions: Mapping[str, Institution]
    public_url: str = ""

    def organisation(self, slug: str) -> str:
        """The identifier of an institution."""
        return f"{self.prefix}-{slug}"

    def address(self, path: str) -> str:
        """Where something is found; a path alone where it is not known under which address we are."""
        return f"{self.public_url.rstrip('/')}{path}"

    def local(self, slug: str) -> bool:
        """Whether an institution is a municipality."""
        found = self.institutions.get(slug)
        return found is not None and found.kind is Kind.MUNICIPALITY


def publisher_of(settings: Settings, institutions: Mapping[str, Registered]) -> Publisher:
    """Who publishes the measures of these institutions, by slug."""
    known = {slug: Institution(one.names, Kind(one.kind), one.sandbox) for slug, one in institutions.items()}
    return Publisher(settings.iati_prefix, known, settings.public_url)


def strategy_activity(strategy: StrategyFacts, publisher: Publisher, today: date) -> Branch:
    """The strategy as the activity that measures are parts of."""
    begun, over = strategy.first_day <= today, strategy.last_day < today or strategy.ended_at is not None
    dates = [_day(_PLANNED_START, strategy.first_day), _day(_PLANNED_END, strategy.last_day)]
    return _activity(
        strategy_identifier(strategy.reference, publisher),
        strategy.changed_at,
        [
            *_heading(NATIONAL_SLUG, strategy.title, strategy.note, publisher),
            *_participants(NATIONAL_SLUG, (), (), publisher),
            Branch("activity-status", {"code": "4" if over else "2" if begun else "1"}),
            *dates,
            *_where(NATIONAL_SLUG, publisher),
            _dac(),
            *_sources(strategy.sources),
            *(
                Branch(
                    "related-activity", {"type": "2", "ref": _identifier(strategy.reference, m.lead, m.code, publisher)}
                )
                for m in strategy.measures
                if not publisher.institutions[m.lead].sandbox  # what a sandbox leads is in no export but its own
            ),
        ],
        hierarchy="1",
    )


def measure_activity(
    measure: MeasureFacts,
    strategy: StrategyFacts | None,
    publisher: Publisher,
    transactions: Sequence[TransactionFacts] = (),
    indicators: Sequence[IndicatorFacts] = (),
) -> Branch:
    """A measure with its money and indicators as an activity; its strategy is None where that is not on record."""
    return _activity(
        _identifier(measure.strategy, measure.lead, measure.code, publisher),
        measure.changed_at,
        [
            *_heading(measure.lead, measure.title, measure.description, publisher),
            *_participants(measure.lead, measure.partners, measure.budget, publisher),
            Branch("activity-status", {"code": _STATUS[MeasureStage(measure.state)]}),
            *_dates(measure),
            *_where(measure.lead, publisher),
            _dac(),
            *_objective(measure, strategy, publisher),
            *_money(measure),
            *(_transaction(one) for one in transactions),
            *_sources(measure.sources),
            Branch("related-activity", {"type": "1", "ref": strategy_identifier(measure.strategy, publisher)}),
            *milestones(measure),
            *outcomes(indicators),
        ],
        currency=measure.currency or "EUR",
        hierarchy="2",
    )


def strategy_identifier(reference: str, publisher: Publisher) -> str:
    """The identifier of a strategy's activity."""
    return f"{publisher.organisation(NATIONAL_SLUG)}-{_plain(reference)}"


def _identifier(strategy: str, lead: str, code: str, publisher: Publisher) -> str:
    return f"{publisher.organisation(lead)}-{_plain(strategy)}-{_plain(code)}"


def _plain(code: str) -> str:
    """A code without the sign that identifiers may not hold; no code of a plan has the one that stands for it."""
    return code.replace("/", "_")


def _activity(
    identifier: str, changed_at: datetime, inside: Iterable[Branch], *, hierarchy: str, currency: str = "EUR"
) -> Branch:
    attributes = {
        "lang": _DEFAULT,
        "default-currency": currency,
        "last-updated-datetime": f"{changed_at:%Y-%m-%dT%H:%M:%SZ}",
        "hierarchy": hierarchy,
    }
    return Branch("iati-activity", attributes, [Branch("iati-identifier", text=identifier), *inside])


def _heading(slug: str, title: Text, description: Text, publisher: Publisher) -> Iterator[Branch]:
    """Who reports, and what it is called; what says no more of itself is described by its title."""
    kind = _LOCAL if publisher.local(slug) else _GOVERNMENT
    yield Branch("reporting-org", {"ref": publisher.organisation(slug), "type": kind}, _named(slug, publisher))
    yield Branch("title", inside=told(title))
    yield Branch("description", {"type": "1"}, told(description) or told(title))


def _participants(
    lead: str, partners: Sequence[Partner], budget: Sequence[BudgetState], publisher: Publisher
) -> Iterator[Branch]:
    yield _institution(_ACCOUNTABLE, lead, publisher)
    yield _institution(_IMPLEMENTING, lead, publisher)
    for partner in partners:
        if partner.institution is not None:
            yield _institution(_IMPLEMENTING, partner.institution, publisher)
        elif partner.organisation_id is not None:
            ref = f"{publisher.prefix}-CSO-{partner.organisation_id}"
            yield Branch("participating-org", {"role": _IMPLEMENTING, "type": _NGO, "ref": ref})
        else:
            yield Branch("participating-org", {"role": _IMPLEMENTING}, [narrative(partner.other or "")])
    for funder in dict.fromkeys(one.funder for one in budget if one.funder):
        yield Branch("participating-org", {"role": _FUNDING}, [narrative(funder)])


def _institution(role: str, slug: str, publisher: Publisher) -> Branch:
    kind = _LOCAL if publisher.local(slug) else _GOVERNMENT
    attributes = {"role": role, "type": kind, "ref": publisher.organisation(slug)}
    return Branch("participating-org", attributes, _named(slug, publisher))


def _dates(measure: MeasureFacts) -> Iterator[Branch]:
    first, last = measure.baseline_first_day, measure.baseline_last_day
    yield _day(_PLANNED_START, measure.first_day, None if first == measure.first_day else first)
    if measure.started_on is not None:
        yield _day(_ACTUAL_START, measure.started_on)
    yield _day(_PLANNED_END, measure.last_day, None if last == measure.last_day else last)
    if measure.done_on is not None:
        yield _day(_ACTUAL_END, measure.done_on)


def _day(kind: str, day: date, baseline: date | None = None) -> Branch:
    beside = [] if baseline is None else said(first_planned(baseline))
    return Branch("activity-date", {"type": kind, "iso-date": day.isoformat()}, beside)


def _where(slug: str, publisher: Publisher) -> Iterator[Branch]:
    yield Branch("activity-scope", {"code": _MUNICIPAL if publisher.local(slug) else _NATIONAL})
    yield Branch("recipient-country", {"code": "XK"})


def _dac() -> Branch:
    return Branch("sector", {"vocabulary": "1", "code": _SECTOR})


def _objective(measure: MeasureFacts, strategy: StrategyFacts | None, publisher: Publisher) -> Iterator[Branch]:
    """The objective in the strategy's own words: a sector of a vocabulary of our own."""
    titles = {} if strategy is None else _titles(strategy)
    title = titles.get(measure.objective)
    if title is not None:
        uri = publisher.address(f"/v1/public/strategies/{measure.strategy_id}")
        attributes = {"vocabulary": _OWN, "vocabulary-uri": uri, "code": measure.objective}
        yield Branch("sector", attributes, told(title))


def _titles(strategy: StrategyFacts) -> dict[str, Text]:
    found: dict[str, Text] = {one.code: one.title for one in strategy.objectives}
    return found | {part.code: part.title for one in strategy.objectives for part in one.specific}


def _money(measure: MeasureFacts) -> Iterator[Branch]:
    within_a_year = (measure.last_day - measure.first_day).days < _YEAR
    for line in measure.budget:
        yield _planned(measure, line, "budget" if within_a_year else "planned-disbursement")


_YEAR = 365


def _planned(measure: MeasureFacts, line: BudgetState, tag: str) -> Branch:
    attributes = {"type": "1", "status": "1"} if tag == "budget" else {"type": "1"}
    inside = [
        Branch("period-start", {"iso-date": measure.first_day.isoformat()}),
        Branch("period-end", {"iso-date": measure.last_day.isoformat()}),
        _value(line.planned, measure.currency, measure.first_day),
    ]
    if tag != "budget":
        inside.append(_provider(line))
    return Branch(tag, attributes, inside)


def _provider(line: BudgetState) -> Branch:
    if line.funder:
        return Branch("provider-org", inside=[narrative(line.funder)])
    return Branch("provider-org", inside=said(Message(_SOURCES[line.source])))


_SOURCES = {
    BudgetSource.STATE_BUDGET: N_("Budget of the Republic of Kosovo"),
    BudgetSource.MUNICIPAL_BUDGET: N_("Budget of the municipality"),
    BudgetSource.DONOR: N_("A donor"),
    BudgetSource.OTHER: N_("Another source"),
}


def _value(minor: int, currency: str, day: date) -> Branch:
    amount, _, _ = str(Money(minor, currency)).partition(" ")
    return Branch("value", {"currency": currency, "value-date": day.isoformat()}, text=amount)


def _transaction(one: TransactionFacts) -> Branch:
    """What was bound or spent; less than nothing came back."""
    inside = [
        Branch("transaction-type", {"code": _TRANSACTIONS[one.kind]}),
        Branch("transaction-date", {"iso-date": one.on_day.isoformat()}),
        _value(one.amount, one.currency, one.on_day),
    ]
    if one.reference:
        inside.append(Branch("description", inside=[narrative(one.reference)]))
    return Branch("transaction", {"ref": f"{one.line}-{one.number}"}, inside)


_TRANSACTIONS = {COMMITMENT: "2", SPENDING: "4"}


def _sources(sources: Sequence[Source]) -> Iterator[Branch]:
    for one in sources:
        if one.url is not None:
            inside = [
                Branch("title", inside=[narrative(one.document)]),
                Branch("category", {"code": "A02"}),
            ]
            yield Branch("document-link", {"url": one.url, "format": "text/html"}, inside)


def _named(slug: str, publisher: Publisher) -> list[Branch]:
    found = publisher.institutions.get(slug)
    names = {} if found is None else found.names
    told = [narrative(names[code], code) for code in LANGUAGES if names.get(code)]
    return told or [narrative(slug)]
