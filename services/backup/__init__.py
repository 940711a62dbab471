"""Copies of the whole installation outside of it, and the way back from them."""
