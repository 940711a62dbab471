"""Background work: what follows from events, what is due, and what became of it."""
