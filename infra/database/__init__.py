"""PostgreSQL: where it runs, who may do what in it, and how its schema comes to be."""
