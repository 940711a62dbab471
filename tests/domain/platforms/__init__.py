"""Platforms of civil society: given, when, then."""
