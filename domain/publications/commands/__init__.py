"""What can be asked of publications: a module per part."""
