"""Memoranda of cooperation: the institution signs and reviews, a party shows what it did itself."""

from domain.council.commands import memorandum as c
from domain.council.events import memorandum as e
from domain.council.manifest.workshop import ORGANISERS
from domain.council.memorandum import Memorandum
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_READERS = STAFF | STRATEGY

MEMORANDA = Domain(
    name="council",
    aggregates=(Memorandum,),
    events=e.EVENTS,
    permissions={
        c.SignMemorandum: ORGANISERS,
        c.FulfilObligation: ORGANISERS | {Role.CSO_DELEGATE},
        c.ReviewMemorandum: ORGANISERS,
        c.EndMemorandum: ORGANISERS,
    },
    queries={"memoranda": _READERS, "memorandum": _READERS},
    public=frozenset(
        {
            e.MemorandumSigned,
            e.ObligationAgreed,
            e.ObligationFulfilled,
            e.MemorandumReviewed,
            e.MemorandumEnded,
        }
    ),
)
