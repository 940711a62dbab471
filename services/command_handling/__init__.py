"""The one way a command takes: authority, load, decide, seal, append, answer. The same for every domain."""
