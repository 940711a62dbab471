"""Volunteering: given, when, then."""
