"""Exit codes, and the way from an error to one."""

import asyncio
import errno
import logging
from collections.abc import Coroutine

from services.cli.output import complain

DONE = 0
DIFFERENT = 1
MISUSED = 2
UNREACHABLE = 3
OPEN = 4
"""Nothing is wrong, and nothing is decided yet."""
SCHEMA = 5
"""The database's schema is older or newer than this version's."""
HURRIED = 143
"""Stopped at once by a second SIGTERM: 128 and the signal's number."""


class OutOfReach(Exception):
    """Something that has to answer does not; the message says what, and what to look at."""


class Misused(Exception):
    """The call cannot be taken; the message says why."""


_DISKS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT})
"""What a file system says that is closed to us, to everybody, or full."""


def complete(work: Coroutine[object, object, int]) -> int:
    """Run a command's work to its exit code; errors that users can do something about become one line."""
    import uvloop  # noqa: PLC0415

    from domain.kernel.errors import CommandRefused, PaktError, StreamNotFound  # noqa: PLC0415
    from infra.database.interface import DatabaseError, SchemaDiffers  # noqa: PLC0415
    from services.settings import SettingsError  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except* (Misused, SettingsError, CommandRefused) as errors:
        _say(errors)
        code = MISUSED
    except* StreamNotFound:
        complain("no institution has that slug, or nothing in it that id; /v1/public/institutions lists the slugs")
        code = MISUSED
    except* SchemaDiffers as errors:
        _say(errors)
        code = SCHEMA
    except* (DatabaseError, PaktError, OutOfReach) as errors:
        _say(errors)
        code = UNREACHABLE
    except* OSError as errors:
        first = _first(errors)
        if getattr(first, "errno", None) not in _DISKS:
            raise
        complain(f"{first}: give the folder to the user who runs Pakt, on a disk with room that may be written")
        code = UNREACHABLE
    return code


def _say(errors: BaseExceptionGroup[BaseException]) -> None:
    complain(str(_first(errors)))


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
