"""Monitoring reports: found, frozen and shown."""
