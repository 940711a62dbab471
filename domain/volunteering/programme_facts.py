"""What a programme of volunteering says: what a certificate recognises, and from how many minutes on."""

from typing import Annotated

import msgspec

from domain.kernel.text import Text, Title
from domain.volunteering.vocabulary import Minutes, Skills

Years = Annotated[int, msgspec.Meta(ge=1, le=20, description="Whole years")]


class ProgrammeFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`criteria` is what has to be done; a certificate takes `min_minutes`, and is valid `valid_years` or for ever."""

    title: Title
    criteria: Text
    skills: Skills = ()
    min_minutes: Minutes
    valid_years: Years | None = None
