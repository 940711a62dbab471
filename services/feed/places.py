"""How far a reader is in each log, in few bytes: what a cursor says."""

from collections.abc import Iterator, Mapping

import msgspec

_SEVEN, _MORE, _LONGEST = 7, 0x80, 63


class Place(msgspec.Struct, frozen=True, gc=False):
    """A place in one log: everything up to `position`, an event of `epoch`, was looked at; `told` was told last.

    All are 0 before the first event.
    """

    epoch: int = 0
    position: int = 0
    told: int = 0


START = Place()


class Places:
    """The places of a reader by tenant id; each log's is written by itself, so that moving in one costs little."""

    def __init__(self, at: Mapping[int, Place] | None = None) -> None:
        self._at = dict(at or {})
        self._written = {tenant_id: _written(tenant_id, place) for tenant_id, place in self._at.items()}

    @classmethod
    def read(cls, payload: bytes) -> "Places":
        """The places that `bytes` of some made. Raises: ValueError."""
        numbers = list(_numbers(payload))
        if len(numbers) % 4:
            raise ValueError("a place is cut")
        found: dict[int, Place] = {}
        for n in range(0, len(numbers), 4):
            tenant_id, epoch, position, silent = numbers[n : n + 4]
            found[tenant_id] = Place(epoch, position, position - silent)
        return cls(found)

    def of(self, tenant_id: int) -> Place:
        """The place in that log."""
        return self._at.get(tenant_id, START)

    def move(self, tenant_id: int, place: Place) -> None:
        """Stand there from now on."""
        self._at[tenant_id] = place
        self._written[tenant_id] = _written(tenant_id, place)

    def __bytes__(self) -> bytes:
        return b"".join(self._written.values())


def _written(tenant_id: int, place: Place) -> bytes:
    """Four numbers of seven bits a byte, the lowest first; a set high bit says that more follow (LEB128)."""
    written = bytearray()
    for number in (tenant_id, place.epoch, place.position, place.position - place.told):
        rest = number
        while rest >= _MORE:
            written.append(rest & (_MORE - 1) | _MORE)
            rest >>= _SEVEN
        written.append(rest)
    return bytes(written)


def _numbers(payload: bytes) -> Iterator[int]:
    number, shift = 0, 0
    for byte in payload:
        number |= (byte & (_MORE - 1)) << shift
        if byte & _MORE:
            shift += _SEVEN
            if shift > _LONGEST:
                raise ValueError("a number is too long")
        else:
            yield number
            number, shift = 0, 0
    if shift:
        raise ValueError("a number is cut")
