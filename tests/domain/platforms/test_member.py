"""A member of a directory: entered by the client itself, of an organisation that the register knows, under one number."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.organisations.events import OrganisationMerged
from domain.organisations.vocabulary import Holdings
from domain.platforms.commands import member as c
from domain.platforms.events.member import MemberAmended
from domain.platforms.member import Member
from domain.platforms.place import Place
from tests.domain.organisations.examples import DECISION, FISCAL, NGO, REMOVED
from tests.domain.platforms import examples as x
from tests.support.given import MINISTRY, NATIONAL, Outcome, given, given_nothing

LIST = c.ListMember(client_id=x.CLIENT, number=x.NUMBER, organisation_id=x.ORGANISATION, facts=x.FACTS)
AMEND = c.AmendMember(client_id=x.CLIENT, organisation_id=x.OTHER, facts=x.MOVED)
RELIST = c.RelistMember(client_id=x.CLIENT, organisation_id=x.ORGANISATION, facts=x.RENAMED)
DELIST = c.DelistMember(client_id=x.CLIENT)
KNOWN: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.API_CLIENT}


def entered(command: Command = LIST, *, stream_id: UUID = x.MEMBER, **changes: Any) -> Outcome:
    facts = KNOWN | {"boundary": x.place()} | changes
    return given_nothing(Member, stream_id=stream_id).when(command, **facts)


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    own = [(x.MEMBER, event) for event in past]
    facts = KNOWN | {"boundary": x.place(*own)} | changes
    return given(Member, past, stream_id=x.MEMBER).when(command, **facts)


def test_a_member_from_the_first_listing_to_the_second() -> None:
    entered().then([x.LISTED])
    decided(AMEND, x.LISTED).then([x.AMENDED])
    decided(DELIST, x.LISTED).then([x.DELISTED])
    decided(RELIST, x.LISTED, x.DELISTED).then([x.RELISTED])
    corrected = replace(AMEND, organisation_id=x.ORGANISATION, facts=x.RENAMED)
    (event,) = decided(corrected, x.LISTED).then_events(MemberAmended).events
    assert isinstance(event, MemberAmended)
    assert event.former_organisation_id is None


def test_what_is_said_already_is_not_said_again() -> None:
    same = c.AmendMember(client_id=x.CLIENT, organisation_id=x.ORGANISATION, facts=x.FACTS)

    decided(same, x.LISTED).then_nothing()


@pytest.mark.parametrize(
    ("command", "past"),
    [
        (AMEND, (x.LISTED, x.DELISTED)),
        (DELIST, (x.LISTED, x.DELISTED)),
        (RELIST, (x.LISTED,)),
        (RELIST, (x.LISTED, x.DELISTED, x.RELISTED)),
    ],
    ids=lambda one: getattr(one, "name", "past"),
)
def test_nothing_is_done_out_of_turn(command: Command, past: tuple[Event, ...]) -> None:
    decided(command, *past).then_refused(IllegalTransition)


def test_a_directory_is_its_clients_own() -> None:
    for command in (AMEND, DELIST):
        decided(command, x.LISTED, actor=x.OTHER_CLIENT).then_refused(NotPermitted)
        theirs: Any = replace(command, client_id=x.OTHER_CLIENT)
        decided(theirs, x.LISTED, actor=x.OTHER_CLIENT).then_refused(NotPermitted)
    decided(RELIST, x.LISTED, x.DELISTED, actor=x.OTHER_CLIENT).then_refused(NotPermitted)
    entered(actor=x.OTHER_CLIENT).then_refused(NotPermitted)
    entered(replace(LIST, number="C-18")).then_refused(InvalidValue, pointer="/number")
    entered(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


def test_only_whom_the_register_knows_by_that_identifier() -> None:
    entered(replace(LIST, facts=x.facts(identifier=FISCAL))).then([replace(x.LISTED, facts=x.facts(identifier=FISCAL))])
    unknown = (
        entered(replace(LIST, organisation_id=x.OTHER)),
        entered(boundary=Place()),
        entered(boundary=x.place((x.ORGANISATION, REMOVED))),
        decided(replace(AMEND, organisation_id=x.ORGANISATION), x.LISTED),
    )
    for refused in unknown:
        refused.then_refused(RuleViolated, rule="member.identifier")


def test_an_identifier_follows_its_organisation_into_the_entry_that_goes_on() -> None:
    held = Holdings(identifiers=(NGO,))
    merged = OrganisationMerged(organisation_id=x.ORGANISATION, into=x.OTHER, decision_no=DECISION, holdings=held)
    fold = x.place((x.MEMBER, x.LISTED), (x.ORGANISATION, merged))

    decided(RELIST, x.LISTED, x.DELISTED, boundary=fold).then_refused(RuleViolated, rule="member.identifier")
    goes_on = c.AmendMember(client_id=x.CLIENT, organisation_id=x.OTHER, facts=x.FACTS)
    decided(goes_on, x.LISTED, boundary=fold).then([replace(x.AMENDED, facts=x.FACTS)])


def test_an_organisation_has_one_number() -> None:
    elsewhere = replace(x.LISTED, number="C-3")
    fold = x.place((x.OTHER_CLIENT, elsewhere))

    entered(boundary=fold).then_refused(RuleViolated, rule="member.organisation.once")
    decided(RELIST, x.LISTED, x.DELISTED, boundary=fold).then_refused(RuleViolated, rule="member.organisation.once")
    left = x.place((x.OTHER_CLIENT, elsewhere), (x.OTHER_CLIENT, replace(x.DELISTED, number="C-3")))
    entered(boundary=left).then([x.LISTED])
    moved = x.place((x.OTHER_CLIENT, elsewhere), (x.OTHER_CLIENT, replace(x.AMENDED, number="C-3")))
    entered(boundary=moved).then([x.LISTED])


def test_nobody_joined_tomorrow() -> None:
    tomorrow = replace(LIST, facts=x.facts(joined_on=date(2026, 3, 17)))

    entered(tomorrow).then_refused(InvalidValue, pointer="/facts/joined_on")
    entered(replace(LIST, facts=x.facts(joined_on=date(2026, 3, 16)))).then_events(type(x.LISTED))
    entered(replace(LIST, facts=x.facts(joined_on=None))).then_events(type(x.LISTED))
