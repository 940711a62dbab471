"""Who may read the file of a key: whoever runs the system, and nobody else."""

import os

from infra.keys.interface import KeyRefused

_OTHERS = 0o077
_OTHERS_THAN_THE_GROUP_THAT_READS = 0o037


def is_open_to_others(status: os.stat_result) -> bool:
    """Whether the file can be read or changed by others than who runs this process.

    A group may read what root owns, as PostgreSQL has it for a server's key: so Kubernetes hands the files of a Secret
    to a process that is not root.
    """
    handed_over = status.st_uid == 0 and os.geteuid() != 0
    return bool(status.st_mode & (_OTHERS_THAN_THE_GROUP_THAT_READS if handed_over else _OTHERS))


def require_closed(path: os.PathLike[str], status: os.stat_result) -> None:
    """Use no key that others may know. Raises: KeyRefused."""
    if is_open_to_others(status):
        raise KeyRefused(f"{path} is open to others: chmod 600 it")
