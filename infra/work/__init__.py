"""Work that is to be done once: kept in the database until it is, whatever becomes of the message about it."""
