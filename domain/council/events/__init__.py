"""What became true in the Council, a module per part. Stored names are `council.<Event>.v1`."""
