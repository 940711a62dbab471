"""Everything that can be asked of grants, a module per aggregate; each command is what a caller sends as the body."""
