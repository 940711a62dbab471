"""RateLimit fields: what may be used in a window, and what is left (draft-ietf-httpapi-ratelimit-headers)."""

from typing import Any

from services.gateway.envelope import RATE

State = dict[str, Any]


def tell(state: State, name: str, *, quota: int, window: int, left: int, resets_in: int) -> None:
    """Have the answer to the request of that state say so, after what it says of other quotas; times in seconds."""
    state[RATE] = [
        *state.get(RATE, ()),
        (b"ratelimit-policy", f'"{name}";q={quota};w={window}'.encode()),
        (b"ratelimit", f'"{name}";r={left};t={resets_in}'.encode()),
    ]
