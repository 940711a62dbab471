"""Checking in by a phone: what an institution signs of a pass, and the proofs that a decision relies on."""
