"""The platform's members: made up, but each an organisation that has given the platform a mandate in the register."""

import csv
from pathlib import Path

import msgspec

from services.civikos.client.model import DirectoryLine, PublicConsultation

_COLUMNS = ("number", "title", "scheme", "identifier")
_SAID = {
    "sq": "Si organizata „{title}“ e përkrahim projektin „{about}“; afati duhet të jetë më i qartë. ({number})",
    "sr": "Kao organizacija „{title}“ podržavamo nacrt „{about}“; rok treba da bude jasniji. ({number})",
}


class Member(msgspec.Struct, frozen=True):
    """A member by the number in the platform's own list, its organisation and the mandate it gave."""

    number: str
    title: str
    organisation_id: str
    mandate_id: str


def comment_on(consultation: PublicConsultation, member: Member) -> tuple[str, str]:
    """What a member says of a consultation, and in which language: the same whenever it is asked."""
    language = ("sq", "sr")[sum(map(ord, member.number)) % 2]
    title = getattr(consultation.title, language, None) or consultation.title.sq
    about = title.text if title else ""
    return language, _SAID[language].format(title=member.title, about=about, number=member.number)


def read_directory(file: Path) -> tuple[DirectoryLine, ...]:
    """The lines of a CSV file with the columns number, title, scheme and identifier. Raises: OSError, ValueError."""
    with file.open(newline="", encoding="utf-8") as text:
        rows = csv.DictReader(text)
        lacking = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(f"{file}: its first line has to be {','.join(_COLUMNS)}; it lacks {', '.join(lacking)}")
        return tuple(msgspec.convert(row, DirectoryLine) for row in rows)
