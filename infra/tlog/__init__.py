"""Transparency logs: the Merkle tree of RFC 9162 and the formats of C2SP, without I/O."""
