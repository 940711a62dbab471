"""A memorandum of cooperation: an institution and its parties, what each owes, and whether it was done."""

from datetime import date
from typing import Self
from uuid import UUID

from msgspec.structs import replace

from domain.council import citations
from domain.council.commands.memorandum import EndMemorandum, FulfilObligation, ReviewMemorandum, SignMemorandum
from domain.council.events.memorandum import (
    MemorandumEnded,
    MemorandumReviewed,
    MemorandumSigned,
    ObligationAgreed,
    ObligationFulfilled,
)
from domain.council.memorandum_parts import MemorandumStage, Party
from domain.council.saying import require_said
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.organisations.events import organisation_tag
from domain.organisations.standings import Standings


class PartyStandings(Standings):
    """The organisations among the parties, as the national register has them."""

    @classmethod
    def register_tags(cls, stream_id: UUID, command: Command, boundary: Boundary | None) -> tuple[str, ...]:
        """One an organisation that the command names."""
        del stream_id, boundary
        parties = command.parties if isinstance(command, SignMemorandum) else ()
        return tuple(organisation_tag(one.organisation_id) for one in parties if one.organisation_id is not None)


class Memorandum(Aggregate):
    """in_force → ended. `owed` are the obligations that are open, by code, `done` the codes of the others."""

    initial = MemorandumSigned

    @classmethod
    @creates(SignMemorandum, register=(PartyStandings,))
    def sign(cls, command: SignMemorandum, ctx: Context, stream_id: UUID) -> Self:
        """On a day that has come, with organisations in good standing, each obligation owed by a party."""
        ctx.tenant.require_active()
        require_said(command.title, "/title", ctx)
        _require_days(command, ctx)
        _require_parties(command.parties)
        _require_obligations(command, ctx)
        require_once(((one.language, one.file.sha256) for one in command.files), "/files")
        event = MemorandumSigned(
            title=command.title,
            parties=tuple(_known(one, ctx) for one in command.parties),
            signed_on=command.signed_on,
            ends_on=command.ends_on,
            review_by=command.review_by,
            files=command.files,
        )
        made = cls.begin(ctx, stream_id, event)
        for one in command.obligations:
            made.trigger(ctx, ObligationAgreed(code=one.code, party=one.party, what=one.what, due=one.due))
        return made

    @decides(FulfilObligation)
    def fulfil(self, command: FulfilObligation, ctx: Context) -> None:
        """Once each, by the institution, or by the party's own representative for what that party owes."""
        self._require_in_force(command)
        owed = self._require_owed(command.code)
        self._require_acting(owed, command, ctx)
        require_past(command.on, "/on", ctx.now)
        if command.on < self.signed_on:
            raise InvalidValue("/on", N_("The memorandum was signed on {day}."), day=self.signed_on.isoformat())
        require_said(command.what, "/what", ctx)
        event = ObligationFulfilled(
            code=command.code,
            on=command.on,
            late=owed.due is not None and command.on > owed.due,
            what=command.what,
            files=command.files or (),
            organisation_id=command.organisation_id,
        )
        self.trigger(ctx, event)

    @decides(ReviewMemorandum)
    def review(self, command: ReviewMemorandum, ctx: Context) -> None:
        """As often as the parties look at it."""
        self._require_in_force(command)
        require_said(command.findings, "/findings", ctx)
        if command.review_by is not None and command.review_by <= local_day(ctx.now):
            raise InvalidValue("/review_by", N_("{day} is over already."), day=command.review_by.isoformat())
        event = MemorandumReviewed(findings=command.findings, open=tuple(self.owed), review_by=command.review_by)
        self.trigger(ctx, event)

    @decides(EndMemorandum)
    def end(self, command: EndMemorandum, ctx: Context) -> None:
        """By a decision, with its reason."""
        self._require_in_force(command)
        require_said(command.reason, "/reason", ctx)
        event = MemorandumEnded(decision_no=command.decision_no, reason=command.reason, open=tuple(self.owed))
        self.trigger(ctx, event)

    @applies(MemorandumSigned)
    def _signed(self, event: MemorandumSigned) -> None:
        self.stage, self.signed_on = MemorandumStage.IN_FORCE, event.signed_on
        self.parties = {one.code: one for one in event.parties}
        self.owed: dict[str, ObligationAgreed] = {}
        self.done: frozenset[str] = frozenset()

    @applies(ObligationAgreed)
    def _agreed(self, event: ObligationAgreed) -> None:
        self.owed[event.code] = event

    @applies(ObligationFulfilled)
    def _fulfilled(self, event: ObligationFulfilled) -> None:
        del self.owed[event.code]
        self.done |= {event.code}

    @applies(MemorandumReviewed)
    def _reviewed(self, _event: MemorandumReviewed) -> None:
        """Nothing else follows from it."""

    @applies(MemorandumEnded)
    def _ended(self, _event: MemorandumEnded) -> None:
        self.stage = MemorandumStage.ENDED

    def _require_in_force(self, command: Command) -> None:
        if self.stage is not MemorandumStage.IN_FORCE:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_owed(self, code: str) -> ObligationAgreed:
        if code in self.done:
            raise RuleViolated(
                "council.obligation.once",
                N_("The obligation {code} was fulfilled already."),
                citation=citations.STRATEGY,
                code=code,
            )
        if code not in self.owed:
            raise InvalidValue("/code", N_("The memorandum has no obligation {code}."), code=code)
        return self.owed[code]

    def _require_acting(self, owed: ObligationAgreed, command: FulfilObligation, ctx: Context) -> None:
        """A representative shows what their own organisation owes; the institution's people show anything."""
        if command.organisation_id is None:
            if ctx.mandate.role == Role.CSO_DELEGATE:
                raise NotPermitted(command.name, (Role.CSO_DELEGATE,))
            return
        party = self.parties.get(owed.party) if owed.party is not None else None
        if not ctx.mandate.acts_for(command.organisation_id) or party is None:
            raise NotPermitted(command.name, (Role.CSO_DELEGATE,))
        if party.organisation_id != command.organisation_id:
            raise RuleViolated(
                "council.obligation.own",
                N_("The obligation {code} is another party's."),
                citation=citations.STRATEGY,
                code=command.code,
            )


