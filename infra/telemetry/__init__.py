"""Traces and metrics by OpenTelemetry. Its API is the interface; without exporters set up, it costs and keeps nothing.

No attribute, event or name holds personal data: tenants, streams, positions and type names only.
"""
