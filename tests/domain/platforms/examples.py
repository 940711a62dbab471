"""Directories and nominations as the tests tell them."""

from datetime import date
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.organisations.vocabulary import Identifier, Scheme
from domain.platforms.events import directory_sync as s
from domain.platforms.events import member as m
from domain.platforms.events import nomination as n
from domain.platforms.nomination import NomineeStanding
from domain.platforms.nomination_call import NominationCall
from domain.platforms.place import Place
from domain.platforms.vocabulary import (
    LineFault,
    LineOutcome,
    MemberFacts,
    NominationPurpose,
    RefusedLine,
)
from tests.domain.organisations.examples import NAME, NGO, REGISTERED, verified
from tests.support.given import ACTOR, NOW, STREAM, built, new_id

CLIENT = ACTOR
OTHER_CLIENT = derived_id("test", "other client")
ORGANISATION = STREAM
OTHER = derived_id("test", "other organisation")
OTHERS_NUMBER = Identifier(Scheme.NGO, "5199999")
API_CLIENT = Mandate(Role.API_CLIENT, "grant")
SECRETARY = Mandate(Role.COUNCIL_SECRETARY, "Appointment 5/2026")
FACTS = MemberFacts(identifier=NGO, title="Qendra për Rini", joined_on=date(2019, 7, 17))
RENAMED = replace(FACTS, title="Qendra për të Rinj")
MOVED = MemberFacts(identifier=OTHERS_NUMBER, title="Forumi", joined_on=date(2020, 1, 1))
NUMBER = "C-17"
MEMBER = m.member_id(CLIENT, NUMBER)

LISTED = m.MemberListed(client_id=CLIENT, number=NUMBER, organisation_id=ORGANISATION, facts=FACTS)
AMENDED = m.MemberAmended(
    client_id=CLIENT, number=NUMBER, organisation_id=OTHER, facts=MOVED, former_organisation_id=ORGANISATION
)
DELISTED = m.MemberDelisted(client_id=CLIENT, number=NUMBER, organisation_id=ORGANISATION)
RELISTED = m.MemberRelisted(client_id=CLIENT, number=NUMBER, organisation_id=ORGANISATION, facts=RENAMED)

BEGUN = s.DirectorySyncBegun(client_id=CLIENT, digest="ab" * 32, lines=2, complete=True)
FINISHED = s.DirectorySyncFinished(
    client_id=CLIENT,
    outcomes=(LineOutcome.LISTED, LineOutcome.REFUSED),
    refused=(RefusedLine(2, LineFault.UNKNOWN_IDENTIFIER),),
    delisted=("C-3",),
    held_back=False,
)

GROUP = derived_id("test", "working group")
CALL = derived_id("test", "call")
ASKED = n.NominationsAsked(
    purpose=NominationPurpose.WORKING_GROUP,
    title=title(sq="Grupi punues për vullnetarizëm", sr="Radna grupa za volontiranje"),
    task=text(sq="Përgatit draftin.", sr="Priprema nacrt."),
    places=1,
    until=date(2026, 3, 31),
    concerns=GROUP,
)
ENDED = n.NominationsEnded(reason=text(sq="Grupi është i plotë.", sr="Grupa je popunjena."))
NOMINATED = n.PersonNominated(
    client_id=CLIENT, call_id=CALL, nominee_id=new_id(0), organisation_id=ORGANISATION, organisation_name=NAME
)
ACCEPTED = n.NomineeAccepted(client_id=CLIENT, call_id=CALL)
DECLINED = n.NomineeDeclined(client_id=CLIENT, call_id=CALL)
WITHDRAWN = n.NominationWithdrawn(client_id=CLIENT, call_id=CALL)
_SHOWN: tuple[Event, ...] = (
    LISTED,
    AMENDED,
    DELISTED,
    RELISTED,
    BEGUN,
    FINISHED,
    ASKED,
    ENDED,
    NOMINATED,
    ACCEPTED,
    DECLINED,
    WITHDRAWN,
)
EXAMPLES: dict[type[Event], Event] = {type(example): example for example in _SHOWN}


def place(*told: tuple[UUID, Event]) -> Place:
    """Two verified organisations, and what the directory tells of them."""
    fold = Place()
    known = [(ORGANISATION, REGISTERED[1]), (OTHER, verified(OTHER, (OTHERS_NUMBER,)))]
    for stream_id, event in (*known, *told):
        fold.apply(stream_id, event)
    return fold


def call(*events: Event) -> NominationCall:
    """The call, and what became of it."""
    made: NominationCall = built(NominationCall, [ASKED, *events], CALL)
    return made


def standing(*events: Event) -> NomineeStanding:
    """The register's knowledge of `ORGANISATION`: verified, and `events`."""
    fold = NomineeStanding()
    for version, event in enumerate((*REGISTERED, *events), 1):
        fold.apply(ORGANISATION, replace(event).stamp(ORGANISATION, version, NOW))
    return fold


def facts(**changes: Any) -> MemberFacts:
    """What the directory says, changed."""
    return replace(FACTS, **changes)
