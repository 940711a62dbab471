"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined
from domain.volunteering.manifest.checkin import CHECKIN
from domain.volunteering.manifest.credentials import CREDENTIALS
from domain.volunteering.manifest.hours import HOURS
from domain.volunteering.manifest.opportunity import OPPORTUNITIES
from domain.volunteering.manifest.provider import PROVIDERS
from domain.volunteering.manifest.volunteer import VOLUNTEERS

DOMAIN = joined("volunteering", PROVIDERS, OPPORTUNITIES, VOLUNTEERS, HOURS, CREDENTIALS, CHECKIN)
