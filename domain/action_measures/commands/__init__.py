"""Everything that can be asked of strategies and measures, a module per part; a command is what a caller sends."""
