"""Traces, metrics and logs by OpenTelemetry. Its API is the interface; unless exporters are set up, it keeps nothing.

No attribute, event or name holds personal data: tenants, streams, positions and type names only.
"""
