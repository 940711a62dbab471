"""A client of Pakt, written from its public documentation and `/openapi.json` alone; it imports no part of Pakt.

`pakt.Pakt` is where to begin: one API client at one installation. `webhook.Receiver` checks what comes in,
`feed.Follower` misses nothing of what is told, `completeness` proves it, `witness.Witness` cosigns logs that only grow.
"""
