"""Read models: functions of the logs, each a table, a fold and its queries, and the one engine that runs them."""
