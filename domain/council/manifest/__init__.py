"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.council.manifest.action import ACTIONS
from domain.council.manifest.council import COUNCIL
from domain.council.manifest.election import ELECTIONS
from domain.council.manifest.group import GROUPS
from domain.council.manifest.meeting import MEETINGS
from domain.council.manifest.memorandum import MEMORANDA
from domain.council.manifest.workshop import WORKSHOPS
from domain.kernel.manifest import joined

DOMAIN = joined("council", COUNCIL, MEETINGS, ELECTIONS, ACTIONS, GROUPS, WORKSHOPS, MEMORANDA)
