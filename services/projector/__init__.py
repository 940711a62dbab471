"""The projector: keeps every tenant's read models at the end of its log."""
