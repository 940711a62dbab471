"""What became true of publications: a module per part."""
