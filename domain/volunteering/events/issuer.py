"""What became true of the keys that sign an institution's certificates, by their public halves (Ed25519, hex)."""

from domain.kernel.event import Event, InitialEvent


class IssuerKeyMade(InitialEvent, frozen=True):
    """The institution has a key that signs its certificates."""

    TOPIC = "volunteering.IssuerKeyMade.v1"
    public_key: str


class IssuerKeyRotated(Event, frozen=True):
    """From here on `public_key` signs; what `previous` signed before stays valid."""

    TOPIC = "volunteering.IssuerKeyRotated.v1"
    public_key: str
    previous: str
    reason: str


class IssuerKeyRetired(Event, frozen=True):
    """What the key signs counts only where the log held it before."""

    TOPIC = "volunteering.IssuerKeyRetired.v1"
    public_key: str
    reason: str


EVENTS: tuple[type[Event], ...] = (IssuerKeyMade, IssuerKeyRotated, IssuerKeyRetired)
