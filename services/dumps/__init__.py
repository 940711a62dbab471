"""Open data to take away whole: a dataset a day, in several forms, each with its hash and its place in the logs."""
