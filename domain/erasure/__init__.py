"""Erasure: a person's data key is destroyed, and the log says so, on which ground and how much became unreadable."""

from domain.erasure.commands import CompleteErasure, EraseSubject, RestoreErasure
from domain.erasure.erasure import Erasure
from domain.erasure.events import ErasureCompleted, SubjectErased
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import GUARDIANS

DOMAIN = Domain(
    name="erasure",
    aggregates=(Erasure,),
    events=(SubjectErased, ErasureCompleted),
    permissions={
        EraseSubject: frozenset({Role.SIGNED_IN, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}),
        CompleteErasure: frozenset({Role.CLOCK}),
        RestoreErasure: frozenset({Role.CLOCK}),
    },
    queries={
        "subject": frozenset({Role.SIGNED_IN, Role.DATA_PROTECTION_OFFICER}),
        "erasure": GUARDIANS | {Role.SIGNED_IN},
        "erasures": GUARDIANS,
    },
)
