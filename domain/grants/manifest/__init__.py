"""What this domain brings to the platform, and who may ask it for what: a module per aggregate, joined here.

The importer and the seed act by their own right and are named nowhere.
"""

from domain.grants.manifest.agreement import AGREEMENTS
from domain.grants.manifest.application import APPLICATIONS
from domain.grants.manifest.commission import COMMISSIONS
from domain.grants.manifest.funding_plan import PLANS
from domain.grants.manifest.grant_call import CALLS
from domain.grants.manifest.recorded_grant import RECORDED_GRANTS
from domain.grants.policies.funding_claims import POLICIES
from domain.kernel.manifest import Domain, joined

_LEDGER = Domain(name="grants", aggregates=(), events=(), permissions={}, policies=POLICIES)
"""What grants and the national ledger of claims tell each other."""

DOMAIN = joined("grants", PLANS, CALLS, APPLICATIONS, COMMISSIONS, AGREEMENTS, RECORDED_GRANTS, _LEDGER)
