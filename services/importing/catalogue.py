"""The one list of what files can tell of."""

from services.importing.consultations import CONSULTATIONS, CONTRIBUTIONS
from services.importing.contracts import CONTRACTS
from services.importing.grants import GRANTS
from services.importing.kind import Kind
from services.importing.opportunities import OPPORTUNITIES
from services.importing.organisations import ORGANISATIONS

_ALL = (CONSULTATIONS, CONTRIBUTIONS, ORGANISATIONS, GRANTS, CONTRACTS, OPPORTUNITIES)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""By the name of a mapping's section."""
FIELDS = {name: kind.fields for name, kind in KINDS.items()}
"""What a record of each can be given."""
