"""Publications: given, when, then."""
