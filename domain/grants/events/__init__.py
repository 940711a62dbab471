"""Everything that can have happened in grants, a module per aggregate; stored names are `grants.<Event>.v1`."""
