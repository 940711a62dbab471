"""An application on its way in: submitted while the call is open, completed when asked, or taken back."""

from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

import msgspec

from domain.grants.application_drafting import Drafting, unnamed
from domain.grants.application_state import BEFORE_CONTRACT, ON_CALL
from domain.grants.commands.application import (
    CompleteApplication,
    DeclareCoFinancing,
    RequestCompletion,
    SubmitApplication,
    WithdrawApplication,
)
from domain.grants.contracts import Contract
from domain.grants.events.application import (
    ApplicationCompleted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CoFinancingDeclared,
    CompletionRequested,
    applicant_tag,
)
from domain.grants.facts import CallFacts
from domain.grants.funding import total
from domain.grants.grant_call import GrantCall
from domain.grants.project import Project, joined, require_fitting, require_funded
from domain.grants.vocabulary import ApplicationStage
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_positive
from domain.kernel.canonical import canonical
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, local_day
from domain.kernel.errors import Finding, IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.kernel.receipt import receipt_code
from domain.organisations import citations as organisation_citations
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind

COMPLETION = "grant.completion_request"


class OneApplication(Boundary):
    """The applications that one organisation holds in one call: not more than one."""

    def __init__(self) -> None:
        self.held: set[UUID] = set()

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call and the organisation that the command names."""
        del stream_id
        if not isinstance(command, SubmitApplication):
            raise TypeError(command)
        return applicant_tag(command.call_id, command.organisation_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more, or one less."""
        if isinstance(event, ApplicationSubmitted):
            self.held.add(stream_id)
        elif isinstance(event, ApplicationWithdrawn):
            self.held.discard(stream_id)


