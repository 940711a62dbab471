"""Grants, contracting processes and measures as datasets in the forms of open standards, told in English."""

from collections.abc import AsyncIterator

from domain.kernel.message import N_
from projections import catalogue as models
from services.dumps.asking import CONTRACTING, ECONOMY, GOVERNMENT, GRANTING, STRATEGY
from services.dumps.dataset import CSV, JSON, XML, Dataset, Reading
from services.open_data import iati_activity, ocds_package, threesixty_package
from services.open_data.iati_package import as_xml, strategies_of
from services.open_data.ocds_release import Source
from services.open_data.publisher import Publisher, publisher_of
from services.open_data.threesixty_heading import Heading, heading_of

_LANGUAGE = "en"


def _awards(reading: Reading, form: str) -> tuple[Heading, Publisher]:
    names = {slug: one.names for slug, one in reading.institutions.items()}
    publisher = publisher_of(reading.settings.threesixty_prefix, names, _LANGUAGE)
    return heading_of(reading.settings, publisher, None, _LANGUAGE, f"{reading.address}.{form}"), publisher


def _awards_as_json(reading: Reading) -> AsyncIterator[bytes]:
    return threesixty_package.as_json(reading.connection, *_awards(reading, JSON))


def _awards_as_csv(reading: Reading) -> AsyncIterator[bytes]:
    return threesixty_package.as_csv(reading.connection, *_awards(reading, CSV))


def _releases(reading: Reading) -> AsyncIterator[bytes]:
    settings, institutions = reading.settings, reading.institutions
    heading = ocds_package.heading_of(settings, institutions, None, _LANGUAGE, f"{reading.address}.{JSON}")
    source = Source(settings.ocid_prefix, institutions, settings.public_url)
    form = ocds_package.FORMS["releases"]
    return ocds_package.whole(reading.connection, form, heading, source, reading.as_of)


async def _activities(reading: Reading) -> AsyncIterator[bytes]:
    strategies = await strategies_of(reading.connection)
    publisher = iati_activity.publisher_of(reading.settings, reading.institutions)
    async for chunk in as_xml(reading.connection, strategies, publisher, reading.as_of, national=True):
        yield chunk


STANDARDS = (
    Dataset(
        name="grants-360giving",
        title=N_("Grants by the 360Giving standard"),
        description=N_("Grants that institutions awarded or have on record, by the 360Giving Data Standard 1.4."),
        series=GRANTING,
        theme=GOVERNMENT,
        of=(models.RECORDED_GRANTS, models.GRANT_AGREEMENTS),
        standard={JSON: _awards_as_json, CSV: _awards_as_csv},
        listed="grants/360giving.json",
        conforms_to="https://standard.threesixtygiving.org/en/1.4/",
    ),
    Dataset(
        name="contracts-ocds",
        title=N_("Contracting processes by OCDS"),
        description=N_("Contracting processes, a release for each stage, by the Open Contracting Data Standard 1.1."),
        series=CONTRACTING,
        theme=ECONOMY,
        of=(models.RELEASES,),
        standard={JSON: _releases},
        listed="ocds/releases",
        conforms_to="https://standard.open-contracting.org/1.1/en/",
    ),
    Dataset(
        name="activities-iati",
        title=N_("Strategies and measures by IATI"),
        description=N_("Strategies and their measures as activities of the IATI standard 2.03."),
        series=STRATEGY,
        theme=GOVERNMENT,
        of=(models.MEASURES, models.MEASURE_TRANSACTIONS, models.INDICATORS, models.STRATEGIES),
        standard={XML: _activities},
        listed="open-data/iati.xml",
        conforms_to="https://iatistandard.org/en/iati-standard/203/",
    ),
)
