"""Webhooks: given, when, then."""
