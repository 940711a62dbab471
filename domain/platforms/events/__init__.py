"""What became true of platforms' members and nominations; stored names are `platforms.<Event>.v1`."""
