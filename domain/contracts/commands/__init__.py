"""Everything that can be asked in contracting, a module per aggregate; each command is what a caller sends."""
