"""Bringing a platform's directory of members up to date from a file, line by line."""
