"""Whose checkpoints the witness takes: one key for one log, or one key for every log below a prefix.

The second is Pakt's own: an installation signs a log per institution and epoch with one key, and a witness that had to
be told of each would learn of a restored one too late. `pakt.example+…` as a prefix key is for every origin that begins
with `pakt.example/`, signed under that origin's name.
"""

from collections.abc import Iterable

import msgspec

from infra.tlog.note import Verifier


class KnownLogs:
    """The known logs' keys."""

    def __init__(self, logs: Iterable[Verifier], prefixes: Iterable[Verifier] = ()) -> None:
        self._logs = tuple(logs)
        self._prefixes = tuple(prefixes)

    def __len__(self) -> int:
        return len(self._logs) + len(self._prefixes)

    def of(self, origin: str) -> tuple[Verifier, ...]:
        """The keys that may sign the log of this origin; none for a log that is not known."""
        own = (one for one in self._logs if one.name == origin)
        above = (
            msgspec.structs.replace(one, name=origin) for one in self._prefixes if origin.startswith(f"{one.name}/")
        )
        return (*own, *above)
