"""The register of releases: what every contracting process says of itself at each stage, by OCDS 1.1.5.

A release is a function of the events of its log up to its own, and never changes.
"""

from collections.abc import Sequence

from projections.call_releases import CallReleases
from projections.contract_releases import ContractReleases
from projections.need_releases import NeedReleases
from projections.read_model import ReadModel, Stored
from projections.recorded_contract_releases import RecordedContractReleases
from projections.release_rows import ReleaseRow, released


class ReleaseRegister(NeedReleases, CallReleases, ContractReleases, RecordedContractReleases, ReadModel[ReleaseRow]):
    """Releases about needs, calls and contracts; each has a module of its own that says which event makes which."""

    name = "release_register"
    table = "release_register"
    row = ReleaseRow
    key = ("entry_id",)
    kept = True
    grows = True

    def beside(self, row: ReleaseRow, event: Stored) -> Sequence[ReleaseRow]:
        """The release that the event made, beside what is known of its process."""
        return released(row, event)
