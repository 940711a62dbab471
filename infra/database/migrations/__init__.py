"""Numbered SQL files, applied in order, each once, never edited after a release."""
