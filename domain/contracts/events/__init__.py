"""What became true in contracting, a module per aggregate. Stored names are `contracts.<Event>.v1`."""
