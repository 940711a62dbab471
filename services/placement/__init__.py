"""Where tenants are kept, where there are several nodes: moving one from one to another."""
