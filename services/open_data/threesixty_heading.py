"""What a 360Giving package says of itself, in the reader's language."""

import msgspec

from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.message import N_, Message
from services.language.translation import translate
from services.open_data.publisher import Publisher
from services.settings import PROVISIONAL_PREFIX, Settings


class Heading(msgspec.Struct, frozen=True):
    """Texts in the reader's language, and URIs of the licence and of the place where the package lies."""

    title: str
    description: str
    identifier: str
    publisher: str
    publisher_id: str
    license: str
    download: str = ""


def heading_of(settings: Settings, publisher: Publisher, slug: str | None, language: str, path: str = "") -> Heading:
    """The heading of a package of one institution, or of all where `slug` is None; `path` is its public address."""
    institution = publisher.name(slug)
    if slug is None:
        title = translate(Message(N_("Grants of all institutions")), language)
    else:
        title = translate(Message(N_("Grants: {institution}"), {"institution": institution}), language)
    told = [translate(Message(N_("Grants that were awarded, and grants of others that are on record.")), language)]
    if publisher.prefix == PROVISIONAL_PREFIX:
        provisional = N_("The prefix {prefix} of identifiers is provisional: {standard} has not registered it.")
        told.append(translate(Message(provisional, {"prefix": publisher.prefix, "standard": "360Giving"}), language))
    return Heading(
        title=title,
        description=" ".join(told),
        identifier=f"{publisher.prefix}:grants:{slug or 'all'}",
        publisher=institution,
        publisher_id=publisher.organisation(slug or NATIONAL_SLUG),
        license=settings.open_data_licence,
        download=f"{settings.public_url.rstrip('/')}{path}" if settings.public_url and path else "",
    )
