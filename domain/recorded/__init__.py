"""What another system recorded: its facts as they were given, taken over once, attributed by identifiers alone.

No domain of its own: grants and contracts bring their records in with it.
"""
