"""What is certified, of whom, by whom and when: confirmed hours of somebody else who consents, each once."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.text import Title, text
from domain.volunteering.certificate import CertificateStage, VolunteerCertificate
from domain.volunteering.certificate_policies import POLICIES
from domain.volunteering.commands import certificate as c
from domain.volunteering.commands import issuer as k
from domain.volunteering.commands import programme as pr
from domain.volunteering.events import certificate as e
from domain.volunteering.holder import hashed_name
from domain.volunteering.hours_parts import hours_tag, ledger_id
from domain.volunteering.issuer_keys import RING, IssuerKeyRing
from domain.volunteering.programme import VolunteerProgramme
from domain.volunteering.programme_facts import ProgrammeFacts
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import Purpose
from tests.domain.volunteering import certifying as x
from tests.domain.volunteering.examples import CLOCK, COORDINATOR
from tests.support.given import MINISTRY, MUNICIPALITY, STREAM, Outcome, given, given_nothing, told

ISSUE = c.IssueVolunteerCertificate(
    person_id=x.PERSON, holder="Vlora  Berisha", programme_id=x.PROGRAMME, agreement_ids=(x.KITCHEN,)
)
BOTH = replace(ISSUE, agreement_ids=(x.KITCHEN, x.LIBRARY))
REVOKE = c.RevokeVolunteerCertificate(decision_no="9/2026", ground=c.RevocationGround.HOURS_CORRECTED)
SUPERSEDE = c.SupersedeVolunteerCertificate(by=x.SUPERSEDED.by)
EARLIER = derived_id("test", "earlier certificate")
ADOPT = pr.AdoptProgramme(
    **{one: getattr(x.FACTS, one) for one in ProgrammeFacts.__struct_fields__}, decision_no="5/2026"
)


def issued(command: c.IssueVolunteerCertificate = ISSUE, **changes: Any) -> Outcome:
    return given_nothing(VolunteerCertificate, stream_id=x.CERTIFICATE).when(command, **x.facts(**changes))


def test_what_is_issued_names_nobody_and_whose_it_is_stands_beside_it() -> None:
    out = issued().then_events(e.CertificateIssued, e.CertificateHeld)
    made, held = out.events
    salt = (0).to_bytes(16).hex()
    assert isinstance(made, e.CertificateIssued)
    assert made == replace(x.ISSUED, subject=made.subject, name_hash=hashed_name(x.NAME, salt))
    assert held == replace(x.HELD, supersedes=())
    assert (made.tags(), made.personal) == ((), ())
    assert held.tags() == (hours_tag(ledger_id(x.KITCHEN)),)
    out.then_personal({"certificate_holder": x.NAME, "certificate_salt": salt})
    said = msgspec.json.encode(made).decode()
    assert not [one for one in (x.PERSON, x.KITCHEN, ledger_id(x.KITCHEN)) if str(one) in said]
    out.then_state(lambda one: one.stage is CertificateStage.ISSUED)


@pytest.mark.parametrize(("minutes", "months"), [(480, 0), (4_799, 0), (4_800, 1), (9_600, 2), (960_000, 12)])
def test_months_of_experience_are_counted_by_rule_and_capped_at_a_year(minutes: int, months: int) -> None:
    made = issued(boundary=x.hours(x.totalled(minutes=minutes))).events[0]
    assert isinstance(made, e.CertificateIssued)
    assert made.months == months


def test_hours_of_several_agreements_are_certified_together() -> None:
    known = x.hours(x.totalled(), x.totalled(x.LIBRARY, 600))
    made, held = issued(BOTH, boundary=known).events
    assert isinstance(made, e.CertificateIssued)
    assert (made.minutes, made.entries, made.totals) == (5_430, 46, tuple(sorted(x.DIGESTS.values())))
    assert held.tags() == tuple(hours_tag(ledger_id(one)) for one in BOTH.agreement_ids)


def test_it_is_valid_for_the_programmes_years_or_for_ever() -> None:
    leap = datetime(2028, 2, 29, 10, tzinfo=UTC)
    made = issued(now=leap).events[0]
    assert isinstance(made, e.CertificateIssued)
    assert made.valid_until == datetime(2031, 2, 28, 22, 59, 59, tzinfo=UTC)
    always = x.programme(replace(x.ADOPTED, facts=replace(x.FACTS, valid_years=None)))
    made = issued(references={"programme": always, "keys": x.ring()}).events[0]
    assert isinstance(made, e.CertificateIssued)
    assert made.valid_until is None


def test_a_new_certificate_takes_the_place_of_one_of_the_same_agreements() -> None:
    before = replace(x.HELD, totals=("00" * 32,))
    known = x.hours((EARLIER, before), x.totalled())
    out = issued(boundary=known)
    held = out.events[1]
    assert isinstance(held, e.CertificateHeld)
    assert held.supersedes == (EARLIER,)
    [reaction] = POLICIES[e.CertificateHeld](told(held, x.CERTIFICATE))
    assert (reaction.stream_id, reaction.command) == (EARLIER, c.SupersedeVolunteerCertificate(by=x.CERTIFICATE))


@pytest.mark.parametrize(
    ("command", "known", "rule"),
    [
        (ISSUE, {"boundary": x.hours()}, "volunteer.certificate.confirmed"),
        (BOTH, {}, "volunteer.certificate.confirmed"),
        (ISSUE, {"boundary": x.hours(x.totalled(minutes=0))}, "volunteer.certificate.confirmed"),
        (ISSUE, {"boundary": x.hours(x.totalled(), x.corrected())}, "volunteer.certificate.confirmed"),
        (ISSUE, {"boundary": x.hours(x.totalled(minutes=479))}, "volunteer.certificate.minutes"),
        (ISSUE, {"boundary": x.hours(x.totalled(), (EARLIER, x.HELD))}, "volunteer.certificate.once"),
        (
            ISSUE,
            {"boundary": x.hours(x.totalled(), (EARLIER, replace(x.HELD, agreement_ids=BOTH.agreement_ids)))},
            "volunteer.certificate.whole",
        ),
        (ISSUE, {"actor": x.PERSON}, "volunteer.certificate.own"),
        (ISSUE, {"actor": x.MOTHER, "registers": (x.guarded(),)}, "volunteer.certificate.own"),
        (ISSUE, {"registers": (x.standing(Purpose.MATCHING),)}, "volunteer.certificate.consent"),
        (ISSUE, {"registers": (VolunteerStanding(),)}, "volunteer.registered"),
        (
            ISSUE,
            {"references": {"programme": x.programme(x.ADOPTED, x.RETIRED), "keys": x.ring()}},
            "volunteer.programme.open",
        ),
    ],
)
def test_what_is_not_certified(command: c.IssueVolunteerCertificate, known: dict[str, Any], rule: str) -> None:
    issued(command, **known).then_refused(RuleViolated, rule=rule)


def test_what_cannot_be_meant() -> None:
    others = x.hours(x.totalled(person=derived_id("test", "another")))
    issued(boundary=others).then_refused(InvalidValue, pointer="/person_id")
    issued(replace(ISSUE, agreement_ids=(x.KITCHEN,) * 2)).then_refused(InvalidValue)
    issued(references={"programme": x.programme()}).then_refused(StreamNotFound)


def test_an_entry_that_was_not_confirmed_takes_nothing_back() -> None:
    issued(boundary=x.hours(x.totalled(), x.corrected(confirmed=False))).then_events(
        e.CertificateIssued, e.CertificateHeld
    )


def test_what_was_revoked_may_be_certified_again() -> None:
    known = x.hours(x.totalled(), (EARLIER, x.HELD), (EARLIER, x.REVOKED))
    issued(boundary=known).then_events(e.CertificateIssued, e.CertificateHeld)


@pytest.mark.parametrize(("command", "event"), [(REVOKE, x.REVOKED), (SUPERSEDE, x.SUPERSEDED)])
def test_it_ends_once(command: Command, event: Any) -> None:
    mandate = CLOCK if command is SUPERSEDE else COORDINATOR
    given(VolunteerCertificate, [x.ISSUED, x.HELD]).when(command, mandate=mandate).then([event])
    for end in (x.REVOKED, x.SUPERSEDED):
        past = [x.ISSUED, x.HELD, end]
        given(VolunteerCertificate, past).when(command, mandate=mandate).then_refused(IllegalTransition)


def test_programmes_are_adopted_in_all_languages_and_retired_once() -> None:
    def adopted(command: pr.AdoptProgramme, **changes: Any) -> Outcome:
        known = {"tenant": MINISTRY, "mandate": COORDINATOR} | changes
        return given_nothing(VolunteerProgramme).when(command, **known)

    adopted(ADOPT).then([x.ADOPTED])
    adopted(ADOPT, tenant=replace_ended()).then_refused(RuleViolated, rule="institution.active")
    adopted(ADOPT, tenant=MUNICIPALITY).then_refused(RuleViolated, rule="volunteer.languages")
    adopted(replace(ADOPT, title=Title())).then_refused(InvalidValue, pointer="/title")
    adopted(replace(ADOPT, criteria=text(sq="Vetëm"))).then_refused(RuleViolated, rule="volunteer.languages")
    adopted(replace(ADOPT, skills=("care", "care"))).then_refused(InvalidValue)
    retire = pr.RetireProgramme(decision_no="6/2026")
    given(VolunteerProgramme, [x.ADOPTED]).when(retire).then([x.RETIRED])
    given(VolunteerProgramme, [x.ADOPTED, x.RETIRED]).when(retire).then_refused(IllegalTransition)


def replace_ended() -> Any:
    from dataclasses import replace as changed

    return changed(MINISTRY, ended=True)


def test_keys_are_made_rotated_and_retired() -> None:
    assert IssuerKeyRing.settled_id(10, k.MakeIssuerKey(x.KEYS[0])) == RING
    given_nothing(IssuerKeyRing, stream_id=RING).when(k.MakeIssuerKey(x.KEYS[0])).then([x.MADE])
    rotate, retire = k.RotateIssuerKey(x.KEYS[1], "yearly"), k.RetireIssuerKey(x.KEYS[0], x.LOST.reason)
    given(IssuerKeyRing, [x.MADE]).when(rotate).then([x.ROTATED]).then_state(lambda one: one.current == x.KEYS[1])
    given(IssuerKeyRing, [x.MADE]).when(k.RotateIssuerKey(x.KEYS[0], "again")).then_refused(
        RuleViolated, rule="volunteer.issuer.key"
    )
    given(IssuerKeyRing, [x.MADE, x.ROTATED]).when(retire).then([x.LOST])
    for past in ([x.MADE], [x.MADE, x.ROTATED, x.LOST]):
        given(IssuerKeyRing, past).when(retire).then_refused(RuleViolated, rule="volunteer.issuer.retired")
    assert STREAM != RING
