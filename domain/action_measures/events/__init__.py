"""What became true of strategies and measures, a module per part. Stored names are `action_measures.<Event>.v1`."""