class Submission(Drafting):
    """Decisions around the submission."""

    @decides(SubmitApplication, references=ON_CALL, boundary=OneApplication, register=(Standing,))
    def submit(self, command: SubmitApplication, ctx: Context) -> None:
        """In time, signed off, whole, fitting the call, and the only one of the organisation in it."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT)
        if command.organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))
        call = self.call(command, ctx)
        call.require_accepting(command, ctx.now)
        if ctx.folded(OneApplication).held:
            raise RuleViolated(
                "grant.application.one",
                N_("The organisation has an application in this call; withdraw that one first."),
            )
        project = self._signed_off_project(ctx)
        require_fitting(project, call.facts)
        require_funded(project.requested, project.co_financing, project.costs, ctx.rules)
        call.require_answers(self.form_version or call.form_version, self.answers, complete=True)
        standing = ctx.registered(Standing)
        standing.require_own_entry(self.organisation_id)
        standing.require_in_good_standing(local_day(ctx.now))
        contact = None if command.contact is None else ctx.actor
        event = ApplicationSubmitted(
            call_id=self.call_id,
            organisation_id=self.organisation_id,
            received_at=ctx.now,
            receipt=receipt_code(ctx.new_secret()),
            digest=self.digest(project),
            project=project,
            findings=tuple(_missing_certificates(call.facts, standing, ctx)),
            contact_id=contact,
            office=call.facts.contact,
        )
        if contact is not None and command.contact is not None:
            event.about(
                Personal(contact, "contact name", command.contact.full_name),
                Personal(contact, "contact email", command.contact.email),
            )
        self.trigger(ctx, event)

    @decides(RequestCompletion, references=ON_CALL)
    def request_completion(self, command: RequestCompletion, ctx: Context) -> None:
        """Once, after the call has closed: nobody is helped before the others."""
        self.require(command, ApplicationStage.SUBMITTED)
        _require_closed(self.call(command, ctx), command, ctx)
        if self.completion is not None:
            raise RuleViolated(
                COMPLETION,
                N_("The applicant was asked for completion once; now the check is recorded."),
                citation=ctx.rules[COMPLETION].citation,
            )
        due = deadline(ctx.rules[COMPLETION], ctx.now, "CompletionRequested", ctx.calendar)
        self.trigger(
            ctx,
            CompletionRequested(
                call_id=self.call_id, organisation_id=self.organisation_id, missing=command.missing, deadline=due
            ),
        )

    @decides(CompleteApplication, references=ON_CALL)
    def complete(self, command: CompleteApplication, ctx: Context) -> None:
        """Something, and before the time is over."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.COMPLETION_REQUESTED)
        self.call(command, ctx)
        due = self.completion
        if due is not None and ctx.now >= due.due_at:
            raise RuleViolated(
                COMPLETION,
                N_("What was missing could come until {due_at}."),
                citation=due.citation,
                due_at=due.due_at.isoformat(),
            )
        if not command.files and command.note is None:
            raise InvalidValue("/files", N_("A completion brings a file or says something."))
        self.trigger(
            ctx,
            ApplicationCompleted(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                files=tuple(unnamed(file, n) for n, file in enumerate(command.files, len(self.files) + 1)),
                note=command.note,
            ),
        )

    @decides(WithdrawApplication, boundary=Contract)
    def withdraw(self, command: WithdrawApplication, ctx: Context) -> None:
        """Until there is an agreement; a draft, too."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT, *BEFORE_CONTRACT)
        ctx.folded(Contract).require_none(command)
        self.trigger(
            ctx,
            ApplicationWithdrawn(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                before=self.stage,
                reason=command.reason,
            ),
        )

    @decides(DeclareCoFinancing)
    def declare(self, command: DeclareCoFinancing, ctx: Context) -> None:
        """After the submission; in a draft the project says it. What is true is taken, whatever comes of the award."""
        self.require_applicant(command, ctx)
        self.require(command, *BEFORE_CONTRACT)
        require_positive(command.co_financing.amount, "/co_financing/amount")
        currency = self.project.requested.currency if self.project else command.co_financing.amount.currency
        if command.co_financing.amount.currency != currency:
            raise InvalidValue(
                "/co_financing/amount/currency",
                N_("One project is planned in one currency: {currency}."),
                currency=currency,
            )
        if command.co_financing in self.declared:
            raise InvalidValue("/co_financing", N_("That is declared already."))
        stated = self.project.co_financing if self.project else ()
        whole = joined(stated, (*self.declared, command.co_financing))
        self.trigger(
            ctx,
            CoFinancingDeclared(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                co_financing=command.co_financing,
                elsewhere=total((one.amount for one in whole if one.institution is None), currency),
            ),
        )

    def digest(self, project: Project) -> str:
        """SHA-256 (hex) over the project, the answers and the files as they were submitted."""
        whole = {
            "project": msgspec.to_builtins(project),
            "answers": self.answers,
            "files": sorted(file.sha256 for file in self.files.values()),
        }
        return sha256(canonical(whole)).hexdigest()

    def _signed_off_project(self, ctx: Context) -> Project:
        others = self.signed_off - {ctx.actor}
        if self.project is None or not self.signed_off or (self.four_eyes and not others):
            raise RuleViolated(
                "grant.application.sign_off",
                N_("The draft as it stands has no sign-off, or only that of whoever submits it."),
            )
        return self.project


def _require_closed(call: GrantCall, command: Command, ctx: Context) -> None:
    if ctx.now < call.ends_at():
        raise IllegalTransition(state=call.stage, command=command.name)


def _missing_certificates(call: CallFacts, standing: Standing, ctx: Context) -> Iterator[Finding]:
    """What the register lacks on that day can still be brought to the check."""
    today = local_day(ctx.now)
    for kind in call.certificates or ():
        if not standing.valid_certificate(CertificateKind(kind), today):
            yield finding(
                "certificate-missing",
                N_("On {day} the register held no valid {kind} certificate."),
                citation=organisation_citations.PUBLIC_FINANCING,
                rule="organisation.certificate",
                severity=WARNING,
                pointer=f"/certificates/{kind}",
                kind=kind.value,
                day=today.isoformat(),
            )
