"""Publications as the tests tell them."""

from datetime import date

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, LanguageFile, MediaType
from domain.publications.events import publication as e
from domain.publications.vocabulary import Concerned, PublicationKind


def files(name: str, *languages: str) -> tuple[LanguageFile, ...]:
    """A file in each of the languages, other bytes for each name."""
    return tuple(
        LanguageFile(
            language=language,
            file=File(
                sha256=derived_id("test", name, language).hex * 2,
                media_type=MediaType.PDF,
                size=10,
                file_name=f"{name}.pdf",
            ),
        )
        for language in languages or ("sq", "sr")
    )


PUBLISHED = e.DocumentPublished(
    kind=PublicationKind.STRATEGY,
    title=title(sq="Strategjia për bashkëpunim", sr="Strategija za saradnju"),
    summary=text(sq="Çfarë premtohet.", sr="Šta se obećava."),
    dated=date(2026, 1, 15),
    decision_no="02/90",
    concerns=Concerned(tenant="opm", stream_id=derived_id("test", "strategy")),
    files=files("strategy"),
)
REVISED = e.DocumentRevised(
    number=2, files=files("strategy-2"), change=text(sq="Gabime shtypi.", sr="Štamparske greške.")
)
WITHDRAWN = e.DocumentWithdrawn(reason=text(sq="U zëvendësua.", sr="Zamenjeno."))
EXAMPLES: dict[type[Event], Event] = {type(example): example for example in (PUBLISHED, REVISED, WITHDRAWN)}
