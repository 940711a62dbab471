"""The unprivileged user the embedded server runs as, and what of ours that user may touch."""

import os
import pwd
from pathlib import Path

import msgspec

from infra.database.interface import DatabaseError

CANDIDATES = ("pakt", "postgres", "nobody")


class Account(msgspec.Struct, frozen=True):
    """A user and group id; `drop` says whether processes must be started as it (we are root) or already are."""

    uid: int
    gid: int
    drop: bool


def choose_account(cluster: Path) -> Account:
    """Ourselves; as root, whoever owns the data already, else the first of `CANDIDATES` that exists.

    Raises:
        DatabaseError: we are root and the machine has no unprivileged user.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    if cluster.exists() and (status := cluster.stat()).st_uid != 0:
        return Account(status.st_uid, status.st_gid, drop=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise DatabaseError(
        "PostgreSQL refuses to run as root and none of the users pakt, postgres, nobody exists: start Pakt as another "
        "user, add a user named pakt, or set PAKT_DATABASE_URL"
    )


def give(folder: Path, account: Account) -> None:
    """Make `folder` and everything in it the account's own, closed to all others."""
    folder.chmod(0o700)
    if not account.drop or folder.stat().st_uid == account.uid:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(place) / name, account.uid, account.gid, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)
