"""Verifiable credentials: Data Integrity proofs, Open Badges 3.0, Bitstring Status Lists, all without a network."""
