"""While the window is open: versions, extension, restart; it is never shortened."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import DocumentKind
from domain.kernel.command import Command
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.vocabulary import LanguageFile
from tests.domain.consultations.stories import (
    AFTER,
    ANNEX_ID,
    BOTH,
    CALENDAR,
    CHECKED,
    CLOSES_AT,
    DRAFT_ID,
    DURING,
    FILE,
    OPEN,
    OPENED,
    OPENED_AT,
    OVER,
    PREPARED,
    PREPARED_AT,
    REASON,
    RULES,
    TITLE,
    WINDOW,
    attached,
    in_languages,
    planned,
)
from tests.support.given import given, new_id

WINDOW_RULE = RULES["consultation.written.min"]
TWENTY = deadline(WINDOW_RULE, OPENED_AT, "ConsultationOpened", CALENDAR, n=20)
ANEW = deadline(WINDOW_RULE, DURING, "ConsultationRestarted", CALENDAR)
TOLD = msgspec.structs.replace(OPENED, deadline=None)
RESTARTED = e.ConsultationRestarted(
    previous_closes_at=CLOSES_AT, starts_at=DURING, closes_at=ANEW.due_at, reason=REASON, deadline=ANEW
)
EXTENDED = e.ConsultationExtended(previous_closes_at=CLOSES_AT, closes_at=TWENTY.due_at, reason=REASON, deadline=TWENTY)
EXTEND = c.ExtendConsultation(window_days=20, reason=REASON)
SUBSTANTIVE = c.PublishVersion(files=BOTH, substantive=True, note=REASON, restart=True)
TYPO = c.PublishVersion(files=in_languages("sr"), substantive=False, note=REASON)


def version(**changes: Any) -> e.DocumentVersionPublished:
    facts: dict[str, Any] = {
        "document_id": DRAFT_ID,
        "version": 2,
        "kind": DocumentKind.DRAFT,
        "files": BOTH,
        "substantive": True,
        "note": REASON,
    }
    return e.DocumentVersionPublished(**(facts | changes))


def opened(*events: Any) -> Any:
    return given(Consultation, events or OPEN, at=PREPARED_AT)


class TestExtension:
    def test_it_is_counted_from_the_old_start(self) -> None:
        opened().when(EXTEND, now=DURING).then([EXTENDED]).then_state(lambda it: it.closes_at == TWENTY.due_at)
        assert TWENTY.anchor == OPENED_AT

    @pytest.mark.parametrize("days", [1, 14, 15])
    def test_it_only_lengthens(self, days: int) -> None:
        refused = opened().when(c.ExtendConsultation(window_days=days, reason=REASON), now=DURING)

        refused.then_refused(RuleViolated, rule="consultation.window.never_shortened")
        assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")

    def test_it_can_be_extended_twice(self) -> None:
        opened(*OPEN, EXTENDED).when(c.ExtendConsultation(window_days=21, reason=REASON), now=DURING).then_events(
            e.ConsultationExtended
        )
        opened(*OPEN, EXTENDED).when(EXTEND, now=DURING).then_refused(RuleViolated)

    def test_it_says_how_long(self) -> None:
        opened().when(c.ExtendConsultation(reason=REASON), now=DURING).then_refused(
            InvalidValue, pointer="/window_days"
        )

    def test_nobody_sets_the_end_by_hand(self) -> None:
        by_hand = c.ExtendConsultation(closes_at=datetime(2026, 5, 1, tzinfo=UTC), reason=REASON)

        opened().when(by_hand, now=DURING).then_refused(InvalidValue, pointer="/closes_at")

    def test_history_tells_its_own_end(self) -> None:
        later = datetime(2026, 5, 1, tzinfo=UTC)
        told = c.ExtendConsultation(closes_at=later, reason=REASON)
        opened(*PREPARED, TOLD).when(told, now=DURING, imported=True).then(
            [e.ConsultationExtended(previous_closes_at=CLOSES_AT, closes_at=later, reason=REASON)]
        )
        earlier = c.ExtendConsultation(closes_at=datetime(2026, 4, 1, tzinfo=UTC), reason=REASON)
        opened().when(earlier, now=DURING, imported=True).then_refused(
            RuleViolated, rule="consultation.window.never_shortened"
        )

    def test_a_told_window_can_be_extended_under_the_rule(self) -> None:
        opened(*PREPARED, TOLD).when(EXTEND, now=DURING).then([EXTENDED])


class TestRestart:
    def test_the_window_begins_anew(self) -> None:
        opened().when(c.RestartConsultation(reason=REASON), now=DURING).then([RESTARTED]).then_state(
            lambda it: it.starts_at == DURING and it.closes_at == ANEW.due_at
        )

    def test_it_is_at_least_as_long_as_it_was(self) -> None:
        extended = opened(*OPEN, EXTENDED).when(c.RestartConsultation(reason=REASON), now=DURING)

        assert extended.aggregate.window.n == 20

    def test_it_is_never_shorter_than_the_rule(self) -> None:
        opened().when(c.RestartConsultation(reason=REASON, window_days=14), now=DURING).then_refused(
            RuleViolated, rule="consultation.written.min"
        )

    def test_it_never_ends_earlier_than_before(self) -> None:
        long = deadline(WINDOW_RULE, OPENED_AT, "ConsultationOpened", CALENDAR, n=40)
        opened_long = msgspec.structs.replace(OPENED, closes_at=long.due_at, deadline=long)

        opened(*PREPARED, opened_long).when(
            c.RestartConsultation(reason=REASON, window_days=15), now=DURING
        ).then_refused(RuleViolated, rule="consultation.window.never_shortened")

    def test_a_told_window_restarts_under_the_rule(self) -> None:
        opened(*PREPARED, TOLD).when(c.RestartConsultation(reason=REASON), now=DURING).then([RESTARTED])


class TestVersions:
    def test_a_slip_is_put_right_without_more_time(self) -> None:
        opened().when(TYPO, now=DURING).then([version(files=in_languages("sr"), substantive=False)])

    def test_a_substantive_change_restarts_the_window(self) -> None:
        opened().when(SUBSTANTIVE, now=DURING).then([version(), RESTARTED])

    def test_or_lengthens_it(self) -> None:
        longer = c.PublishVersion(files=BOTH, substantive=True, note=REASON, window_days=20)

        opened().when(longer, now=DURING).then([version(), EXTENDED])

    def test_never_neither(self) -> None:
        neither = c.PublishVersion(files=BOTH, substantive=True, note=REASON)
        refused = opened().when(neither, now=DURING).then_refused(RuleViolated, rule="consultation.version.substantive")

        assert refused.refusal.citation

    def test_a_substantive_change_comes_in_every_required_language(self) -> None:
        only_one = c.PublishVersion(files=in_languages("sq"), substantive=True, note=REASON, restart=True)
        refused = opened().when(only_one, now=DURING).then_refused(RuleViolated, rule="consultation.languages")

        assert refused.refusal.citation.startswith("Law No. 02/L-037")

    def test_an_annex_may_come_in_one_language(self) -> None:
        annex = c.PublishVersion(
            files=in_languages("en"), substantive=True, note=REASON, kind=DocumentKind.ANNEX, restart=True, title=TITLE
        )
        published = version(
            document_id=new_id(0), version=1, kind=DocumentKind.ANNEX, files=in_languages("en"), title=TITLE
        )

        opened().when(annex, now=DURING).then([published, RESTARTED])

    def test_a_named_document_keeps_its_kind(self) -> None:
        named = c.PublishVersion(files=BOTH, substantive=False, note=REASON, document_id=ANNEX_ID)
        story = (*PREPARED, attached(DocumentKind.ANNEX), OPENED)

        opened(*story).when(named, now=DURING).then(
            [version(document_id=ANNEX_ID, kind=DocumentKind.ANNEX, substantive=False)]
        )

    def test_an_unknown_document_is_refused(self) -> None:
        unknown = c.PublishVersion(files=BOTH, substantive=False, note=REASON, document_id=ANNEX_ID)

        opened().when(unknown, now=DURING).then_refused(InvalidValue, pointer="/document_id")

    def test_one_file_per_language(self) -> None:
        twice = c.PublishVersion(files=(*BOTH, LanguageFile(language="sq", file=FILE)), substantive=False, note=REASON)

        opened().when(twice, now=DURING).then_refused(InvalidValue, pointer="/files/2/language")

    def test_history_is_taken_as_it_was(self) -> None:
        neither = c.PublishVersion(files=in_languages("sq"), substantive=True, note=REASON)

        opened().when(neither, now=DURING, imported=True).then([version(files=in_languages("sq"))])


class TestParity:
    """A window that was opened without a required language counts anew once the last one is there."""

    HALF = (
        planned(),
        attached(DocumentKind.DRAFT, "sq"),
        attached(DocumentKind.EXPLANATORY_MEMORANDUM),
        CHECKED,
        TOLD,
    )

    def test_the_last_missing_language_starts_the_window(self) -> None:
        opened(*self.HALF).when(TYPO, now=DURING).then(
            [version(files=in_languages("sr"), substantive=False), RESTARTED]
        )

    def test_another_language_does_not(self) -> None:
        english = c.PublishVersion(files=in_languages("en"), substantive=False, note=REASON)

        opened(*self.HALF).when(english, now=DURING).then_events(e.DocumentVersionPublished)

    def test_nor_does_another_document(self) -> None:
        annex = c.PublishVersion(files=BOTH, substantive=False, note=REASON, kind=DocumentKind.ANNEX)

        opened(*self.HALF).when(annex, now=DURING).then_events(e.DocumentVersionPublished)

    def test_history_keeps_its_window(self) -> None:
        opened(*self.HALF).when(TYPO, now=DURING, imported=True).then_events(e.DocumentVersionPublished)


@pytest.mark.parametrize(
    "command", [EXTEND, SUBSTANTIVE, TYPO, c.RestartConsultation(reason=REASON)], ids=lambda it: it.name
)
def test_nothing_changes_outside_of_the_window(command: Command) -> None:
    opened(*PREPARED).when(command, now=DURING).then_refused(IllegalTransition)
    opened(*OVER).when(command, now=AFTER).then_refused(IllegalTransition)
    opened().when(command, now=CLOSES_AT).then_refused(RuleViolated, rule="consultation.window.over")
    opened(*PREPARED, TOLD).when(command, now=CLOSES_AT).then_refused(RuleViolated, rule="consultation.window.over")


def test_the_windows_are_what_the_tests_say() -> None:
    assert WINDOW.last_day == date(2026, 4, 10)
    assert TWENTY.last_day == date(2026, 4, 20)
    assert ANEW.last_day == date(2026, 4, 20)
