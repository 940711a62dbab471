"""Work handed from one moment or machine to another. The log is the truth: a lost message costs only time."""
