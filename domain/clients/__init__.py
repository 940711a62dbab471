"""Programs that work through the API: what each may do, where, and by which secret it shows who it is."""
