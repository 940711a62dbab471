"""Open standards in which grants and contracts are told to the world and taken from it."""
