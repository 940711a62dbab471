"""Erasure: a person's data key is destroyed, and the log says so, on which ground and how much became unreadable."""

from domain.erasure.commands import CompleteErasure, EraseSubject, RecordExport, RestoreErasure
from domain.erasure.erasure import Erasure
from domain.erasure.events import DataExported, ErasureCompleted, SubjectErased
from domain.erasure.export import Export
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import GUARDIANS

DOMAIN = Domain(
    name="erasure",
    aggregates=(Erasure, Export),
    events=(SubjectErased, ErasureCompleted, DataExported),
    permissions={
        EraseSubject: frozenset({Role.SIGNED_IN, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}),
        RecordExport: frozenset({Role.SIGNED_IN}),
        CompleteErasure: frozenset({Role.CLOCK}),
        RestoreErasure: frozenset({Role.CLOCK}),
    },
    inward=frozenset({RecordExport}),
    queries={
        "subject": frozenset({Role.SIGNED_IN, Role.DATA_PROTECTION_OFFICER}),
        "erasure": GUARDIANS | {Role.SIGNED_IN},
        "erasures": GUARDIANS,
    },
)
