"""Monitoring reports: figures found and frozen, and the same report as page, as paper and as data."""
