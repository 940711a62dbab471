"""Open standards in which grants are told to the world and taken from it."""
