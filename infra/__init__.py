"""Ports and adapters: event store, database, broker, objects, identity, keys, telemetry. Knows only the kernel."""
