"""Everything that can be asked in volunteering, a module per aggregate; each command is what a caller sends."""
