"""The `pakt` command. Heavy imports stand inside the commands: `pakt --help` answers at once."""
