"""What changed between two positions: by aggregate and field, by whom; read from those streams alone."""

import msgspec

from domain.consultations import events as e
from domain.kernel.ids import derived_id
from domain.kernel.text import title
from domain.kernel.vocabulary import Contact
from projections.changes import changes
from projections.history import position_at
from tests.domain.grants import applications as a
from tests.projections.story import (
    REGISTRY,
    TENANT,
    Story,
    drafted,
    opened,
    planned,
    submitted,
    tell_at_random,
)

A, B, C = derived_id("A"), derived_id("B"), derived_id("C")
OTHER = derived_id("another", "actor")


async def test_a_field_tells_both_values_and_who_changed_it(memory):
    story = Story(memory)
    first = await story.tell(A, planned("Ligji"))
    await story.tell(A, e.DraftAmended(contact=Contact(office="Zyra", email="a@example.org")))
    last = await story.tell(
        A,
        e.DraftAmended(title=title(sq="Ligji i ri", sr="Ligji sr")),
        actor=OTHER,
        role="legal_officer",
        basis="2/2026",
    )
    await story.tell(B, planned())

    [one] = await changes(memory, REGISTRY, TENANT, first, last)
    assert (one.stream_id, one.kind, one.from_version, one.to_version) == (A, "Consultation", 1, 3)
    fields = {change.field: change for change in one.fields}
    assert set(fields) == {"/facts/contact", "/facts/contact/office", "/facts/contact/email", "/facts/title/sq/text"}
    named = fields["/facts/title/sq/text"]
    assert (named.old, named.new) == ("Ligji", "Ligji i ri")
    assert [(by.actor_id, by.role, by.basis, by.position, by.action) for by in named.by] == [
        (OTHER, "legal_officer", "2/2026", 3, "consultations.DraftAmended")
    ]
    assert fields["/facts/contact/office"].new == "Zyra"
    assert await changes(memory, REGISTRY, TENANT, last, last) == []


async def test_what_begins_in_between_was_not_there_before(memory):
    story = Story(memory)
    await story.tell(A, planned())
    end = await story.tell(B, planned("Ligji"), opened())

    [one] = await changes(memory, REGISTRY, TENANT, 1, end)
    assert (one.stream_id, one.from_version, one.to_version) == (B, 0, 2)
    stage = next(change for change in one.fields if change.field == "/stage")
    assert ([by.position for by in stage.by], stage.new) == ([2, 3], "open")
    assert stage.old is msgspec.UNSET


async def test_a_change_that_was_taken_back_is_told_all_the_same(memory):
    story = Story(memory)
    await story.tell(A, planned("Ligji"))
    await story.tell(A, e.DraftAmended(complex=True), actor=OTHER)
    await story.tell(A, e.DraftAmended(complex=False))

    [one] = await changes(memory, REGISTRY, TENANT, 1, 3)
    [change] = one.fields
    assert (change.field, change.old, change.new) == ("/facts/complex", False, False)
    assert [by.position for by in change.by] == [2, 3]


async def test_a_draft_is_its_authors_alone(memory):
    story, author = Story(memory), derived_id("author")
    await story.tell(A, planned(), opened())
    await story.tell(C, drafted(A, "Jo ende", contributor_id=author))
    sent = await story.tell(C, e.ContributionRevised(language="sq", body="Tani po"), submitted(A))

    assert await changes(memory, REGISTRY, TENANT, 2, 3) == []  # nobody else learns that there is one
    [own] = await changes(memory, REGISTRY, TENANT, 2, 3, author)
    assert "Jo ende" in [change.new for change in own.fields]
    [seen] = await changes(memory, REGISTRY, TENANT, 3, sent)
    assert "Jo ende" not in repr(seen)


async def test_an_application_is_the_applicants_until_it_is_submitted(memory):
    story = Story(memory)
    await story.tell(A, planned(), opened())
    await story.tell(C, a.DRAFTED, a.DESCRIBED, a.SAVED, a.INVITED)
    await story.tell(B, a.DRAFTED, a.DESCRIBED, a.TAKEN_BACK)
    sent = await story.tell(C, a.SIGNED, a.SUBMITTED)

    assert await changes(memory, REGISTRY, TENANT, 2, sent - 2) == []
    [own] = await changes(memory, REGISTRY, TENANT, 2, sent - 2, a.COLLEAGUE)
    assert a.PROJECT.title in [change.new for change in own.fields]
    [seen] = await changes(memory, REGISTRY, TENANT, 2, sent)
    assert seen.stream_id == C
    assert {by.action for change in seen.fields for by in change.by} == {"grants.ApplicationSubmitted"}


async def test_a_time_is_the_last_position_recorded_by_then(memory):
    await tell_at_random(Story(memory), seed=5, commands=40)
    log = await memory.read_log(TENANT, 0, 1_000)

    for event in log:
        assert await position_at(memory, TENANT, event.recorded_at) == event.position
    assert await position_at(memory, TENANT, log[0].recorded_at.replace(year=2000)) == 0


async def test_the_changes_of_spans_add_up(memory):
    """Whatever the span, the new values are those of the streams at its end and the old ones those at its begin."""
    await tell_at_random(Story(memory), seed=7, commands=80)
    head = await memory.head(TENANT)
    at_end = {
        (one.stream_id, change.field): change.new
        for one in await changes(memory, REGISTRY, TENANT, 0, head)
        for change in one.fields
    }
    for cut in range(0, head, 11):
        late = await changes(memory, REGISTRY, TENANT, cut, head)
        at_cut = {
            (one.stream_id, change.field): change.new
            for one in await changes(memory, REGISTRY, TENANT, 0, cut)
            for change in one.fields
        }
        for one in late:
            for change in one.fields:
                assert at_end[one.stream_id, change.field] == change.new
                if one.from_version and (one.stream_id, change.field) in at_cut:
                    assert at_cut[one.stream_id, change.field] == change.old
