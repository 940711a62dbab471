"""Resolutions of the Council, for tests of domains that rest on them."""

from domain.council.events.meeting import ResolutionAdopted
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionSubject, Side, SideVotes
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title

MEETING, RESOLUTION = derived_id("test", "meeting"), derived_id("test", "resolution")


def adopted(subject: ResolutionSubject) -> ResolutionAdopted:
    """The event by which the Council resolved it, `RESOLUTION`; both sides were of one mind."""
    return ResolutionAdopted(
        resolution_id=RESOLUTION,
        number="3/2026",
        subject=subject,
        title=title(sq="Vendim", sr="Odluka"),
        text=text(sq="Këshilli vendosi.", sr="Savet je odlučio."),
        votes=tuple(SideVotes(side=side, in_favour=2, against=0, abstained=0, interested=0, seated=2) for side in Side),
    )


def resolved(subject: ResolutionSubject) -> Resolutions:
    """The fold of a decision that names `RESOLUTION`: `registers=(resolved(subject),)`."""
    fold = Resolutions()
    fold.apply(MEETING, adopted(subject))
    return fold
