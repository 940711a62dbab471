"""The other side of the API, as an example of how to write it: a client, and a platform that is simulated."""
