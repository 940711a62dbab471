"""Histories for read models: events appended straight to a store, by hand or at random."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.catalogue import REGISTRY
from domain.consultations import events as e
from domain.consultations.vocabulary import (
    ActKind,
    ArticleComment,
    Channel,
    Conclusion,
    ContributorKind,
    Counts,
    DocumentKind,
    MeetingFormat,
    Outcome,
    WithheldReason,
)
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, Metadata
from domain.kernel.ids import derived_id
from domain.kernel.rules import Counting, Unit
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, LanguageFile, MediaType
from infra.eventstore.codec import encode_metadata
from infra.eventstore.interface import Append, Committed, Condition, EventStore, NewEvent
from tests.projections.awards_by_chance import AwardsByChance
from tests.projections.certificates_by_chance import CertificatesByChance
from tests.projections.contracting_by_chance import ServiceContractsByChance
from tests.projections.cooperation_by_chance import CooperationByChance
from tests.projections.grants_by_chance import GrantsByChance
from tests.projections.hours_by_chance import HoursByChance
from tests.projections.indicators_by_chance import IndicatorsByChance
from tests.projections.licences_by_chance import LicencesByChance
from tests.projections.measures_by_chance import MeasuresByChance
from tests.projections.platforms_by_chance import PlatformsByChance
from tests.projections.publications_by_chance import PublicationsByChance
from tests.projections.recorded_contracts_by_chance import RecordedContractsByChance
from tests.projections.successions_by_chance import SuccessionsByChance
from tests.projections.tenders_by_chance import TendersByChance
from tests.projections.volunteering_by_chance import ProvidingByChance
from tests.projections.webhooks_by_chance import WebhooksByChance

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
ACTOR = derived_id("test", "actor")
TENANT = 2
OTHER_TENANT = 3
_commands = count()


class Story:
    """Appends events to the log of one tenant; versions are counted here, the nth event happens n minutes after `at`."""

    def __init__(self, store: EventStore, tenant_id: int = TENANT, at: datetime = NOW) -> None:
        self.store, self.tenant_id, self.at = store, tenant_id, at
        self.versions: dict[UUID, int] = {}
        self.told = 0

    async def tell(self, stream: UUID, *events: Event, at: datetime | None = None, **metadata: Any) -> int:
        """Append the events as one command; returns the last position."""
        outcome = await self.store.append(self.append(stream, *events, at=at, **metadata))
        assert isinstance(outcome, Committed), outcome
        return outcome.last

    def append(
        self,
        stream: UUID,
        *events: Event,
        at: datetime | None = None,
        command_id: UUID | None = None,
        conditions: tuple[Condition, ...] = (),
        **metadata: Any,
    ) -> Append:
        first = self.versions.get(stream, 0) + 1
        self.versions[stream] = first + len(events) - 1
        self.told += 1
        return Append(
            tenant_id=self.tenant_id,
            command_id=command_id or derived_id("command", next(_commands)),
            occurred_at=at or self.at + timedelta(minutes=self.told),
            metadata=encode_metadata(
                Metadata(**{"actor": ACTOR, "role": "consultation_coordinator", "basis": "Decision 1/2026", **metadata})
            ),
            events=tuple(
                NewEvent(stream, version, event.TOPIC, REGISTRY.encode(event), tags=event.tags())
                for version, event in enumerate(events, first)
            ),
            conditions=conditions,
        )


def a_deadline(due_at: datetime, rule: str = "consultation.written.min", calendar: str = "xk-2026.1") -> Deadline:
    return Deadline(
        rule, "xk-2026.1", "GRK 05/2016", "ConsultationOpened", due_at - timedelta(days=20), 15,
        Unit.WORKING_DAYS, Counting.EXCLUDE_FIRST, "Europe/Belgrade", calendar, due_at,
    )  # fmt: skip


def a_file(language: str = "sq", name: str = "draft.pdf") -> LanguageFile:
    digest = derived_id(language, name).hex * 2
    return LanguageFile(language=language, file=File(sha256=digest, media_type=MediaType.PDF, size=10, file_name=name))


def planned(name: str = "Ligji për ujërat", **changes: Any) -> e.ConsultationPlanned:
    return e.ConsultationPlanned(title=title(sq=name, sr=f"{name} sr"), act_kind=ActKind.LAW, **changes)


def opened(starts_at: datetime = NOW, days: int = 20) -> e.ConsultationOpened:
    closes_at = starts_at + timedelta(days=days)
    return e.ConsultationOpened(
        starts_at=starts_at, closes_at=closes_at, languages=("sq", "sr"), deadline=a_deadline(closes_at)
    )


def attached(kind: DocumentKind = DocumentKind.DRAFT, *languages: str) -> e.DocumentAttached:
    return e.DocumentAttached(
        document_id=derived_id("document", kind),
        version=1,
        kind=kind,
        files=tuple(a_file(language) for language in languages or ("sq", "sr")),
    )


def drafted(consultation: UUID, body: str = "Më shumë kohë.", **changes: Any) -> e.ContributionDrafted:
    return e.ContributionDrafted(
        consultation_id=consultation,
        contributor_id=changes.pop("contributor_id", derived_id("person", body)),
        kind=ContributorKind.CITIZEN,
        language="sq",
        body=body,
        **changes,
    )


def submitted(consultation: UUID, at: datetime = NOW) -> e.ContributionSubmitted:
    return e.ContributionSubmitted(
        consultation_id=consultation, channel=Channel.WEB, language="sq", received_at=at, receipt="R-1", digest="0" * 64
    )


def answered(consultation: UUID, outcome: Outcome = Outcome.ACCEPTED) -> e.PositionRecorded:
    return e.PositionRecorded(consultation_id=consultation, outcome=outcome, reason=text(sq="Pranohet."))


def counts() -> Counts:
    return Counts(submitted=0, admitted=0, withheld={}, withdrawn=0, answered=0, positions={}, proof="0" * 64)


def reported(*, late: bool = False) -> e.ReportPublished:
    return e.ReportPublished(counts=counts(), files=(a_file("sq", "report.pdf"),), late=late)


def closed(closes_at: datetime, due_in: int = 30) -> e.ConsultationClosed:
    due = a_deadline(closes_at + timedelta(days=due_in), rule="consultation.report.due")
    return e.ConsultationClosed(closes_at=closes_at, report_due=due)


def put_in_force(items: int = 1) -> tuple[Event, ...]:
    """A draft plan consulted on and put in force."""
    consulted = e.PlanConsulted(
        starts_on=date(2025, 11, 3), ends_on=date(2025, 11, 24), remarks=4, summary=text(sq="Katër", sr="Četiri")
    )
    return consulted, e.PlanAdopted(decision_no="1/2026", adopted_on=date(2026, 1, 15), items=items)


def plan_item(item_id: UUID, name: str = "Ligji për ujërat", **changes: Any) -> e.PlanItemAdded:
    """An item of the third quarter."""
    return e.PlanItemAdded(
        item_id=item_id, title=title(sq=name, sr=f"{name} sr"), act_kind=ActKind.LAW, quarter=3, **changes
    )


def item_moved(item_id: UUID, reason: str = "Vonesë", *, quarters: tuple[int, int] = (3, 4)) -> e.PlanItemMoved:
    """Within the year."""
    return e.PlanItemMoved(
        item_id=item_id, from_year=2026, from_quarter=quarters[0], to_year=2026, to_quarter=quarters[1],
        reason=text(sq=reason),
    )  # fmt: skip


class Chance:
    """Random but plausible histories; the same seed tells the same one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = self.turn = self.told = self.leading = 0
        self.consultations: list[tuple[UUID, str]] = []
        self.contributions: list[tuple[UUID, UUID, str]] = []
        self.plans: list[list[UUID]] = []
        self.in_force: set[UUID] = set()
        self.grants, self.awards = GrantsByChance(seed), AwardsByChance(seed)
        self.licences = LicencesByChance(seed)
        tenders = TendersByChance(seed)
        self.buying = (tenders, ServiceContractsByChance(seed), tenders, RecordedContractsByChance(seed))
        certifying = CertificatesByChance(seed)
        hours = (HoursByChance(seed), HoursByChance(-seed))
        measures, told = MeasuresByChance(seed), PublicationsByChance(seed)
        others = (
            CooperationByChance(seed),
            IndicatorsByChance(seed),
            SuccessionsByChance(seed),
            PlatformsByChance(seed),
            WebhooksByChance(seed),
        )
        self.promised = (measures, told, measures, *others)
        self.volunteering = (*hours, ProvidingByChance(seed), certifying, certifying)

    def new_id(self, kind: str) -> UUID:
        self.number += 1
        return derived_id("chance", kind, self.random.getrandbits(64), self.number)

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """A stream and what happens to it next.

        Of 22 times two are grants of others, seven follow from a call for grants and one is of a licence; of the rest
        every tenth is a plan.
        """
        self.told += 1
        others: dict[int, Any] = dict.fromkeys((6, 17), self.grants) | {21: self.licences}
        others |= dict.fromkeys((1, 5, 8, 10, 12, 16, 19), self.awards)
        if (turn := others.get(self.told % 22)) is not None:
            return turn.next()  # type: ignore[no-any-return] # each of them tells such a turn
        self.turn += 1
        if not self.turn % 10:
            return self._plan()
        which = self.random.random()
        if not self.consultations or which < 0.08:
            stream = self.new_id("consultation")
            self.consultations.append((stream, "planned"))
            return stream, (
                planned(f"Projektligji {self.number}"),
                attached(),
                attached(DocumentKind.EXPLANATORY_MEMORANDUM, "sq"),
            )
        if which < 0.35:
            return self._consultation()
        return self._contribution()

    def given(self) -> tuple[UUID, Sequence[Event]]:
        """What happens next in the volunteering of the institution."""
        return self.volunteering[self.told % len(self.volunteering)].next()

    def led(self) -> tuple[UUID, Sequence[Event]]:
        """What happens next in measures of the institution and around them, or in what it takes over, by turns."""
        self.leading += 1
        return self.promised[self.leading % len(self.promised)].next()

    def bought(self) -> tuple[UUID, Sequence[Event]]:
        """What happens next in a call for a service, in a contract on one, or in a contract of others, by turns."""
        return self.buying[self.told % len(self.buying)].next()

    def _plan(self) -> tuple[UUID, Sequence[Event]]:
        """A new plan with two items, or a change of an old one; `plans` hold its stream and its items."""
        if len(self.plans) < 4 or self.turn % 3 == 0:
            plan = [self.new_id("plan"), self.new_id("item"), self.new_id("item")]
            self.plans.append(plan)
            begun = e.PlanDrafted(year=2020 + len(self.plans), title=title(sq=f"Plani {self.number}"))
            return plan[0], (begun, plan_item(plan[1]), plan_item(plan[2], "Strategjia", unit="Zyra ligjore"))
        plan = self.random.choice(self.plans)
        match self.random.randrange(4):
            case 0 if plan[0] not in self.in_force:
                self.in_force.add(plan[0])
                return plan[0], put_in_force(len(plan) - 1)
            case 1:
                plan.append(self.new_id("item"))
                return plan[0], (plan_item(plan[-1], reason=text(sq="E re")),)
            case 2 if len(plan) > 2:
                return plan[0], (e.PlanItemDropped(item_id=plan.pop(), reason=text(sq="Jo më")),)
            case _:
                return plan[0], (item_moved(self.random.choice(plan[1:])),)

    def _consultation(self) -> tuple[UUID, Sequence[Event]]:
        n = self.random.randrange(len(self.consultations))
        stream, state = self.consultations[n]
        closes_at = NOW + timedelta(days=20)
        step: dict[str, list[tuple[str, Sequence[Event]]]] = {
            "planned": [
                ("open", (opened(),)),
                ("planned", (e.LegalityChecked(errors=self.random.randrange(2), warnings=1, findings=()),)),
                ("initial", (e.InitialRoundOpened(questions=text(sq="Çfarë mendoni?")),)),
                ("withdrawn", (e.ConsultationWithdrawn(reason=text(sq="Jo më.")),)),
            ],
            "initial": [("planned", (e.InitialRoundFinished(participants=3, summary=text(sq="Tre.")),))],
            "open": [
                ("closed", (closed(closes_at),)),
                ("open", (e.ConsultationExtended(previous_closes_at=closes_at, closes_at=closes_at + timedelta(days=5), reason=text(sq="Pushime"), deadline=a_deadline(closes_at + timedelta(days=5))),)),
                ("open", (e.MeetingScheduled(meeting_id=derived_id("m", stream), format=MeetingFormat.ROUND_TABLE, title=title(sq="Tryezë"), place="Prishtinë", starts_at=closes_at, notice=a_deadline(NOW + timedelta(days=10))),)),
                ("open", (e.DocumentVersionPublished(document_id=derived_id("document", DocumentKind.DRAFT), version=2, kind=DocumentKind.DRAFT, files=(a_file("sr", "draft2.pdf"),), substantive=False, note=text(sq="Gabim shtypi")),)),
            ],
            "closed": [
                ("reported", (e.AnalysisCompleted(counts=counts()), reported(late=self.random.random() < 0.3))),
                ("closed", (e.DeadlineMoved(kind="report", previous=a_deadline(closes_at), deadline=a_deadline(closes_at + timedelta(days=33), calendar="xk-2026.2")),)),
                ("annulled", (e.ConsultationAnnulled(decision_no="7/2026", reason=text(sq="Gabim")),)),
            ],
            "reported": [("concluded", (
                e.ActAdopted(adopted_on=date(2026, 9, 1), decision_no="9/2026", files=(a_file(),)),
                e.GazetteLinked(act_id="12", url="https://gzk.rks-gov.net/12", published_on=date(2026, 9, 9)),
                e.ConsultationConcluded(conclusion=Conclusion.ADOPTED),
            ))],
        }  # fmt: skip
        choices = step.get(state)
        if not choices:
            return self._contribution()
        after, events = self.random.choice(choices)
        if any(isinstance(event, e.MeetingScheduled) for event in events) and self.random.random() < 0.9:
            return self._contribution()
        self.consultations[n] = (stream, after)
        return stream, events

    def _contribution(self) -> tuple[UUID, Sequence[Event]]:
        if not self.contributions or self.random.random() < 0.4:
            consultation = self.random.choice(self.consultations)[0]
            stream = self.new_id("contribution")
            self.contributions.append((stream, consultation, "submitted"))
            draft = drafted(
                consultation,
                f"Neni {self.number}: \U0001f600 “më mirë” {'x' * self.random.randrange(50)}",
                comments=(ArticleComment(article="5", comment="Jo."),),
            )
            return stream, (draft, submitted(consultation))
        n = self.random.randrange(len(self.contributions))
        stream, consultation, state = self.contributions[n]
        match state, self.random.randrange(4):
            case "submitted", 0:
                after, event = (
                    "withheld",
                    e.ContributionWithheld(
                        consultation_id=consultation,
                        reason_class=self.random.choice(list(WithheldReason)),
                        note=text(sq="Jo"),
                    ),
                )
            case "submitted", 1:
                after, event = "withdrawn", e.ContributionWithdrawn(consultation_id=consultation)
            case "submitted", _:
                after, event = "published", e.ContributionPublished(consultation_id=consultation)
            case "published", _:
                after, event = "answered", answered(consultation, self.random.choice(list(Outcome)))
            case "answered", 0:
                after, event = "disputed", e.AnswerDisputed(consultation_id=consultation, language="sq", grounds="Pse?")
            case "answered", _:
                after, event = (
                    "answered",
                    e.PositionRevised(
                        consultation_id=consultation,
                        previous=Outcome.NOTED,
                        outcome=Outcome.REJECTED,
                        reason=text(sq="Jo"),
                        why=text(sq="Gabim"),
                    ),
                )
            case _:
                after, event = state, e.ContributionReceipted(via=Channel.EMAIL)
        self.contributions[n] = (stream, consultation, after)
        return stream, (event,)


async def tell_at_random(story: Story, seed: int, commands: int) -> None:
    """Append that many random commands, each followed by one of what institutions buy and one of something else."""
    chance = Chance(seed)
    for n in range(commands):
        for stream, events in (chance.next(), chance.bought(), chance.given() if n % 2 else chance.led()):
            await story.tell(stream, *events)
