"""Where API clients want to be told of events, and of which."""
