"""What this domain brings to the platform, and who may ask it for what: a module per aggregate, joined here."""

from domain.contracts.manifest.bid import BIDS
from domain.contracts.manifest.call import CALLS
from domain.contracts.manifest.contract import CONTRACTS
from domain.contracts.manifest.evaluation import EVALUATIONS
from domain.contracts.manifest.need import NEEDS
from domain.contracts.manifest.recorded_contract import RECORDED_CONTRACTS
from domain.kernel.manifest import joined

DOMAIN = joined("contracts", NEEDS, CALLS, BIDS, EVALUATIONS, CONTRACTS, RECORDED_CONTRACTS)
