"""Keys: each tenant's key-encryption key behind a port, and each person's data key wrapped under it."""