def _known(party: Party, ctx: Context) -> Party:
    """The party, an organisation by its name in the register. Raises: RuleViolated where it is not in good standing."""
    if party.organisation_id is None:
        return party
    standing = ctx.registered(PartyStandings).standing(party.organisation_id)
    standing.require_own_entry(party.organisation_id)
    standing.require_in_good_standing(local_day(ctx.now))
    return replace(party, named=standing.name)


def _require_days(command: SignMemorandum, ctx: Context) -> None:
    require_past(command.signed_on, "/signed_on", ctx.now)
    for pointer, day in (("/ends_on", command.ends_on), ("/review_by", command.review_by)):
        _require_after(day, command.signed_on, pointer)


def _require_after(day: date | None, signed_on: date, pointer: str) -> None:
    if day is not None and day < signed_on:
        raise InvalidValue(pointer, N_("The memorandum was signed on {day}."), day=signed_on.isoformat())


def _require_parties(parties: tuple[Party, ...]) -> None:
    require_once((one.code for one in parties), "/parties", "code")
    for n, one in enumerate(parties):
        if one.ways != 1:
            raise InvalidValue(
                f"/parties/{n}", N_("A party is an organisation, an institution, or named: one of them.")
            )


def _require_obligations(command: SignMemorandum, ctx: Context) -> None:
    require_once((one.code for one in command.obligations), "/obligations", "code")
    codes = {one.code for one in command.parties}
    for n, one in enumerate(command.obligations):
        require_said(one.what, f"/obligations/{n}/what", ctx)
        _require_after(one.due, command.signed_on, f"/obligations/{n}/due")
        if one.party is not None and one.party not in codes:
            raise InvalidValue(f"/obligations/{n}/party", N_("No party is called {code}."), code=one.party)
