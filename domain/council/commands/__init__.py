"""Everything that can be asked of the Council, a module per part; each command is what a caller sends."""
