"""Releases of generated lives, folded as a projector folds them, without a database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.kernel.event import Event
from domain.tenants.register import Institution
from infra.eventstore.interface import StoredEvent
from projections.fold import Fold
from projections.release_queries import PublicRelease
from projections.release_register import ReleaseRegister
from projections.release_rows import ReleaseRow
from services.open_data.ocds_release import Source, release_of
from tests.projections.contracting_by_chance import LifeByChance
from tests.projections.contracts_by_chance import BEGAN

RELEASES = ReleaseRegister()
TENANT, SLUG = 2, "prizren"
NAMES = {"sq": "Komuna e Prizrenit", "sr": "Opština Prizren", "en": "Municipality of Prizren"}
SOURCE = Source("ocds-pakt01", {SLUG: Institution(TENANT, SLUG, "PZ", "municipality", NAMES, ("sq", "sr"))})


class Telling:
    """Tells events to a fold one after the other, a minute apart and those of one command at once."""

    def __init__(self) -> None:
        self.fold: Fold[ReleaseRow] = Fold(RELEASES)
        self.versions: dict[UUID, int] = {}
        self.position = 0
        self.at = BEGAN

    def tell(self, stream: UUID, events: Iterable[Event], **envelope: Any) -> None:
        self.at += timedelta(minutes=1)
        for event in events:
            self.position += 1
            self.versions[stream] = self.versions.get(stream, 0) + 1
            given = {"occurred_at": self.at, "recorded_at": self.at + timedelta(microseconds=self.position)} | envelope
            stored = StoredEvent(
                tenant_id=TENANT,
                position=self.position,
                epoch=1,
                stream_id=stream,
                version=self.versions[stream],
                type_name=event.TOPIC,
                command_id=None,
                subject_id=None,
                metadata=b"",
                data=b"",
                pii=None,
                **given,
            )
            self.fold.take(stored, event)

    @property
    def rows(self) -> list[PublicRelease]:
        """The releases, in the order of the log."""
        assert not self.fold.parked
        public = sorted((row for row in self.fold.ordered() if row.public), key=lambda row: row.position)
        return [public_of(row) for row in public]

    @property
    def releases(self) -> list[dict[str, Any]]:
        """The releases as the standard tells them."""
        return [release_of(row, SOURCE) for row in self.rows]


def public_of(row: ReleaseRow) -> PublicRelease:
    assert row.content is not None
    kept = {name: getattr(row, name) for name in PublicRelease.__struct_fields__ if name != "tenant"}
    return PublicRelease(tenant=SLUG, **kept)


def told(seed: int, lives: int) -> Telling:
    """That many lives, one after the other."""
    telling = Telling()
    for number in range(lives):
        for stream, events in LifeByChance(seed, number).turns():
            telling.tell(stream, events)
    return telling
