"""What was looked at in an installation, and what to do about it."""

import msgspec


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at; `detail` says what was found, or what to do. `soon`: in order, to be seen to."""

    ok: bool
    what: str
    detail: str
    soon: bool = False
