"""History recorded elsewhere, brought in by commands like everything else, line by line and never twice."""
