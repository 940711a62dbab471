"""The catalogue of an installation: every dataset, with the files of its newest dump."""

import asyncio
from collections.abc import Mapping
from typing import Any

from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.message import N_, Message
from domain.tenants.register import Institution
from services.dumps.building import ADDRESS
from services.dumps.catalogue import DATASETS, SERIES
from services.dumps.dataset import MEDIA_TYPES, Dataset
from services.dumps.dump import Dump
from services.dumps.shelf import Shelf
from services.language.translation import translate
from services.open_data.dcat import Catalogue, Entry, Offered, Words, catalogue
from services.settings import Settings, base_address

PATH = "/v1/public/catalog"
_LANGUAGES = ("sq", "sr", "en")


async def listed(shelf: Shelf, institutions: Mapping[str, Institution], settings: Settings) -> dict[str, Any]:
    """The catalogue by DCAT-AP 3, as JSON-LD."""
    newest = await asyncio.gather(*(shelf.newest(one.name) for one in DATASETS))
    home = base_address(settings)
    about = Catalogue(
        address=f"{home}{PATH}",
        home=home,
        title=_in_every_language(N_("Open data of the cooperation between institutions and civil society")),
        description=_in_every_language(
            N_("What everybody may see in Pakt, to take away whole: a file a day of each register, with its proofs.")
        ),
        publisher=_names(institutions.get(NATIONAL_SLUG)),
        licence=settings.open_data_licence,
        series={name: _in_every_language(title) for name, title in SERIES.items()},
    )
    return catalogue(about, [_entry(one, dump, home) for one, dump in zip(DATASETS, newest, strict=True)])


def _entry(dataset: Dataset, dump: Dump | None, home: str) -> Entry:
    address = f"{home}{ADDRESS}/{dataset.name}"
    return Entry(
        name=dataset.name,
        title=_in_every_language(dataset.title),
        description=_in_every_language(dataset.description),
        series=dataset.series,
        theme=dataset.theme,
        page=address,
        listed=f"{home}/v1/public/{dataset.listed}" if dataset.listed else "",
        conforms_to=dataset.conforms_to,
        first=None if dump is None else dump.first,
        last=None if dump is None else dump.last,
        files=() if dump is None else tuple(_offered(dump, address)),
    )


def _offered(dump: Dump, address: str) -> list[Offered]:
    return [
        Offered(
            form=file.form,
            address=f"{address}/{dump.day.isoformat()}.{file.form}",
            media_type=MEDIA_TYPES[file.form],
            size=file.size,
            sha256=file.sha256,
            issued=dump.built_at,
        )
        for file in dump.files
    ]


def _in_every_language(text: str) -> Words:
    return {language: translate(Message(text), language) for language in _LANGUAGES}


def _names(institution: Institution | None) -> Words:
    names = {} if institution is None else institution.names
    return {language: name for language in _LANGUAGES if (name := names.get(language))} or {"en": NATIONAL_SLUG}
