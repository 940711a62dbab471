"""What goes wrong in a part of a process that goes on: said when it begins and when it changes, not at every look."""

import logging

from domain.kernel.errors import PaktError


class Troubles:
    """The troubles of a process's parts, each known by what it means; `log` is where people read of them."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: dict[str, str] = {}

    def say(self, means: str, error: Exception) -> None:
        """Something went wrong: said unless it was the last thing said of this; what nobody foresaw, with its trace."""
        what = error.code if isinstance(error, PaktError) else type(error).__name__
        if self._said.get(means) == what:
            return
        self._said[means] = what
        if isinstance(error, PaktError):
            cause = str(error.__cause__ or "").strip().partition("\n")[0]
            self._log.warning("%s: %s%s", means, error, f" ({cause})" if cause else "")
        else:
            self._log.error("%s: %s", means, what, exc_info=error)

    def over(self, means: str) -> None:
        """It went well: what goes wrong next is said, whatever it is."""
        self._said.pop(means, None)
