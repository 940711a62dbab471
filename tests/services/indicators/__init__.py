"""Indicators that compute themselves."""
