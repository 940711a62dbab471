"""The sealer: makes each tenant's log a transparency log, signs its heads and puts them outside the database."""
