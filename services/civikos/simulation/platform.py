"""What the platform does with what it is told: passes a consultation on to its members, and hands in what they say.

Nothing is sent that could not be found again: what members say is kept before it is handed in, each under a key of its
own, so whatever ends the process, the next one sends the rest and repeats what may have arrived.
"""

from collections.abc import Sequence

from services.civikos.client.model import BatchResult, PublicConsultation, SubmitContribution, SubmitContributionItem
from services.civikos.client.pakt import MOST_ITEMS, Pakt
from services.civikos.client.retrying import PASSING
from services.civikos.simulation.inbox import Comment, Inbox, Known
from services.civikos.simulation.members import Member, comment_on

OPENED = "xk.pakt.consultations.ConsultationOpened.v1"
REPORTED = "xk.pakt.consultations.ReportPublished.v1"


class Platform:
    """A platform with its members, over what it knows."""

    def __init__(self, pakt: Pakt, inbox: Inbox, members: Sequence[Member]) -> None:
        self._pakt, self._inbox, self._members = pakt, inbox, members

    async def step(self) -> bool:
        """Do what is to be done next; whether there was anything. Raises: what the client raises."""
        for event in self._inbox.waiting():
            await self._follow(event)
        unsent = self._inbox.unsent(MOST_ITEMS)
        if unsent:
            await self._hand_in(unsent)
        return bool(unsent)

    async def _follow(self, event: Known) -> None:
        if event.type == OPENED:
            consultation = await self._pakt.consultation(event.subject)
            self._inbox.handled(event, [self._comment(event, consultation, one) for one in self._members])
        else:
            self._inbox.handled(event, reported=event.type == REPORTED)

    @staticmethod
    def _comment(event: Known, consultation: PublicConsultation, member: Member) -> Comment:
        language, body = comment_on(consultation, member)
        return Comment(
            key=f"comment:{event.subject}:{member.number}",
            tenant=event.tenant,
            consultation=event.subject,
            mandate=member.mandate_id,
            organisation=member.organisation_id,
            language=language,
            body=body,
        )

    async def _hand_in(self, comments: Sequence[Comment]) -> None:
        results = await self._pakt.contribute_many(comments[0].tenant, [_item(one) for one in comments])
        answered = [(one, *_outcome(result)) for one, result in zip(comments, results, strict=True)]
        self._inbox.answered([one for one in answered if one[1] or one[2]])


def _item(comment: Comment) -> SubmitContributionItem:
    said = SubmitContribution(
        consultation_id=comment.consultation,
        organisation_id=comment.organisation,
        language=comment.language,
        body=comment.body,
        channel="api",
    )
    return SubmitContributionItem(idempotency_key=comment.key, mandate_id=comment.mandate, command=said)


def _outcome(result: BatchResult) -> tuple[str, str]:
    """The receipt's code, or the type of problem; neither for one that another try may get through."""
    if result.answer:
        return result.answer.receipt_code or "", ""
    return "", "" if result.status in PASSING or not result.problem else str(result.problem["type"])
