"""Every dataset that there is."""

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_
from services.dumps.asking import CONSULTING, CONTRACTING, COUNCIL, GRANTING, ORGANISING, STRATEGY, VOLUNTEERING
from services.dumps.cooperation_registers import COOPERATION
from services.dumps.dataset import Dataset
from services.dumps.spending_registers import SPENDING
from services.dumps.standards import STANDARDS

DATASETS: tuple[Dataset, ...] = (*SPENDING, *COOPERATION, *STANDARDS)

SERIES = {
    CONSULTING: N_("Public consultations"),
    ORGANISING: N_("Organisations of civil society"),
    GRANTING: N_("Grants to civil society"),
    CONTRACTING: N_("Public services under contract"),
    VOLUNTEERING: N_("Volunteering"),
    STRATEGY: N_("The strategy and its measures"),
    COUNCIL: N_("The Council and its cooperation"),
}
"""What datasets belong to, with its title."""
_BY_NAME = {one.name: one for one in DATASETS}


def dataset_of(name: str) -> Dataset:
    """The dataset of that name. Raises: StreamNotFound."""
    if name not in _BY_NAME:
        raise StreamNotFound
    return _BY_NAME[name]
