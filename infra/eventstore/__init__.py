"""The logs: one gapless, append-only sequence of events per tenant."""
