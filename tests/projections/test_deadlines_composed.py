"""The deadline register is made of parts; what a part may say of a deadline, and what the clock makes of it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.catalogue import COMMANDS
from domain.consultations import events as e
from domain.consultations.commands import CloseConsultation
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from infra.eventstore.interface import StoredEvent
from projections.consultation_deadlines import ConsultationDeadlines
from projections.deadline_register import DeadlineRegister
from projections.deadline_rows import DeadlineRow, deadline_id, set_deadline
from projections.read_model import ReadModel, folds
from services.worker.timers import Due

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STREAM, PART = derived_id("stream"), derived_id("part")
EVENT = StoredEvent(2, 7, 1, STREAM, 1, "trial.Set.v1", NOW, NOW, None, None, b"{}", b"{}", None)


class MarkPart(Command, frozen=True):
    report_id: UUID


class MoveParts(Command, frozen=True):
    one: UUID
    other: UUID


class Others:
    @folds(e.ConsultationOpened, begins=True)
    def also_opened(self, row: DeadlineRow | None, event: StoredEvent, told: object) -> DeadlineRow | None:
        return row


def test_every_domains_deadlines_are_in_the_register() -> None:
    parts = [part for part in DeadlineRegister.__mro__ if part.__name__.endswith("Deadlines")]

    assert ConsultationDeadlines in parts
    assert {e.ConsultationOpened, e.MeetingScheduled, e.ReportPublished} <= set(DeadlineRegister.handlers)


def test_two_parts_do_not_fold_the_same_event() -> None:
    with pytest.raises(TypeError, match="ConsultationOpened is folded by"):
        type("Twice", (ConsultationDeadlines, Others, ReadModel), {"row": DeadlineRow, "key": ("deadline_id",)})


def test_a_deadline_of_a_part_is_another_one_than_the_streams() -> None:
    ids = {deadline_id(STREAM, "report"), deadline_id(STREAM, "report", PART), deadline_id(STREAM, "notice", PART)}

    assert len(ids) == 3
    assert set_deadline(EVENT, "report", NOW, None, part_id=PART).deadline_id == deadline_id(STREAM, "report", PART)


@pytest.mark.parametrize(
    ("action", "part_id", "fits"),
    [
        (CloseConsultation, None, True),
        (CloseConsultation, PART, False),
        (MarkPart, PART, True),
        (MarkPart, None, False),
        (MoveParts, PART, False),
        (None, PART, True),
        (None, None, True),
    ],
)
def test_an_action_needs_nothing_that_the_clock_does_not_know(
    action: type[Command] | None, part_id: UUID | None, fits: bool
) -> None:
    if not fits:
        with pytest.raises(TypeError):
            set_deadline(EVENT, "report", NOW, None, action=action, part_id=part_id)
        return
    row = set_deadline(EVENT, "report", NOW, None, action=action, part_id=part_id)
    assert (row.action, row.part_id) == (action.name if action else "", part_id)


def test_the_clock_names_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "MarkPart", MarkPart)

    def due(action: str, part_id: UUID | None) -> Due:
        return Due(2, uuid4(), STREAM, action, NOW, 1, part_id)

    assert due("MarkPart", PART).command == MarkPart(report_id=PART)
    assert due("CloseConsultation", None).command == CloseConsultation()
