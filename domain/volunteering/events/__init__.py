"""What became true in volunteering, a module per aggregate. Stored names are `volunteering.<Event>.v1`."""
