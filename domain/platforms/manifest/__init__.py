"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined
from domain.platforms.manifest.directory import DIRECTORY
from domain.platforms.manifest.nomination import NOMINATIONS

DOMAIN = joined("platforms", DIRECTORY, NOMINATIONS)
