"""Webhooks, from the log to whoever receives them."""
